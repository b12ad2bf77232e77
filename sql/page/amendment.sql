-- The proposals for one wording side by side; those of p_with read together.
create or replace function page.amendment(p_me app.caller, p_consultation text, p_item text, p_with json,
  p_after text) returns json
language plpgsql stable security definer set search_path = app, pg_temp
set plan_cache_mode = force_generic_plan as $$
declare
  c_size constant int := 50;
  s app.stage := desk_stage(p_consultation);
  v_path text := '/consultations/' || p_consultation || '/amendments/' || p_item;
  t app.target;
  r record;
  x record;
begin
  select y.* into t from item i join item_version v on v.item_id = i.id and v.edition_id = s.edition_id
    join target y on y.item_version_id = v.id and y.stage_id = s.id
    where i.consultation_id = s.consultation_id and i.key = p_item
    order by y.question_version_id nulls first limit 1;
  if not found then
    return null;
  end if;
  select * into r from target_of(t);
  select * into x from amendment_variants(s.id, t.item_version_id, p_consultation, p_with, p_after, c_size);
  return json_build_object(
    'frame', frame_at(p_me, s, null, 'synopsis'),
    'consultation', consultation_json(s.consultation_id),
    'chapter', chapter_json(r.k, p_consultation),
    'item', json_build_object('key', p_item, 'kind', (r.i).kind, 'title', (r.v).title,
      'wording', wording_of(t.item_version_id), 'href', '/consultations/' || p_consultation || '/items/' || p_item,
      'opinion_href', '/consultations/' || p_consultation || '/opinion/' || t.key),
    'counts', coalesce(amendment_link(s.id, t.item_version_id, p_consultation),
      json_build_object('proposals', 0, 'variants', 0, 'href', v_path)),
    'variants_of', json_build_object('base', wording_of(t.item_version_id), 'variants', x.variants),
    'chosen', (select count(*) from json_array_elements(x.variants) y where (y ->> 'is_chosen')::boolean),
    'is_first', p_after is null,
    'next_href', case when x.last is not null then with_query(v_path, '{after}', array[x.last]) end);
end $$;
