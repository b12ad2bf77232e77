-- A sponsor's house approves what it has ticked, or returns it with a remark: each
-- in the version that was shown (p_hash), all of them or none.
create or replace function action.approval_decide(p_me app.caller, p_consultation text, p_tick json, p_hash json,
  p_verdict text, p_remark text) returns json
language plpgsql volatile security definer set search_path = app, pg_temp
set plan_cache_mode = force_generic_plan as $$
declare
  s app.stage := desk_stage(p_consultation);
  v_keys text[];
  v_remark text := text_or_null(p_remark);
  a app.assessment;
  v_number text;
  v_done bigint := 0;
begin
  if s.id is null or not exists (select from sponsor x
      where x.consultation_id = s.consultation_id and x.organisation_id = p_me.organisation_id) then
    perform fail('CN404', 'not_found');
  elsif p_verdict is null or p_verdict not in ('approved', 'returned') then
    perform fail('CN422', 'choose', 'verdict');
  elsif p_verdict = 'returned' and v_remark is null then
    perform fail('CN422', 'approval_remark', 'remark');
  end if;
  v_keys := ticked(p_tick, 'tick');
  perform group_lock(s.id);
  for a in select x.* from approvals_waiting(s.id, p_me.organisation_id, 500) x
      where weighed_number((x.stage_id, x.position_id, x.group_id)::weighed) = any (v_keys) loop
    v_number := weighed_number((a.stage_id, a.position_id, a.group_id)::weighed);
    if encode(a.content_hash, 'hex') is distinct from p_hash ->> v_number then
      perform fail('CN409', 'approval_changed', null, json_build_object('number', v_number));
    end if;
    update assessment_approval x set verdict = p_verdict, remark = v_remark, decided_at = app.now(), decided_by = p_me.person_id
      where x.assessment_id = a.id and x.organisation_id = p_me.organisation_id;
    perform approval_settle(a.id), audit(p_me, 'approval.' || p_verdict, 'assessment', a.id, null, a.content_hash);
    if p_verdict = 'returned' then
      perform mail_moderators('approval_returned', p_me.organisation_id, jsonb_build_object('consultation', p_consultation,
        'number', v_number), 'approval_returned ' || a.id || ' ' || p_me.organisation_id);
    end if;
    v_done := v_done + 1;
  end loop;
  if v_done < cardinality(v_keys) then
    perform fail('CN409', 'approval_gone');
  end if;
  return json_build_object('location', '/consultations/' || p_consultation || '/approvals?notice=approvals_' || p_verdict, 'count', v_done);
end $$;
