create or replace function page.privacy(p_me app.caller) returns json
language plpgsql stable security definer set search_path = app, pg_temp as $$
begin
  return json_build_object('frame', frame(p_me, null, null));
end $$;
