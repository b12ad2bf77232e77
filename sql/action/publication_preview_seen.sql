-- The same for several: an entry for each.
create or replace function action.publication_preview_seen(p_me app.caller, p_seen json) returns void
language plpgsql volatile security definer set search_path = app, pg_temp
set plan_cache_mode = force_generic_plan as $$
begin
  perform audit_seen(p_me, 'submission.view', 'response_version', v.id, null)
    from json_array_elements(p_seen -> 'statements') x join response_version v on v.receipt_no = x ->> 'receipt';
end $$;
