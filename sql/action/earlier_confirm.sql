-- Every open offer whose wording is still the same, and which is the only one of
-- its point: the same answers again. What was changed is looked at one by one.
create or replace function action.earlier_confirm(p_me app.caller, p_consultation text, p_shown bigint) returns json
language plpgsql volatile security definer set search_path = app, pg_temp
set plan_cache_mode = force_generic_plan as $$
declare
  h app.house := house(p_me, p_consultation);
  r record;
  v_count bigint := 0;
begin
  if not h.is_editor then
    perform fail('CN403', 'audience');
  end if;
  h := open_response(h);
  for r in select t, x.answer from earlier_unchanged(h) x join target t on t.id = x.target_id order by t.position loop
    perform take_earlier(p_me, h, r.t, 0, r.answer, 'confirm');
    v_count := v_count + 1;
  end loop;
  if v_count <> p_shown then
    perform fail('CN409', 'earlier_moved');
  end if;
  return json_build_object('location', '/consultations/' || h.slug || '/response/earlier?notice=earlier_confirmed', 'count', v_count);
end $$;
