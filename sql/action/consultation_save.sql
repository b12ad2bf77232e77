-- What stands above a consultation. Its address stays: links and receipts name it.
create or replace function action.consultation_save(p_me app.caller, p_consultation text, p_version bigint, p_title text,
  p_subtitle text, p_vision text, p_status_note text, p_aliases text) returns json
language plpgsql volatile security definer set search_path = app, pg_temp
set plan_cache_mode = force_generic_plan as $$
declare
  c app.consultation;
begin
  select x.* into c from consultation x where x.id = consultation_at(p_consultation) for update;
  if not found then
    perform fail('CN404', 'not_found');
  elsif c.version <> p_version then
    perform fail('CN409', 'consultation_changed');
  end if;
  c := read_consultation(c, p_title, p_subtitle, p_vision, p_status_note, p_aliases);
  update consultation x set title = c.title, subtitle = c.subtitle, vision = c.vision, status_note = c.status_note,
    aliases = c.aliases, version = x.version + 1 where x.id = c.id;
  perform audit(p_me, 'consultation.save', 'consultation', c.id);
  return json_build_object('location', '/consultations/' || p_consultation || '/edit?notice=consultation_saved', 'version', c.version + 1);
end $$;
