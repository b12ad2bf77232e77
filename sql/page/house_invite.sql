-- The form for inviting a colleague.
create or replace function page.house_invite(p_me app.caller) returns json
language plpgsql stable security definer set search_path = app, pg_temp
set plan_cache_mode = force_generic_plan as $$
begin
  return json_build_object('frame', frame(p_me, null, 'house'), 'organisation', house_name(p_me),
    'is_house', true, 'today', today(), 'form', json_build_object('mail', null));
end $$;
