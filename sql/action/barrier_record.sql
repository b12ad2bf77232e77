-- From the public. Not by the route's own way: the server adds the address it
-- came from, which is counted and not kept with the report, and the contact.
create or replace function action.barrier_record(p_me app.caller, p_page text, p_body text, p_name text, p_mail text,
  p_contact text) returns json
language plpgsql volatile security definer set search_path = app, pg_temp
set plan_cache_mode = force_generic_plan as $$
begin
  return app.barrier_report(p_me, p_page, p_body, p_name, p_mail, p_contact);
end $$;
