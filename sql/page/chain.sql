-- From an item of an edition back to its causes: what changed, why, because of
-- which decision on what, who said it and in which words. At the desk all of it;
-- everybody else reads what is public of a published edition, and a house what
-- came from itself.
create or replace function page.chain(p_me app.caller, p_consultation text, p_edition text, p_item text, p_after text) returns json
language plpgsql stable security definer set search_path = app, pg_temp
set plan_cache_mode = force_generic_plan as $$
declare
  c_rows constant int := 50;
  e app.edition := edition_visible(p_me, p_consultation, p_edition);
  n app.chain_item := chain_item(e, p_item);
  g app.stage := current_stage(e.consultation_id);
  h app.house := house_if_any(p_me, g.id, p_consultation);
  v_desk boolean := is_at_desk(p_me);
  v_has_causes boolean := exists (select from cause k where k.change_id = n.change_id)
    or exists (select from change_cause x where x.change_id = n.change_id);
begin
  if n.item_id is null then
    return null;
  end if;
  return json_build_object(
    'frame', frame_at(p_me, g, h, case when p_me.roles @> '{moderator}' then 'editions' else 'paper' end),
    'consultation', consultation_json(e.consultation_id),
    'edition', json_build_object('number', e.number, 'as_of', e.as_of, 'is_draft', e.state = 'draft',
      'before', (select b.number from edition b where b.id = e.based_on_id)),
    'item', (select json_build_object('key', i.key, 'kind', i.kind, 'title', v.title, 'body', v.body, 'is_dropped', n.is_dropped,
        'href', case when not n.is_dropped and e.state = 'published'
          then '/consultations/' || p_consultation || '/items/' || i.key || edition_query(e, edition_shown(g, h, e.consultation_id)) end)
      from item_version v join item i on i.id = v.item_id where v.id = n.version_id),
    'origins', chain_origins(n, p_consultation),
    'change', change_json(n.change_id),
    'decisions', change_decisions(p_me, n.change_id),
    'is_desk', v_desk, 'has_causes', v_has_causes,
    'change_href', case when p_me.roles @> '{moderator}' and e.based_on_id is not null then '/consultations/' || p_consultation || '/editions/' || e.number
      || '/changes/' || p_item end,
    'assessments', case when v_desk then change_assessments(p_me, n.change_id, p_consultation) end,
    'behind', case when v_desk then change_behind(n.change_id) end,
    'positions', case when v_desk then change_positions(n, p_consultation, p_after, c_rows) end,
    'published', case when not v_desk and n.change_id is not null then behind_json(n.change_id) else '[]' end,
    'counts', case when not v_desk then levels_behind(n.change_id) end,
    'own', case when is_member(p_me) and n.change_id is not null then own_behind(p_me, n.change_id, p_consultation) else '[]' end,
    'commitments', chain_commitments(n.version_id),
    'earlier', chain_earlier(n, p_consultation),
    'later', case when not n.is_dropped then chain_later(p_me, n.version_id, p_consultation) else '[]' end);
end $$;
