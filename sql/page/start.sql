create or replace function page.start(p_me app.caller) returns json
language plpgsql stable security definer set search_path = app, pg_temp as $$
begin
  return overview(p_me, default_consultation(), 'start');
end $$;
