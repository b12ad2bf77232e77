-- Ends one of the caller's own sessions.
create or replace function action.session_end(p_me app.caller, p_session bigint) returns json
language plpgsql volatile security definer set search_path = app, pg_temp
set plan_cache_mode = force_generic_plan as $$
begin
  delete from session s where s.id = p_session and s.person_id = p_me.person_id;
  if not found then
    perform fail('CN404', 'not_found');
  end if;
  perform audit(p_me, 'session.end', 'session', p_session);
  return json_build_object('location', case when p_session = p_me.session_id
    then '/login?notice=session_ended' else '/account?notice=session_ended' end);
end $$;
