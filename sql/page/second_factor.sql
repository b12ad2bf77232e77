-- Between password and code. Who is here is not signed in yet: the frame is
-- that of a visitor. demo: what the server needs to show the code, in a
-- database with a test clock only.
create or replace function app.demo_factor(p_person_id bigint) returns json
language plpgsql stable as $$
begin
  if to_regclass('app.clock') is null then
    return null;
  end if;
  return (select json_build_object('key', p.key, 'sealed', p.totp_secret::text, 'step', p.totp_step)
    from person p where p.id = p_person_id and p.totp_set_at is not null);
end $$;

create or replace function page.second_factor(p_me app.caller, p_next text) returns json
language plpgsql stable security definer set search_path = app, pg_temp
set plan_cache_mode = force_generic_plan as $$
declare
  v_nobody app.caller;
begin
  v_nobody.roles := '{}';
  return json_build_object(
    'frame', frame(v_nobody, null, null),
    'form', json_build_object('code', '', 'next', coalesce(p_next, '')),
    'demo', demo_factor(p_me.person_id));
end $$;
