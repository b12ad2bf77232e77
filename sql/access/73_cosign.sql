-- Helpers of the actions of co-signing.

-- The response of the house, locked against saves and a release, so that what
-- somebody is asked about stands still meanwhile.
create or replace function app.lock_response(inout h app.house)
language plpgsql volatile as $$
begin
  select r.id, r.state, r.nil_rest into h.response_id, h.response_state, h.nil_rest
    from response r where r.id = h.response_id for update;
  perform demand_draft(h);
end $$;

-- The keys of the rows that were ticked; none is an error at the field.
create or replace function app.ticked(p_map json, p_field text) returns text[]
language plpgsql immutable set search_path = app, pg_temp as $$
declare
  v_keys text[] := array(select x.key from json_each_text(p_map) x where x.value <> '');
begin
  if cardinality(v_keys) = 0 then
    perform fail('CN422', p_field || '_missing', p_field);
  end if;
  return v_keys;
end $$;

-- By when: from today to the deadline of the house.
create or replace function app.due_day(h app.house, p_due_on text) returns date
language plpgsql stable as $$
declare
  v_day date := read_day(p_due_on, 'due_on');
  v_last date := (h.closes_at at time zone 'Europe/Berlin')::date;
begin
  if v_day is null then
    perform fail('CN422', 'required', 'due_on');
  elsif v_day < today() then
    perform fail('CN422', 'day_past', 'due_on', json_build_object('today', today()));
  elsif v_day > v_last then
    perform fail('CN422', 'due_late', 'due_on', json_build_object('closes_at', h.closes_at));
  end if;
  return v_day;
end $$;

-- Asks one person about one answer as it stands; false when that is moot: who
-- has agreed to this text is not asked again, who still has to decide only for
-- another day.
create or replace function app.ask_cosign(p_me app.caller, a app.answer, p_person_id bigint, p_due_on date,
  p_silence text, p_message text) returns boolean
language plpgsql volatile as $$
declare
  q app.cosign_request;
  v_verdict text;
begin
  select x.* into q from cosign_request x where x.answer_id = a.id and x.person_id = p_person_id
    and x.content_hash = a.content_hash and x.withdrawn_at is null order by x.id desc limit 1;
  v_verdict := (select c.verdict from cosign c where c.request_id = q.id and c.undone_at is null);
  if v_verdict <> 'return' or v_verdict is null and q.due_on = p_due_on then
    return false;
  end if;
  update cosign_request x set withdrawn_at = app.now() where x.id = q.id and v_verdict is null;
  insert into cosign_request (organisation_id, answer_id, revision, content_hash, person_id, asked_by, asked_at,
      due_on, silence, message)
    values (a.organisation_id, a.id, (select max(r.revision) from answer_revision r where r.answer_id = a.id),
      a.content_hash, p_person_id, p_me.person_id, app.now(), p_due_on, p_silence, p_message)
    returning * into q;
  perform audit(p_me, 'cosign.ask', 'cosign_request', q.id, null, q.content_hash);
  return true;
end $$;

-- A request to the caller, locked, and the house in its stage, open for change.
create or replace function app.open_request(p_me app.caller, p_key text, out q app.cosign_request, out h app.house)
language plpgsql volatile as $$
declare
  s app.stage;
begin
  select x.* into q from cosign_request x where x.key = p_key and x.person_id = p_me.person_id
    and x.organisation_id = p_me.organisation_id;
  if not found then
    perform fail('CN404', 'not_found');
  end if;
  select x.* into s from answer a join stage x on x.id = a.stage_id where a.id = q.answer_id;
  h := house_at(p_me, s, stage_address(s));
  h := open_response(h);
  select x.* into q from cosign_request x where x.id = q.id for update;
  if not is_cosigner(q.person_id, q.organisation_id, h.consultation_id, today()) then
    perform fail('CN409', 'cosign_role_ended');
  elsif q.withdrawn_at is not null then
    perform fail('CN409', 'cosign_withdrawn');
  elsif (select a.content_hash <> q.content_hash from answer a where a.id = q.answer_id for share) then
    perform fail('CN409', 'answer_changed');
  end if;
end $$;

-- What waited for people whose role has ended is taken back when somebody else is asked about that answer.
create or replace function app.withdraw_gone(p_me app.caller, h app.house, p_answer_id bigint) returns void
language plpgsql volatile set search_path = app, pg_temp as $$
declare
  q app.cosign_request;
begin
  for q in update cosign_request x set withdrawn_at = app.now()
      where x.answer_id = p_answer_id and x.withdrawn_at is null
        and not exists (select from cosign c where c.request_id = x.id and c.undone_at is null)
        and not is_cosigner(x.person_id, x.organisation_id, h.consultation_id, today()) returning x.* loop
    perform audit(p_me, 'cosign.withdraw', 'cosign_request', q.id, q.content_hash);
  end loop;
end $$;
