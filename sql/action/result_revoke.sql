create or replace function action.result_revoke(p_me app.caller, p_consultation text, p_reason text) returns json
language plpgsql volatile security definer set search_path = app, pg_temp
set plan_cache_mode = force_generic_plan as $$
declare
  s app.stage := desk_stage(p_consultation);
begin
  if s.id is null then
    perform fail('CN404', 'not_found');
  elsif text_or_null(p_reason) is null then
    perform fail('CN422', 'required', 'reason');
  end if;
  update result_release r set revoked_at = app.now(), revoked_by = p_me.person_id, reason = text_or_null(p_reason)
    where r.stage_id = s.id and r.revoked_at is null;
  if not found then
    perform fail('CN409', 'publication_none');
  end if;
  perform audit(p_me, 'result.revoke', 'stage', s.id);
  return json_build_object('location', '/consultations/' || p_consultation || '/publications?notice=results_revoked');
end $$;
