-- One edition: what it is and its tree.
create or replace function page.edition(p_me app.caller, p_consultation text, p_edition text) returns json
language plpgsql stable security definer set search_path = app, pg_temp
set plan_cache_mode = force_generic_plan as $$
declare
  e app.edition := edition_visible(p_me, p_consultation, p_edition);
  s app.stage := stage_seen(p_me, e.consultation_id);
  h app.house := house_if_any(p_me, s.id, p_consultation);
  c app.edition := edition_shown(s, h, e.consultation_id);
begin
  if e.id is null then
    return null;
  end if;
  return json_build_object(
    'frame', frame_at(p_me, s, h, case when p_me.roles @> '{moderator}' then 'editions' else 'paper' end),
    'consultation', consultation_json(e.consultation_id),
    'edition', edition_head(e, c, p_consultation),
    'counts_number', c.number,
    'gaps', case when p_me.roles @> '{moderator}' and e.based_on_id is not null then json_build_object('count',
      (select count(*) from changes_without_cause(e)), 'href', '/consultations/' || p_consultation || '/editions/' || e.number || '/chain-gaps') end,
    'tree', edition_tree(e.id, p_consultation, edition_query(e, c), e.state = 'draft'));
end $$;
