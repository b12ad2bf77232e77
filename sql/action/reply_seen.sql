-- Who read what an organisation has written and is told.
create or replace function action.reply_seen(p_me app.caller, p_seen json) returns void
language plpgsql volatile security definer set search_path = app, pg_temp
set plan_cache_mode = force_generic_plan as $$
begin
  if p_seen is not null then
    perform audit_seen(p_me, 'reply.view', 'organisation', (select o.id from organisation o
      where o.code = p_seen #>> '{organisation,code}'), (p_seen #>> '{counts,points}')::bigint);
  end if;
end $$;
