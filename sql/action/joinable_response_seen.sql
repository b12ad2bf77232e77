-- Who read what another house offers. Not a route: the server calls it in the
-- statement of the page, and without the entry there is no page.
create or replace function action.joinable_response_seen(p_me app.caller, p_seen json) returns void
language plpgsql volatile security definer set search_path = app, pg_temp
set plan_cache_mode = force_generic_plan as $$
declare
  h app.house;
begin
  if p_seen is null then
    return;
  end if;
  h := house(p_me, p_seen #>> '{consultation,slug}');
  perform audit_seen(p_me, 'joinable.view', 'response_version',
    (select v.id from joinable_versions(h.stage_id, p_seen #>> '{from,code}') v), json_array_length(p_seen #> '{form,rows}'));
end $$;
