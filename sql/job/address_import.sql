-- What the confirmation of an address list has left to do ({"import": ID}), a
-- part at a time, in the name of whoever confirmed it.
create or replace function job.address_import(p_id bigint, p_part int, p_args jsonb) returns int
language plpgsql volatile security definer set search_path = app, pg_temp as $$
declare
  v_me app.caller;
begin
  v_me.person_id := (select j.created_by from job j where j.id = p_id);
  return p_part + 1 + import_part(v_me, (p_args ->> 'import')::bigint);
end $$;
