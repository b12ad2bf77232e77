-- Ends all sessions of the caller but this one.
create or replace function action.sessions_end(p_me app.caller) returns json
language plpgsql volatile security definer set search_path = app, pg_temp
set plan_cache_mode = force_generic_plan as $$
begin
  delete from session s where s.person_id = p_me.person_id and s.id <> p_me.session_id;
  perform audit(p_me, 'session.end_others', 'person', p_me.person_id);
  return json_build_object('location', '/account?notice=sessions_ended');
end $$;
