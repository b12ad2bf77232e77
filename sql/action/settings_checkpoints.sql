-- Where the daily signed checkpoints of the log go: addresses outside, a line each.
create or replace function action.settings_checkpoints(p_me app.caller, p_addresses text) returns json
language plpgsql volatile security definer set search_path = app, pg_temp
set plan_cache_mode = force_generic_plan as $$
declare
  v_list text[] := array(select distinct lower(btrim(a)) from unnest(string_to_array(p_addresses, e'\n')) a
    where btrim(a) <> '' order by 1);
  v_bad text := (select a from unnest(v_list) a where not is_mail(a) limit 1);
begin
  if v_bad is not null then
    perform fail('CN422', 'bad_addresses', 'addresses', json_build_object('address', left(v_bad, 100)));
  elsif cardinality(v_list) > 10 then
    perform fail('CN422', 'too_many', 'addresses', json_build_object('max', 10));
  end if;
  perform set_setting(p_me, 'audit.checkpoint_addresses', to_jsonb(v_list));
  return json_build_object('location', '/settings?notice=settings_saved');
end $$;
