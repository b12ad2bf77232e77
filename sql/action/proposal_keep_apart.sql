-- Both positions of a proposal stay apart; no run proposes them again.
create or replace function action.proposal_keep_apart(p_me app.caller, p_consultation text, p_proposal text,
  p_expected text) returns json
language plpgsql volatile security definer set search_path = app, pg_temp
set plan_cache_mode = force_generic_plan as $$
declare
  s app.stage := desk_stage(p_consultation);
  p app.group_proposal := proposal_open(s.id, p_proposal, p_expected);
begin
  update group_proposal x set state = 'kept_apart', decided_at = app.now(), decided_by = p_me.person_id where x.id = p.id;
  perform audit(p_me, 'group.keep_apart', 'group_proposal', p.id);
  return json_build_object('location', after_decision(s, p_consultation, p, 'group_kept_apart'));
end $$;
