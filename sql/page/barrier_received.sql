-- Number, day and, in the end, the answer, for who has the address.
create or replace function page.barrier_received(p_me app.caller, p_barrier_report text) returns json
language plpgsql stable security definer set search_path = app, pg_temp
set plan_cache_mode = force_generic_plan as $$
declare
  v_report json := barrier_receipt(p_barrier_report);
begin
  if v_report is null then
    return null;
  end if;
  return json_build_object('frame', frame(p_me, null, null), 'operator', operator_texts('operator'), 'report', v_report);
end $$;
