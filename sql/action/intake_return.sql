-- The house sends it back: what is entered is not what it had sent.
create or replace function action.intake_return(p_me app.caller, p_consultation text, p_remark text) returns json
language plpgsql volatile security definer set search_path = app, pg_temp
set plan_cache_mode = force_generic_plan as $$
declare
  h app.house := house(p_me, p_consultation);
  i app.intake := waiting_intake(h, null);
  v_remark text := text_or_null(p_remark);
begin
  if v_remark is null then
    perform fail('CN422', 'intake_remark', 'remark');
  end if;
  perform settle_intake(p_me, i, 'returned', v_remark, null),
    audit(p_me, 'intake.return', 'organisation', h.organisation_id, i.content_hash),
    mail_intake(i, h, 'intake_returned');
  return json_build_object('location', '/consultations/' || h.slug || '/response/intake?notice=intake_returned');
end $$;
