-- Who took the matrix out of the house as a drawing: the chart of the page. Not a
-- route: the file waits until the entry is committed.
create or replace function action.matrix_drawn(p_me app.caller, p_consultation text, p_kind text, p_differ text) returns json
language plpgsql volatile security definer set search_path = app, pg_temp
set plan_cache_mode = force_generic_plan as $$
declare
  v_page json := page.matrix(p_me, p_consultation, p_kind, p_differ, 'chart', null);
begin
  if v_page is null then
    perform fail('CN404', 'not_found');
  end if;
  perform audit_seen(p_me, 'matrix.export', 'stage', (desk_stage(p_consultation)).id, json_array_length(v_page -> 'rows'));
  return json_build_object('chart', v_page -> 'chart');
end $$;
