-- The neighbours of an item in the order of the paper.
create or replace function app.item_link(p_item_version_id bigint, p_slug text) returns json
language plpgsql stable set search_path = app, pg_temp as $$
begin
  return (select json_build_object('key', i.key, 'kind', i.kind, 'title', v.title,
      'href', '/consultations/' || p_slug || '/items/' || i.key)
    from item_version v join item i on i.id = v.item_id where v.id = p_item_version_id);
end $$;

create or replace function app.item_neighbours(p_edition_id bigint, p_item_version_id bigint, p_slug text)
returns json
language plpgsql stable set search_path = app, pg_temp as $$
begin
  return (with r as (select v.id, lag(v.id) over w as before, lead(v.id) over w as after
      from item_version v join section s on s.id = v.section_id join chapter k on k.id = s.chapter_id
      where v.edition_id = p_edition_id and v.parent_id is null
      window w as (order by k.position, s.position, v.position))
  select json_build_object('previous', item_link(r.before, p_slug), 'next', item_link(r.after, p_slug))
    from r where r.id = p_item_version_id);
end $$;

-- A requirement is shown on the page of its user group.
create or replace function page.item(p_me app.caller, p_consultation text, p_item text) returns json
language plpgsql stable security definer set search_path = app, pg_temp as $$
declare
  v_id bigint := (select c.id from consultation c where c.slug = p_consultation);
  v_stage app.stage := current_stage(v_id);
  e app.edition := edition_shown(v_id);
  h app.house := house_if_any(p_me, v_stage.id, p_consultation);
  v app.item_version;
  i app.item;
  s app.section;
  n json;
begin
  select p.* into v from item x join item_version y on y.item_id = x.id and y.edition_id = e.id
    join item_version p on p.id = coalesce(y.parent_id, y.id)
    where x.consultation_id = v_id and x.key = p_item;
  if not found then
    return null;
  end if;
  select x.* into i from item x where x.id = v.item_id;
  select x.* into s from section x where x.id = v.section_id;
  n := item_neighbours(e.id, v.id, p_consultation);
  return json_build_object(
    'frame', frame(p_me, v_id, 'paper'),
    'consultation', consultation_json(v_id),
    'edition', json_build_object('number', e.number, 'as_of', e.as_of),
    'chapter', chapter_json(s.chapter_id),
    'section', json_build_object('key', s.key, 'letter', s.letter, 'title', s.title),
    'item', json_build_object('key', i.key, 'kind', i.kind, 'title', v.title, 'body', v.body,
      'is_title_verbatim', v.is_title_verbatim),
    'decisions', decisions_of(v.id),
    'requirements', requirements_of(v.id),
    'questions', questions_about(v.id, p_consultation),
    'own', own_of(h, v.id, null, null),
    'previous', n -> 'previous', 'next', n -> 'next',
    'footnotes', (select coalesce(json_agg(json_build_object('number', f.number, 'body', f.body)
        order by f.number), '[]')
      from footnote f where f.edition_id = e.id and f.body is not null and f.item_version_id in (
        select x.id from item_version x where x.id = v.id or x.parent_id = v.id)));
end $$;
