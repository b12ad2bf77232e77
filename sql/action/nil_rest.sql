-- Sets or takes back „Fehlanzeige für alles Übrige“: a flag of the response,
-- not a row for each target.
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
  if h.nil_rest <> v_on then
    update response r set nil_rest = v_on, nil_rest_by = case when v_on then p_me.person_id end,
        changed_at = app.now()
      where r.id = h.response_id;
    perform audit(p_me, case when v_on then 'response.nil_rest' else 'response.nil_rest_off' end,
      'response', h.response_id);
  end if;
  return json_build_object('location', '/consultations/' || h.slug || '/response?notice='
    || case when v_on then 'nil_set' else 'nil_cleared' end, 'nil_rest', v_on);
end $$;
