-- An answer of an earlier stage: p_choice confirm, and it is the draft; withdraw,
-- and the draft says that the house has no position there any more. What counts
-- is what the house releases.
create or replace function action.earlier_take(p_me app.caller, p_consultation text, p_target text, p_version bigint,
  p_earlier text, p_choice text, p_then text) returns json
language plpgsql volatile security definer set search_path = app, pg_temp
set plan_cache_mode = force_generic_plan as $$
declare
  h app.house := house(p_me, p_consultation);
  t app.target;
  a app.answer;
  r app.released_answer;
  v_before bigint[];
begin
  select x.* into t from target x where x.stage_id = h.stage_id and x.key = p_target;
  if not found then
    perform fail('CN404', 'not_found');
  elsif not h.is_editor then
    perform fail('CN403', 'audience');
  elsif p_choice not in ('confirm', 'withdraw') then
    perform fail('CN422', 'choose', 'choice');
  end if;
  select (e.answer).* into r from earlier_answers(h, t.id) e where e.n::text = p_earlier;
  if r.id is null then
    perform fail('CN409', 'earlier_gone');
  end if;
  h := open_response(h);
  v_before := standing_requests(h, (select x.id from answer x where x.response_id = h.response_id and x.target_id = t.id));
  a := take_earlier(p_me, h, t, p_version, r, p_choice);
  return json_build_object('location', case p_then when 'list' then '/consultations/' || h.slug || '/response/earlier?notice=earlier_'
      || p_choice || '#' || t.key else answer_location(h, t, null, 'earlier_' || p_choice) end,
    'version', a.version, 'void', requests_gone(v_before, standing_requests(h, a.id)));
end $$;
