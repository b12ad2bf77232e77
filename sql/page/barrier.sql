create or replace function page.barrier(p_me app.caller, p_barrier text) returns json
language plpgsql stable security definer set search_path = app, pg_temp
set plan_cache_mode = force_generic_plan as $$
declare
  r barrier_report;
begin
  select x.* into r from barrier_report x where x.number = p_barrier;
  if not found then
    return null;
  end if;
  return json_build_object('frame', frame(p_me, null, 'barriers'), 'report', barrier_json(r),
    'form', json_build_object('version', r.version, 'state', nullif(r.state, 'open'), 'reply', coalesce(r.reply, '')));
end $$;
