-- Ends a publication: its words are gone from everywhere with the next request.
create or replace function action.publication_revoke(p_me app.caller, p_consultation text, p_organisation text, p_reason text) returns json
language plpgsql volatile security definer set search_path = app, pg_temp
set plan_cache_mode = force_generic_plan as $$
declare
  s app.stage := desk_stage(p_consultation);
begin
  if text_or_null(p_reason) is null then
    perform fail('CN422', 'required', 'reason');
  end if;
  update publication p set revoked_at = app.now(), revoked_as = 'desk', revoked_by = p_me.person_id, reason = text_or_null(p_reason)
    from organisation o where o.id = p.organisation_id and o.code = p_organisation and p.stage_id = s.id and p.revoked_at is null;
  if not found then
    perform fail(case when exists (select from organisation o join current_version c on c.organisation_id = o.id and c.stage_id = s.id
      where o.code = p_organisation) then 'CN409' else 'CN404' end, 'publication_none');
  end if;
  perform mail_writers(p_me, s, o.id, 'statement_ended', '{}') from organisation o where o.code = p_organisation;
  return json_build_object('location', '/consultations/' || p_consultation || '/publications/' || p_organisation || '?notice=unpublished');
end $$;
