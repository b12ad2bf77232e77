-- Another name for a saved view, or for whom it is.
create or replace function action.saved_view_change(p_me app.caller, p_consultation text, p_saved_view text, p_name text,
  p_is_shared boolean) returns json
language plpgsql volatile security definer set search_path = app, pg_temp
set plan_cache_mode = force_generic_plan as $$
declare
  v app.saved_view := saved_view_of(p_me, p_consultation, p_saved_view);
begin
  if v.id is null then
    perform fail('CN404', 'not_found');
  end if;
  perform pg_advisory_xact_lock(hashtext('saved_view'), v.person_id::int);
  perform demand_view(p_me, v.consultation_id, v.id, p_name, p_is_shared and not v.is_shared);
  if v.person_id <> p_me.person_id and (not p_is_shared or exists (select from saved_view x
      where x.consultation_id = v.consultation_id and x.person_id = v.person_id and x.name = p_name and x.id <> v.id)) then
    perform fail('CN422', case when p_is_shared then 'view_name_taken' else 'view_of_another' end,
      case when p_is_shared then 'name' else 'is_shared' end);
  end if;
  update saved_view x set name = p_name, is_shared = p_is_shared, saved_at = app.now() where x.id = v.id;
  perform audit(p_me, 'view.change', 'saved_view', v.id);
  return json_build_object('location', '/consultations/' || p_consultation || '/synopsis/views?notice=view_changed');
end $$;
