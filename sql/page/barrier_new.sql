-- The form of a report, for everybody; page is where its reader stood.
create or replace function page.barrier_new(p_me app.caller, p_page text) returns json
language plpgsql stable security definer set search_path = app, pg_temp
set plan_cache_mode = force_generic_plan as $$
begin
  return json_build_object('frame', frame(p_me, null, null), 'operator', operator_texts('operator'),
    'form', json_build_object('page', coalesce(p_page, ''), 'body', '', 'name', '', 'mail', ''));
end $$;
