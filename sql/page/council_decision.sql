create or replace function page.council_decision(p_me app.caller, p_year text, p_number text) returns json
language plpgsql stable security definer set search_path = app, pg_temp
set plan_cache_mode = force_generic_plan as $$
declare
  d app.council_decision;
begin
  select x.* into d from council_decision x where x.ref = p_year || '/' || p_number;
  if not found then
    return null;
  end if;
  return json_build_object(
    'frame', frame(p_me, null, null),
    'decision', json_build_object('ref', d.ref, 'year', d.year, 'number', d.number, 'note', d.note,
      'status', d.status),
    'cited_by', coalesce((select c.list from citations(d.id) c), '[]'));
end $$;
