-- Both positions of a proposal are treated together from now on. p_expected: the
-- token of what the page showed.
create or replace function action.proposal_merge(p_me app.caller, p_consultation text, p_proposal text,
  p_expected text, p_name text, p_into text) returns json
language plpgsql volatile security definer set search_path = app, pg_temp
set plan_cache_mode = force_generic_plan as $$
declare
  s app.stage := desk_stage(p_consultation);
  p app.group_proposal := proposal_open(s.id, p_proposal, p_expected);
  g app.position_group;
  v_locked app.position;
begin
  if not (select bool_and(x.is_current) from position x where x.id in (p.a_id, p.b_id)) then
    perform fail('CN409', 'position_replaced');
  end if;
  select x.* into v_locked from position x where x.id in (p.a_id, p.b_id) and (locked_by_other(x.id)).id is not null limit 1;
  if found then
    perform fail('CN409', 'position_locked', null, json_build_object('by', name_of((locked_by_other(v_locked.id)).person_id),
      'number', position_number(s.kind, s.number, v_locked.number, v_locked.part)));
  end if;
  g := proposal_merge(p_me, p, p_name, p_into);
  perform audit(p_me, 'group.merge', 'position_group', g.id, null, null, 2);
  return json_build_object('location', after_decision(s, p_consultation, p, 'group_merged'),
    'group', group_number(g.number));
end $$;
