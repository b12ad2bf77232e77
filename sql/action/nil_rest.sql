-- Sets or takes back „Fehlanzeige für alles Übrige“.
create or replace function action.nil_rest(p_me app.caller, p_consultation text, p_nil_rest boolean)
returns json
language plpgsql volatile security definer set search_path = app, pg_temp
set plan_cache_mode = force_generic_plan as $$
declare
  h app.house := house(p_me, p_consultation);
  v_on boolean := coalesce(p_nil_rest, false);
begin
  if not h.is_editor then
    perform fail('CN403', 'audience');
  end if;
  h := open_response(h);
  perform set_nil_rest(p_me, h, v_on);
  return json_build_object('location', '/consultations/' || h.slug || '/response?notice='
    || case when v_on then 'nil_set' else 'nil_cleared' end, 'nil_rest', v_on);
end $$;
