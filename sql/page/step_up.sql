-- Shows code or password once more, then goes on to p_next.
create or replace function page.step_up(p_me app.caller, p_next text) returns json
language plpgsql stable security definer set search_path = app, pg_temp
set plan_cache_mode = force_generic_plan as $$
begin
  return json_build_object(
    'frame', frame(p_me, null, null),
    'method', (select case when p.totp_set_at is not null then 'code' else 'password' end
      from person p where p.id = p_me.person_id),
    'form', json_build_object('next', coalesce(p_next, '')),
    'demo', demo_factor(p_me.person_id));
end $$;
