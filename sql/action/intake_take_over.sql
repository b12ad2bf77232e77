-- The house takes what was entered as its own draft, to go on with it.
create or replace function action.intake_take_over(p_me app.caller, p_consultation text, p_content_hash text,
  p_replace boolean) returns json
language plpgsql volatile security definer set search_path = app, pg_temp
set plan_cache_mode = force_generic_plan as $$
declare
  h app.house := house(p_me, p_consultation);
  i app.intake := waiting_intake(h, p_content_hash);
begin
  if h.is_over then
    perform fail('CN409', 'deadline', null, json_build_object('closes_at', h.closes_at));
  end if;
  h := intake_response(h, coalesce(p_replace, false));
  perform copy_intake(p_me, h, i), settle_intake(p_me, i, 'taken_over', i.remark, null),
    audit(p_me, 'intake.take_over', 'response', h.response_id, i.content_hash),
    mail_intake(i, h, 'intake_confirmed');
  return json_build_object('location', '/consultations/' || h.slug || '/response?notice=intake_taken_over');
end $$;
