-- Answers of a house that came on paper: entered by the moderators, confirmed
-- by the house. No draft of the house is read here, and none of it can be.

-- The entry that is not settled yet.
create or replace function app.open_intake(p_stage_id bigint, p_organisation_id bigint) returns app.intake
language plpgsql stable set search_path = app, pg_temp as $$
declare
  i app.intake;
begin
  select x.* into i from intake x where x.stage_id = p_stage_id and x.organisation_id = p_organisation_id
    and x.state in ('open', 'waiting', 'returned');
  return i;
end $$;

-- Of everything the house confirms: the answers with what they are under, and
-- nil for the rest.
create or replace function app.intake_hash(p_intake_id bigint) returns bytea
language plpgsql stable set search_path = app, pg_temp as $$
begin
  return canon_hash(e'resonanz intake 1\n' || (select canon_field('nil_rest', i.nil_rest::text) from intake i
      where i.id = p_intake_id)
    || coalesce((select string_agg(t.key || ' ' || encode(terms_hash(a.content_hash, a.confidential_reason, null), 'hex')
        || e'\n', '' order by t.key collate "C")
      from intake_answer a join target t on t.id = a.target_id
      where a.intake_id = p_intake_id and a.kind is not null), ''));
end $$;

-- Came before the deadline of the house was over, by its day in Germany.
create or replace function app.came_in_time(p_received_on date, p_closes_at timestamptz) returns boolean
language sql stable parallel safe as $$
  select p_closes_at is null or p_received_on <= (p_closes_at at time zone 'Europe/Berlin')::date
$$;

-- What the moderators may still write in; locked against the house deciding.
create or replace function app.writable_intake(p_me app.caller, p_stage_id bigint, p app.participation) returns app.intake
language plpgsql volatile set search_path = app, pg_temp as $$
declare
  i app.intake;
begin
  select x.* into i from intake x where x.stage_id = p_stage_id and x.organisation_id = p.organisation_id
    and x.state in ('open', 'waiting', 'returned') for update;
  if not found then
    perform fail('CN409', 'intake_missing');
  elsif i.state = 'waiting' then
    perform fail('CN409', 'intake_waiting');
  end if;
  return i;
end $$;

-- An organisation whose version counts has answered; nothing is entered beside.
create or replace function app.demand_no_version(p app.participation) returns void
language plpgsql stable set search_path = app, pg_temp as $$
begin
  if exists (select from current_version c where c.stage_id = p.stage_id and c.organisation_id = p.organisation_id) then
    perform fail('CN409', 'intake_submitted');
  end if;
end $$;

-- Who released what came on paper, for a version or a candidate; null for what
-- the house has written itself.
create or replace function app.intake_mark(p_candidate_id bigint) returns json
language plpgsql stable set search_path = app, pg_temp as $$
begin
  return (select json_build_object('received_on', i.received_on, 'channel', i.channel, 'entered_at', i.handed_at,
      'confirmed_at', i.decided_at)
    from intake i where i.candidate_id = p_candidate_id and i.state = 'confirmed');
end $$;

-- Is what waits for release something that came in time on paper? Then it may
-- be released after the deadline.
create or replace function app.is_intake_candidate(p_candidate_id bigint, p_closes_at timestamptz) returns boolean
language plpgsql stable set search_path = app, pg_temp as $$
begin
  return exists (select from intake i where i.candidate_id = p_candidate_id and i.state = 'confirmed'
    and came_in_time(i.received_on, p_closes_at));
end $$;

-- The entry that waits for this house, as the page showed it; locked.
create or replace function app.waiting_intake(h app.house, p_content_hash text) returns app.intake
language plpgsql volatile set search_path = app, pg_temp as $$
declare
  i app.intake;
begin
  if not h.is_releaser then
    perform fail('CN403', 'not_releaser');
  end if;
  select x.* into i from intake x where x.stage_id = h.stage_id and x.organisation_id = h.organisation_id
    and x.state not in ('open', 'discarded') order by x.id desc limit 1;
  if not found then
    perform fail('CN404', 'not_found');
  end if;
  select x.* into i from intake x where x.id = i.id and x.state = 'waiting' for update;
  if not found then
    perform fail('CN409', 'intake_gone');
  elsif p_content_hash is not null and encode(i.content_hash, 'hex') <> p_content_hash then
    perform fail('CN409', 'hash_changed');
  end if;
  return i;
end $$;

-- The response of the house, open for what was entered; its own draft gives way
-- only when it says so. Not asked: the deadline, which the callers do.
create or replace function app.intake_response(h app.house, p_replace boolean) returns app.house
language plpgsql volatile set search_path = app, pg_temp as $$
declare
  v_state text;
begin
  if h.response_id is null then
    insert into response (stage_id, organisation_id, state, created_at, changed_at)
      values (h.stage_id, h.organisation_id, 'draft', app.now(), app.now())
      on conflict (stage_id, organisation_id) do nothing;
  end if;
  select r.id, r.state into h.response_id, v_state from response r
    where r.stage_id = h.stage_id and r.organisation_id = h.organisation_id for update;
  if v_state = 'submitted' then
    perform fail('CN409', 'intake_own_submitted');
  elsif v_state = 'frozen' then
    perform fail('CN409', 'intake_frozen');
  elsif v_state = 'withdrawn' then
    perform reopen_response(h.response_id);
  end if;
  if not p_replace and (h.nil_rest or exists (select from answer a
      where a.response_id = h.response_id and a.kind is not null)) then
    perform fail('CN422', 'intake_replace', 'replace');
  end if;
  return h;
end $$;

-- Puts what was entered in the place of the draft, by the hand of who entered
-- it. What stood there before stays in the history.
create or replace function app.copy_intake(p_me app.caller, h app.house, i app.intake) returns void
language plpgsql volatile set search_path = app, pg_temp as $$
begin
  perform seal_answer(a) from answer a where a.response_id = h.response_id and a.kind is not null;
  delete from adoption d where d.response_id = h.response_id; -- what it had joined was its draft, too
  update answer a set kind = null, stance = null, body = null, proposal = null, reason = null, value = null,
      confidential = false, confidential_reason = null, version = a.version + 1, author_id = p_me.person_id,
      changed_at = app.now()
    where a.response_id = h.response_id and a.kind is not null and not exists (select from intake_answer x
      where x.intake_id = i.id and x.target_id = a.target_id and x.kind is not null);
  insert into answer as a (response_id, stage_id, organisation_id, target_id, kind, stance, body, proposal, reason,
      value, confidential, confidential_reason, author_id, created_at, changed_at)
    select h.response_id, h.stage_id, h.organisation_id, x.target_id, x.kind, x.stance, x.body, x.proposal, x.reason,
        x.value, x.confidential, x.confidential_reason, x.author_id, app.now(), app.now()
      from intake_answer x where x.intake_id = i.id and x.kind is not null
    on conflict (response_id, target_id) do update set kind = excluded.kind, stance = excluded.stance,
      body = excluded.body, proposal = excluded.proposal, reason = excluded.reason, value = excluded.value,
      confidential = excluded.confidential, confidential_reason = excluded.confidential_reason,
      version = a.version + 1, author_id = excluded.author_id, changed_at = excluded.changed_at;
  update response r set nil_rest = i.nil_rest, nil_rest_by = case when i.nil_rest then i.entered_by end,
      changed_at = app.now()
    where r.id = h.response_id;
end $$;

create or replace function app.settle_intake(p_me app.caller, i app.intake, p_state text, p_remark text,
  p_candidate_id bigint) returns void
language plpgsql volatile set search_path = app, pg_temp as $$
begin
  update intake x set state = p_state, remark = p_remark, candidate_id = p_candidate_id, decided_by = p_me.person_id,
      decided_at = app.now(), version = x.version + 1
    where x.id = i.id;
end $$;

-- To who entered it: what became of it, and where; no word of it.
create or replace function app.mail_intake(i app.intake, h app.house, p_template text) returns void
language plpgsql volatile set search_path = app, pg_temp as $$
begin
  perform queue_mail(p_template, i.handed_by, null, h.organisation_id, jsonb_build_object('consultation', h.slug,
      'code', h.organisation_code), null, p_template || ' ' || i.key || ' ' || i.version);
end $$;

-- The day something came: known, not before the stage began and not too late.
create or replace function app.intake_day(p_text text, s app.stage, p_closes_at timestamptz) returns date
language plpgsql stable set search_path = app, pg_temp as $$
declare
  v_on date := read_day(p_text, 'received_on');
begin
  if v_on is null then
    perform fail('CN422', 'required', 'received_on');
  elsif v_on > today() then
    perform fail('CN422', 'intake_future', 'received_on', json_build_object('today', today()));
  elsif v_on < (s.opens_at at time zone 'Europe/Berlin')::date then
    perform fail('CN422', 'intake_early', 'received_on', json_build_object('opens_at', s.opens_at));
  elsif not came_in_time(v_on, p_closes_at) then
    perform fail('CN422', 'intake_late', 'received_on', json_build_object('closes_at', p_closes_at));
  end if;
  return v_on;
end $$;

-- Writes an answer into the entry; who edited an older one overwrites nothing.
create or replace function app.put_intake_answer(p_me app.caller, i app.intake, t app.target, p_version bigint,
  c app.answer_content) returns app.intake_answer
language plpgsql volatile set search_path = app, pg_temp as $$
declare
  a app.intake_answer;
begin
  select x.* into a from intake_answer x where x.intake_id = i.id and x.target_id = t.id for update;
  perform demand_reason(t, c);
  if (a.kind, a.stance, a.body, a.proposal, a.reason, a.value, coalesce(a.confidential, false), a.confidential_reason)
      is not distinct from (c.kind, c.stance, c.body, c.proposal, c.reason, c.value, c.confidential,
      c.confidential_reason) then
    return a; -- a repeated save is answered like the first
  elsif coalesce(a.version, 0) <> p_version then
    perform fail('CN409', 'stale');
  end if;
  insert into intake_answer as x (intake_id, stage_id, organisation_id, target_id, kind, stance, body, proposal,
      reason, value, confidential, confidential_reason, author_id, changed_at)
    values (i.id, i.stage_id, i.organisation_id, t.id, c.kind, c.stance, c.body, c.proposal, c.reason, c.value,
      c.confidential, c.confidential_reason, p_me.person_id, app.now())
    on conflict (intake_id, target_id) do update set kind = excluded.kind, stance = excluded.stance,
      body = excluded.body, proposal = excluded.proposal, reason = excluded.reason, value = excluded.value,
      confidential = excluded.confidential, confidential_reason = excluded.confidential_reason,
      version = x.version + 1, author_id = excluded.author_id, changed_at = excluded.changed_at
    returning * into a;
  perform audit(p_me, 'intake.save', 'target', t.id, null, a.content_hash);
  return a;
end $$;
