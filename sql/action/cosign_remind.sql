-- Reminds one person by mail of what waits in this stage; at most once a day.
create or replace function action.cosign_remind(p_me app.caller, p_consultation text, p_person text) returns json
language plpgsql volatile security definer set search_path = app, pg_temp
set plan_cache_mode = force_generic_plan as $$
declare
  h app.house := house(p_me, p_consultation);
  v_person bigint;
  v_ids bigint[];
  v_first date;
begin
  if not h.is_editor then
    perform fail('CN403', 'audience');
  end if;
  v_person := (select c.id from cosigners_of(p_me, h.consultation_id) c where c.key = p_person);
  if v_person is null then
    perform fail('CN422', 'cosigner_gone', 'person');
  end if;
  h := lock_response(h);
  select array_agg(q.id), min(q.due_on) into v_ids, v_first from cosigns_waiting(v_person, p_me.organisation_id) q
    join answer a on a.id = q.answer_id where a.response_id = h.response_id;
  if v_ids is null then
    perform fail('CN409', 'nobody_waits');
  end if;
  insert into cosign_reminder (request_id, organisation_id, kind, on_day, sent_by, sent_at)
    select i, h.organisation_id, 'asked', today(), p_me.person_id, app.now() from unnest(v_ids) i
    on conflict do nothing;
  if not found then
    perform fail('CN409', 'reminded_today');
  end if;
  perform queue_mail('cosign_reminder', v_person, null, h.organisation_id, jsonb_build_object(
      'by', name_of(p_me.person_id), 'count', cardinality(v_ids), 'until', v_first, 'consultation', h.slug), null, null),
    audit(p_me, 'cosign.remind', 'person', v_person, null, null, cardinality(v_ids));
  return json_build_object('location', '/consultations/' || h.slug || '/response/cosigns?notice=cosign_reminded');
end $$;
