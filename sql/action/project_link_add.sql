create or replace function action.project_link_add(p_me app.caller, p_commitment text, p_project_name text, p_project_number text,
  p_address text) returns json
language plpgsql volatile security definer set search_path = app, pg_temp
set plan_cache_mode = force_generic_plan as $$
declare
  c app.commitment := commitment_of(p_commitment);
begin
  if clean(p_project_name) is null then
    perform fail('CN422', 'required', 'project_name');
  elsif clean(p_address) !~ '^https://[^\s/]+\.[^\s/]+(/\S*)?$' then
    perform fail('CN422', 'bad_address', 'address');
  elsif (select count(*) from project_link x where x.commitment_id = c.id) >= 50 then
    perform fail('CN422', 'too_many', 'project_name', json_build_object('max', 50));
  end if;
  insert into project_link (commitment_id, name, number, address, added_at, added_by)
    values (c.id, clean(p_project_name), clean(p_project_number), clean(p_address), app.now(), p_me.person_id);
  perform audit(p_me, 'commitment.project', 'commitment', c.id);
  return json_build_object('location', '/commitments/' || c.number || '?notice=saved');
end $$;
