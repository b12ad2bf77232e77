-- Co-signing inside a house, derived from the hashes: nothing is stored of
-- what a change of the text makes void.

-- What the house has settled, or what holds for one that has settled nothing.
create or replace function app.rule_of(p_organisation_id bigint) returns app.house_rule
language plpgsql stable set search_path = app, pg_temp as $$
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

-- The requests of a response that are about its text as it stands, of each
-- person and answer the last one, with the verdict on it. verdict 'silence':
-- none by the end of the due day, and the house had said that this consents.
create or replace function app.cosigns_of(p_response_id bigint, p_organisation_id bigint)
returns table (answer_id bigint, target_id bigint, request_id bigint, key text, person_id bigint, asked_by bigint,
  asked_at timestamptz, due_on date, revision int, verdict text, remark text, decided_at timestamptz)
language plpgsql stable rows 20 set search_path = app, pg_temp as $$
declare
  v_today date := today();
begin
  return query select distinct on (a.id, q.person_id) a.id, a.target_id, q.id, q.key::text, q.person_id, q.asked_by,
      q.asked_at, q.due_on, q.revision,
      coalesce(c.verdict, case when q.silence = 'consents' and q.due_on < v_today then 'silence' end),
      c.remark, c.decided_at
    from answer a
      join cosign_request q on q.answer_id = a.id and q.content_hash = a.content_hash and q.withdrawn_at is null
      left join cosign c on c.request_id = q.id and c.undone_at is null
    where a.response_id = p_response_id and a.organisation_id = p_organisation_id
    order by a.id, q.person_id, q.id desc;
end $$;

-- Where each answer stands that was given for co-signing and not changed since.
-- A response nobody was asked about is "draft" (app.settle_response).
create or replace function app.cosign_states(p_response_id bigint, p_organisation_id bigint, p_response_state text)
returns table (answer_id bigint, target_id bigint, state text, asked int, signed int, waiting int, returned int, due_on date)
language plpgsql stable rows 20 set search_path = app, pg_temp as $$
begin
  if p_response_id is null or p_response_state = 'draft' then
    return;
  end if;
  return query select c.answer_id, c.target_id,
      case when bool_or(c.verdict = 'return') then 'returned' when bool_or(c.verdict is null) then 'cosigning'
        else 'cosigned' end,
      count(*)::int, (count(*) filter (where c.verdict <> 'return'))::int, (count(*) filter (where c.verdict is null))::int,
      (count(*) filter (where c.verdict = 'return'))::int, min(c.due_on) filter (where c.verdict is null)
    from cosigns_of(p_response_id, p_organisation_id) c group by c.answer_id, c.target_id;
end $$;

create or replace function app.cosign_states(h app.house)
returns table (answer_id bigint, target_id bigint, state text, asked int, signed int, waiting int, returned int, due_on date)
language sql stable rows 20 as $$
  select * from app.cosign_states(h.response_id, h.organisation_id, h.response_state)
$$;

create or replace function app.cosign_state(h app.house, p_answer_id bigint) returns text
language plpgsql stable set search_path = app, pg_temp as $$
begin
  return case when h.response_state <> 'draft' then
    (select s.state from cosign_states(h) s where s.answer_id = p_answer_id) end;
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
language plpgsql volatile set search_path = app, pg_temp as $$
begin
  update response r set state = 'draft', changed_at = app.now() where r.id = p_response_id;
  perform settle_response(p_response_id);
end $$;
