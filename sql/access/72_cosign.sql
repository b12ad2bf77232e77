-- Co-signing inside a house, derived from the hashes: nothing is stored of
-- what a change of the text makes void.

-- What the house has settled, or what holds for one that has settled nothing.
create or replace function app.rule_of(p_organisation_id bigint) returns app.house_rule
language plpgsql stable as $$
declare
  r app.house_rule;
begin
  select x.* into r from house_rule x where x.organisation_id = p_organisation_id;
  if not found then
    r.organisation_id := p_organisation_id;
    r.silence := 'waits';
    r.approvals := 1;
  end if;
  return r;
end $$;

-- Does somebody co-sign for a house on a day? Whose role has ended is asked no more and waited for no more.
create or replace function app.is_cosigner(p_person_id bigint, p_organisation_id bigint, p_consultation_id bigint,
  p_on date) returns boolean
language plpgsql stable set search_path = app, pg_temp as $$
begin
  return exists (select from membership m join person p on p.id = m.person_id and p.state in ('active', 'invited')
    where m.person_id = p_person_id and m.organisation_id = p_organisation_id and m.role = 'cosigner'
      and coalesce(m.consultation_id, p_consultation_id) = p_consultation_id and m.valid @> p_on);
end $$;

-- The requests of a response (or of one answer of it) that are about the text
-- as it stands, of each person and answer the last one, with the verdict on it.
-- verdict 'silence': none by the end of the due day, and the house had said that
-- this consents; 'gone': none, and the role has ended before.
create or replace function app.cosigns_of(p_response_id bigint, p_organisation_id bigint, p_answer_id bigint default null)
returns table (answer_id bigint, target_id bigint, request_id bigint, key text, person_id bigint, asked_by bigint,
  asked_at timestamptz, due_on date, revision int, verdict text, remark text, decided_at timestamptz)
language plpgsql stable rows 20 as $$
declare
  v_today date := today();
begin
  return query select distinct on (a.id, q.person_id) a.id, a.target_id, q.id, q.key::text, q.person_id, q.asked_by,
      q.asked_at, q.due_on, q.revision,
      coalesce(c.verdict, case when not is_cosigner(q.person_id, q.organisation_id, s.consultation_id,
          least(q.due_on, v_today)) then 'gone' when q.silence = 'consents' and q.due_on < v_today then 'silence'
        when not is_cosigner(q.person_id, q.organisation_id, s.consultation_id, v_today) then 'gone' end),
      c.remark, c.decided_at
    from answer a
      join stage s on s.id = a.stage_id
      join cosign_request q on q.answer_id = a.id and q.content_hash = a.content_hash and q.withdrawn_at is null
      left join cosign c on c.request_id = q.id and c.undone_at is null
    where a.response_id = p_response_id and a.organisation_id = p_organisation_id
      and (p_answer_id is null or a.id = p_answer_id)
    order by a.id, q.person_id, q.id desc;
end $$;

-- 'returned' before 'cosigning' before 'cosigned'; null for no request at all.
create or replace function app.cosign_sum(p_asked bigint, p_waiting bigint, p_returned bigint) returns text
language sql immutable parallel safe as $$
  select case when p_returned > 0 then 'returned' when p_waiting > 0 then 'cosigning' when p_asked > 0 then 'cosigned' end
$$;

-- Where each answer stands that was given for co-signing and not changed since.
-- A response nobody was asked about is "draft" (app.settle_response).
create or replace function app.cosign_states(p_response_id bigint, p_organisation_id bigint, p_response_state text)
returns table (answer_id bigint, target_id bigint, state text, asked bigint, signed bigint, waiting bigint,
  returned bigint, due_on date)
language plpgsql stable rows 20 set search_path = app, pg_temp as $$
begin
  if p_response_id is null or p_response_state = 'draft' then
    return;
  end if;
  return query select x.answer_id, x.target_id, cosign_sum(x.asked, x.waiting, x.returned), x.asked,
      x.asked - x.waiting - x.returned, x.waiting, x.returned, x.due_on
    from (select c.answer_id, c.target_id, count(*) as asked, count(*) filter (where c.verdict is null) as waiting,
        count(*) filter (where c.verdict = 'return') as returned, min(c.due_on) filter (where c.verdict is null) as due_on
      from cosigns_of(p_response_id, p_organisation_id) c where c.verdict is distinct from 'gone'
      group by c.answer_id, c.target_id) x;
end $$;

create or replace function app.cosign_states(h app.house)
returns table (answer_id bigint, target_id bigint, state text, asked bigint, signed bigint, waiting bigint,
  returned bigint, due_on date)
language sql stable rows 20 as $$
  select * from app.cosign_states(h.response_id, h.organisation_id, h.response_state)
$$;

-- The same for one answer.
create or replace function app.cosign_state(h app.house, p_answer_id bigint) returns text
language plpgsql stable as $$
begin
  if p_answer_id is null or h.response_state = 'draft' then
    return null;
  end if;
  return (select cosign_sum(count(*), count(*) filter (where c.verdict is null),
      count(*) filter (where c.verdict = 'return'))
    from cosigns_of(h.response_id, h.organisation_id, p_answer_id) c where c.verdict is distinct from 'gone');
end $$;

-- What waits for the word of one person in one house, in all consultations.
create or replace function app.cosigns_waiting(p_person_id bigint, p_organisation_id bigint)
returns setof app.cosign_request
language plpgsql stable rows 10 as $$
declare
  v_now timestamptz := app.now();
  v_today date := today();
begin
  return query select q.* from cosign_request q
      join answer a on a.id = q.answer_id and a.content_hash = q.content_hash
      join response r on r.id = a.response_id and r.state = 'cosigning'
      join stage s on s.id = r.stage_id
      join participation p on p.stage_id = r.stage_id and p.organisation_id = r.organisation_id
    where q.person_id = p_person_id and q.organisation_id = p_organisation_id and q.withdrawn_at is null
      and coalesce(p.extended_until, s.closes_at) >= v_now
      and is_cosigner(q.person_id, q.organisation_id, s.consultation_id, v_today)
      and not exists (select from cosign c where c.request_id = q.id and c.undone_at is null);
end $$;

-- Silence has spoken already; a word still counts.
create or replace function app.is_silent(q app.cosign_request) returns boolean
language sql stable as $$
  select q.silence = 'consents' and q.due_on < app.today()
$$;

-- Who may be asked: whoever co-signs for the house today. Nobody asks himself.
create or replace function app.cosigners_of(p_me app.caller, p_consultation_id bigint) returns setof app.person
language plpgsql stable as $$
begin
  return query select p.* from person p
    where p.state in ('active', 'invited') and p.id <> p_me.person_id and exists (select from membership m
      where m.person_id = p.id and m.organisation_id = p_me.organisation_id and m.role = 'cosigner'
        and coalesce(m.consultation_id, p_consultation_id) = p_consultation_id and m.valid @> today())
    order by p.sort_name, p.id;
end $$;

-- An open response is in co-signing as long as a request stands that nobody
-- has withdrawn, and else a draft; whatever opens or asks says so here.
create or replace function app.settle_response(p_response_id bigint) returns text
language plpgsql volatile set search_path = app, pg_temp as $$
declare
  v_state text := case when exists (select from answer a
      join cosign_request q on q.answer_id = a.id and q.withdrawn_at is null
    where a.response_id = p_response_id) then 'cosigning' else 'draft' end;
begin
  update response r set state = v_state, changed_at = app.now()
    where r.id = p_response_id and is_open(r.state) and r.state <> v_state;
  return v_state;
end $$;

-- A frozen or submitted response may be changed again.
create or replace function app.reopen_response(p_response_id bigint) returns void
language plpgsql volatile as $$
begin
  update response r set state = 'draft', changed_at = app.now() where r.id = p_response_id;
  perform settle_response(p_response_id);
end $$;
