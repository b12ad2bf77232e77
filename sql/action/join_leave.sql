-- Ends joining a house, whether or not it may still be joined. p_text: what was
-- taken over unchanged stays as own words (keep) or goes (remove); what was
-- changed is the house's own anyway.
create or replace function action.join_leave(p_me app.caller, p_consultation text, p_organisation text,
  p_text text) returns json
language plpgsql volatile security definer set search_path = app, pg_temp
set plan_cache_mode = force_generic_plan as $$
declare
  h app.house := house(p_me, p_consultation);
  v_count int := 0;
  r record;
begin
  if not h.is_editor then
    perform fail('CN403', 'audience');
  elsif not exists (select from adoption d where d.response_id = h.response_id
      and (origin_of(d.released_answer_id)).code = p_organisation) then
    perform fail('CN404', 'not_found');
  elsif p_text is null or p_text not in ('keep', 'remove') then
    perform fail('CN422', 'bad_choice', 'text');
  end if;
  h := open_response(h);
  for r in select a, is_adopted(a, d) as is_adopted from adoption d join answer a on a.id = d.answer_id
      where d.response_id = h.response_id and (origin_of(d.released_answer_id)).code = p_organisation
      order by a.id for update of a loop
    perform leave_answer(p_me, h, r.a, p_text = 'keep' or not r.is_adopted);
    v_count := v_count + 1;
  end loop;
  perform audit(p_me, 'join.leave', 'organisation', o.id, null, null, v_count)
    from organisation o where o.code = p_organisation;
  return json_build_object('location', '/consultations/' || h.slug || '/response?notice=join_left', 'left', v_count);
end $$;
