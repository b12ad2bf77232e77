-- Who read the words of which organisation before they were published. Not a
-- route: the server calls it in the statement of the page.
create or replace function action.publication_seen(p_me app.caller, p_seen json) returns void
language plpgsql volatile security definer set search_path = app, pg_temp
set plan_cache_mode = force_generic_plan as $$
begin
  if p_seen #>> '{preview,receipt}' is not null then
    perform audit_seen(p_me, 'submission.view', 'response_version',
      (select v.id from response_version v where v.receipt_no = p_seen #>> '{preview,receipt}'), null);
  end if;
end $$;
