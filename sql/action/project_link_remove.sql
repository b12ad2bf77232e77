create or replace function action.project_link_remove(p_me app.caller, p_commitment text, p_project text) returns json
language plpgsql volatile security definer set search_path = app, pg_temp
set plan_cache_mode = force_generic_plan as $$
declare
  c app.commitment := commitment_of(p_commitment);
begin
  delete from project_link x where x.commitment_id = c.id and x.key = p_project;
  if not found then
    perform fail('CN404', 'not_found');
  end if;
  perform audit(p_me, 'commitment.project', 'commitment', c.id);
  return json_build_object('location', '/commitments/' || c.number || '/edit?notice=saved');
end $$;
