create or replace function page.account_password(p_me app.caller) returns json
language plpgsql stable security definer set search_path = app, pg_temp
set plan_cache_mode = force_generic_plan as $$
begin
  return json_build_object('frame', frame(p_me, null, null), 'person',
    (select json_build_object('mail', p.mail, 'password_set_at', p.password_set_at) from person p
      where p.id = p_me.person_id));
end $$;
