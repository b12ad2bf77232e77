-- Takes back the release that is to come: nobody is told anything.
create or replace function action.reply_cancel(p_me app.caller, p_consultation text, p_release text, p_cancel_reason text)
returns json
language plpgsql volatile security definer set search_path = app, pg_temp
set plan_cache_mode = force_generic_plan as $$
declare
  s app.stage := desk_stage(p_consultation);
  r app.reply_release := release_to_come(s.id, p_release);
begin
  if text_or_null(p_cancel_reason) is null then
    perform fail('CN422', 'required', 'cancel_reason');
  end if;
  delete from reply_version x where x.release_id = r.id;
  delete from reply_point x where x.release_id = r.id;
  update reply_release x set cancelled_at = app.now() where x.id = r.id;
  insert into reply_release_step (release_id, kind, at, reason, made_at, made_by)
    values (r.id, 'cancelled', r.at, text_or_null(p_cancel_reason), app.now(), p_me.person_id);
  perform audit(p_me, 'reply.cancel', 'reply_release', r.id);
  return json_build_object('location', '/consultations/' || p_consultation || '/replies/release?notice=reply_cancelled');
end $$;
