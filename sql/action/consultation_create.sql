-- A consultation from a template, or anew with an empty draft of its paper.
create or replace function action.consultation_create(p_me app.caller, p_slug text, p_title text, p_subtitle text,
  p_vision text, p_status_note text, p_aliases text, p_as_of text, p_template text, p_sponsors boolean, p_publish boolean) returns json
language plpgsql volatile security definer set search_path = app, pg_temp
set plan_cache_mode = force_generic_plan as $$
declare
  c app.consultation;
  o app.consultation;
  e app.edition;
  v_as_of date := coalesce(read_day(p_as_of, 'as_of'), today());
begin
  perform demand_slug(p_slug);
  c := read_consultation(c, p_title, p_subtitle, p_vision, p_status_note, p_aliases);
  if p_template is not null then
    select x.* into o from consultation x where x.slug = p_template
      and exists (select from edition y where y.consultation_id = x.id and y.state = 'published');
    if not found then
      perform fail('CN422', 'bad_choice', 'template');
    end if;
  elsif p_publish then
    perform fail('CN422', 'publish_empty', 'publish');
  end if;
  insert into consultation (slug, title, subtitle, vision, vision_status, status_note, aliases, created_at)
    values (btrim(p_slug), c.title, c.subtitle, c.vision, o.vision_status, c.status_note, c.aliases, app.now()) returning * into c;
  insert into edition (consultation_id, number, as_of, title, subtitle) values (c.id, 1, v_as_of, c.title, c.subtitle) returning * into e;
  if o.id is not null then
    perform fill_from_template(e, o.slug);
  else
    insert into stage (consultation_id, edition_id, key, number, title) values (c.id, e.id, 's1', 1, 'Erste Beteiligung');
  end if;
  if p_sponsors then
    insert into sponsor (consultation_id, organisation_id)
      select c.id, x.organisation_id from sponsor x where x.consultation_id = o.id;
  end if;
  if p_publish then
    perform publish_first(e);
  end if;
  perform places_by_default(c.id), audit(p_me, 'consultation.create', 'consultation', c.id),
    audit(p_me, 'edition.create', 'edition', e.id);
  return json_build_object('location', '/consultations/' || c.slug || '/edit?notice=consultation_created', 'consultation', c.slug);
end $$;
