-- A sponsor's house takes its verdict on a version back, while nothing rests on it:
-- the request is open again.
create or replace function action.approval_take_back(p_me app.caller, p_consultation text, p_number text, p_version bigint)
returns json
language plpgsql volatile security definer set search_path = app, pg_temp
set plan_cache_mode = force_generic_plan as $$
declare
  s app.stage := desk_stage(p_consultation);
  a app.assessment;
begin
  if s.id is null or not exists (select from sponsor x
      where x.consultation_id = s.consultation_id and x.organisation_id = p_me.organisation_id) then
    perform fail('CN404', 'not_found');
  end if;
  perform group_lock(s.id), lock_replies(s.id);
  select y.* into a from assessment y join assessment_approval x on x.assessment_id = y.id
    where x.organisation_id = p_me.organisation_id and x.verdict is not null and y.stage_id = s.id and y.version = p_version
      and (y.position_id = (numbered_position(s, p_number)).id or y.group_id = (group_at(s.id, p_number)).id);
  if a.id is null then
    perform fail('CN409', 'approval_none');
  elsif approval_is_built_on(a.id) then
    perform fail('CN409', 'approval_built_on');
  end if;
  update assessment_approval x set verdict = null, remark = null, decided_at = null, decided_by = null
    where x.assessment_id = a.id and x.organisation_id = p_me.organisation_id;
  perform approval_settle(a.id, 'approval'), audit(p_me, 'approval.take_back', 'assessment', a.id, a.content_hash, null);
  return json_build_object('location', '/consultations/' || p_consultation || '/approvals?notice=approval_taken_back');
end $$;
