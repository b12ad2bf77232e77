-- Takes back what was decided on a proposal: all is as it was before.
create or replace function action.proposal_reopen(p_me app.caller, p_consultation text, p_proposal text) returns json
language plpgsql volatile security definer set search_path = app, pg_temp
set plan_cache_mode = force_generic_plan as $$
declare
  s app.stage := desk_stage(p_consultation);
  p app.group_proposal := proposal_at(s.id, p_proposal);
begin
  if p.id is null then
    perform fail('CN404', 'not_found');
  end if;
  perform group_lock(s.id);
  p := proposal_at(s.id, p_proposal);
  if p.state = 'open' then
    perform fail('CN409', 'proposal_is_open');
  elsif not proposal_can_undo(p) then
    perform fail('CN409', 'group_changed_since');
  end if;
  perform proposal_undo(p_me, p);
  perform audit(p_me, 'group.undo', 'group_proposal', p.id);
  return json_build_object('location', '/consultations/' || p_consultation || '/groups/proposals/' || p.key
    || '?notice=proposal_reopened');
end $$;
