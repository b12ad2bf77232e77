-- Gives answers to people for co-signing, as they stand, until a day. Each
-- person gets one mail, whatever the number of answers.
create or replace function action.cosign_ask(p_me app.caller, p_consultation text, p_answer json,
  p_cosigner json, p_due_on text, p_message text) returns json
language plpgsql volatile security definer set search_path = app, pg_temp
set plan_cache_mode = force_generic_plan as $$
declare
  h app.house := house(p_me, p_consultation);
  v_targets text[];
  v_keys text[];
  v_due date;
  v_silence text;
  v_people bigint[];
  v_counts bigint[];
  a app.answer;
  v_found int := 0;
begin
  if not h.is_editor then
    perform fail('CN403', 'audience');
  end if;
  h := lock_response(h);
  v_targets := ticked(p_answer, 'answer');
  v_keys := ticked(p_cosigner, 'cosigner');
  v_due := due_day(h, p_due_on);
  v_silence := (rule_of(h.organisation_id)).silence;
  v_people := array(select c.id from cosigners_of(p_me, h.consultation_id) c where c.key = any (v_keys));
  if cardinality(v_people) < cardinality(v_keys) then
    perform fail('CN422', 'cosigner_gone', 'cosigner');
  end if;
  v_counts := array_fill(0::bigint, array[cardinality(v_people)]);
  for a in select x.* from answer x join target t on t.id = x.target_id
      where x.response_id = h.response_id and t.key = any (v_targets) and x.kind is not null order by x.id for update of x loop
    v_found := v_found + 1;
    perform seal_answer(a), withdraw_gone(p_me, h, a.id);
    for i in 1 .. cardinality(v_people) loop
      v_counts[i] := v_counts[i] + ask_cosign(p_me, a, v_people[i], v_due, v_silence, text_or_null(p_message))::int;
    end loop;
  end loop;
  if v_found < cardinality(v_targets) then
    perform fail('CN422', 'answer_gone', 'answer');
  elsif 0 = all (v_counts) then
    perform fail('CN422', 'cosign_moot', 'answer');
  end if;
  perform settle_response(h.response_id);
  for i in 1 .. cardinality(v_people) loop
    if v_counts[i] > 0 then
      perform queue_mail('cosign_request', v_people[i], null, h.organisation_id, jsonb_build_object(
        'by', name_of(p_me.person_id), 'count', v_counts[i], 'until', v_due, 'consultation', h.slug,
        'consents', v_silence = 'consents'), null, null);
    end if;
  end loop;
  return json_build_object('location', '/consultations/' || h.slug || '/response/'
    || case when cardinality(v_targets) = 1 then 'answers/' || v_targets[1] else 'cosigns' end || '?notice=cosign_asked',
    'asked', (select sum(n) from unnest(v_counts) n));
end $$;
