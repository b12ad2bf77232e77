-- A saved view goes; positions are not touched.
create or replace function action.saved_view_delete(p_me app.caller, p_consultation text, p_saved_view text) returns json
language plpgsql volatile security definer set search_path = app, pg_temp
set plan_cache_mode = force_generic_plan as $$
declare
  v app.saved_view := saved_view_of(p_me, p_consultation, p_saved_view);
begin
  if v.id is null then
    perform fail('CN404', 'not_found');
  end if;
  delete from saved_view x where x.id = v.id;
  perform audit(p_me, 'view.delete', 'saved_view', v.id);
  return json_build_object('location', '/consultations/' || p_consultation || '/synopsis/views?notice=view_deleted');
end $$;
