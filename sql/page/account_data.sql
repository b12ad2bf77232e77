-- What is kept about the person who asks.
create or replace function page.account_data(p_me app.caller) returns json
language plpgsql stable security definer set search_path = app, pg_temp
set plan_cache_mode = force_generic_plan as $$
begin
  return json_build_object(
    'frame', frame(p_me, null, null),
    'data', person_data(p_me.person_id, 200),
    'file_href', '/account/data.json');
end $$;
