create or replace function action.address_import_discard(p_me app.caller, p_import text) returns json
language plpgsql volatile security definer set search_path = app, pg_temp
set plan_cache_mode = force_generic_plan as $$
declare
  i app.organisation_import := import_of(p_import);
begin
  update organisation_import x set state = 'discarded', finished_at = app.now(), rows = '[]'
    where x.id = i.id and x.state = 'checked';
  if not found then
    perform fail('CN409', 'import_over');
  end if;
  perform audit(p_me, 'address_list.discard', 'organisation_import', i.id);
  return json_build_object('location', '/invitations/import?notice=import_discarded');
end $$;
