-- Under which licence the open data stand; empty: the built-in one.
create or replace function action.settings_licence(p_me app.caller, p_licence_name text, p_licence_href text) returns json
language plpgsql volatile security definer set search_path = app, pg_temp
set plan_cache_mode = force_generic_plan as $$
declare
  v_name text := text_or_null(p_licence_name);
  v_href text := text_or_null(p_licence_href);
begin
  if v_href is not null and v_href !~ '^https://[^\s]+$' then
    perform fail('CN422', 'bad_web_address', 'licence_href');
  elsif v_name is null and v_href is not null then
    perform fail('CN422', 'required', 'licence_name');
  end if;
  perform set_setting(p_me, 'open_data', case when v_name is null then '{}' else jsonb_build_object('name', v_name, 'href', v_href) end);
  return json_build_object('location', '/settings?notice=settings_saved');
end $$;
