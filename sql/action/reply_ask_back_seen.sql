-- The point it is about stands beside it.
create or replace function action.reply_ask_back_seen(p_me app.caller, p_seen json) returns void
language plpgsql volatile security definer set search_path = app, pg_temp
set plan_cache_mode = force_generic_plan as $$
begin
  if p_seen is not null then
    perform audit_seen(p_me, 'reply.view', 'organisation', (select o.id from organisation o
      where o.code = p_seen #>> '{organisation,code}'), 1);
  end if;
end $$;
