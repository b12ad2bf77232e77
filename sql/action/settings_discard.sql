-- Drops the draft; what is published stays.
create or replace function action.settings_discard(p_me app.caller) returns json
language plpgsql volatile security definer set search_path = app, pg_temp
set plan_cache_mode = force_generic_plan as $$
begin
  delete from setting s where s.key = 'operator.draft';
  return json_build_object('location', '/settings?notice=settings_discarded');
end $$;
