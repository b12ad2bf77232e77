-- Who read the words of which organisation; of one that was withdrawn there are none. Not a route: the server calls it in
-- the statement of the page, and without the entry there is no page.
create or replace function action.submission_seen(p_me app.caller, p_seen json) returns void
language plpgsql volatile security definer set search_path = app, pg_temp
set plan_cache_mode = force_generic_plan as $$
begin
  if p_seen is null or p_seen ->> 'withdrawn_at' is not null then
    return;
  end if;
  perform audit_seen(p_me, 'submission.view', 'response_version',
    (select v.id from response_version v where v.receipt_no = p_seen ->> 'receipt'), null);
end $$;
