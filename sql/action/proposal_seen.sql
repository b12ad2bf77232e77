-- Who read the words of both positions of a proposal.
create or replace function action.proposal_seen(p_me app.caller, p_seen json) returns void
language plpgsql volatile security definer set search_path = app, pg_temp
set plan_cache_mode = force_generic_plan as $$
declare
  s app.stage;
  p app.group_proposal;
begin
  if p_seen is null then
    return;
  end if;
  s := desk_stage(p_seen #>> '{frame,consultation,slug}');
  p := proposal_at(s.id, p_seen #>> '{proposal,key}');
  perform audit_seen(p_me, 'group.view', 'group_proposal', p.id, 2);
end $$;
