-- A change of a new edition and its causes: what has them, what may be added.
create or replace function page.change(p_me app.caller, p_consultation text, p_edition text, p_item text) returns json
language plpgsql stable security definer set search_path = app, pg_temp
set plan_cache_mode = force_generic_plan as $$
declare
  e app.edition := edition_visible(p_me, p_consultation, p_edition);
  n app.chain_item := chain_item(e, p_item);
  v_offered json;
begin
  if n.item_id is null or e.based_on_id is null then
    return null;
  end if;
  v_offered := (select coalesce(json_agg(cause_json(p_me, a, p_consultation)::jsonb || jsonb_build_object('key', a.id::text)), '[]') from causes_offered(n) a);
  return json_build_object(
    'frame', frame_at(p_me, desk_stage(p_consultation), null, 'editions'),
    'consultation', consultation_json(e.consultation_id),
    'edition', json_build_object('number', e.number, 'as_of', e.as_of, 'is_draft', e.state = 'draft',
      'before', (select b.number from edition b where b.id = e.based_on_id)),
    'item', (select json_build_object('key', i.key, 'kind', i.kind, 'title', v.title, 'is_dropped', n.is_dropped)
      from item_version v join item i on i.id = v.item_id where v.id = n.version_id),
    'origins', chain_origins(n, p_consultation),
    'change', change_json(n.change_id),
    'assessments', change_assessments(p_me, n.change_id, p_consultation),
    'decisions', change_decisions(p_me, n.change_id),
    'behind', change_behind(n.change_id),
    'can', json_build_object('add', n.change_id is not null or e.state = 'draft', 'remove', e.state = 'draft'),
    'anchor_href', (select '/consultations/' || p_consultation || '/editions/' || e.number || '/anchors?anchor=' || a.key || '#anker'
      from anchors(e.based_on_id, e.id) a where n.version_id = any (case when n.is_dropped then a.from_ids else a.to_ids end) order by a.key limit 1),
    'chain_href', chain_href(p_consultation, e.number, p_item),
    'form', json_build_object('numbers', '', 'decisions', '', 'rows', v_offered));
end $$;
