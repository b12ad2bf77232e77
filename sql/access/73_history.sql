-- The history of an answer: sealed copies, the steps between them and what was
-- refused, each a text that can come back.

create or replace function app.content_of(a app.answer) returns app.answer_content
language sql immutable parallel safe as $$
  select (a.kind, a.stance, a.body, a.proposal, a.reason, a.value, a.confidential, a.confidential_reason)::app.answer_content
$$;

-- Keeps a text beside the working one: as version p_version of it (part 0), or
-- as what was written on that version and refused (part null: the next).
create or replace function app.keep_step(p_answer_id bigint, p_organisation_id bigint, p_version int, p_part int,
  c app.answer_content, p_author_id bigint, p_written_at timestamptz) returns void
language plpgsql volatile as $$
begin
  insert into answer_step (answer_id, organisation_id, version, part, kind, stance, body, proposal, reason, value,
      confidential, confidential_reason, author_id, written_at)
    values (p_answer_id, p_organisation_id, p_version, coalesce(p_part, (select coalesce(max(s.part), 0) + 1
        from answer_step s where s.answer_id = p_answer_id and s.version = p_version)),
      c.kind, c.stance, c.body, c.proposal, c.reason, c.value, c.confidential, c.confidential_reason,
      p_author_id, p_written_at);
end $$;

-- The fields of a text, each as one text; null where there is nothing.
create or replace function app.answer_fields(c app.answer_content) returns table (place int, name text, body text)
language sql immutable parallel safe rows 6 as $$
  select * from (values (1, 'stance', app.form_stance(c.kind, c.stance)), (2, 'body', c.body),
    (3, 'proposal', c.proposal), (4, 'reason', c.reason),
    (5, 'papers', app.value_text(c.value)),
    (6, 'confidential_reason', c.confidential_reason)) f (place, name, body)
$$;

-- What there is of an answer, newest first, without the words. p_all: also the
-- steps that no sealed copy holds.
create or replace function app.history_keys(p_answer_id bigint, p_organisation_id bigint, p_all boolean)
returns table (key text, source text, number int, part int, written_at timestamptz)
language plpgsql stable set search_path = app, pg_temp as $$
begin
  return query select x.* from (
    select 'r' || r.revision, 'revision', r.revision, 0, r.written_at from answer_revision r
      where r.answer_id = p_answer_id and r.organisation_id = p_organisation_id
    union all
    select 'v' || s.version || case when s.part > 0 then '.' || s.part else '' end,
        case when s.part > 0 then 'refused' else 'step' end, s.version, s.part, s.written_at from answer_step s
      where s.answer_id = p_answer_id and s.organisation_id = p_organisation_id
        and (s.part > 0 or p_all and not exists (select from answer_revision r
          where r.answer_id = s.answer_id and r.written_at = s.written_at))) x (key, source, number, part, written_at)
    order by x.written_at desc, x.source, x.number desc, x.part desc;
end $$;

-- The text with that key; no row without it.
create or replace function app.history_entry(p_answer_id bigint, p_organisation_id bigint, p_key text)
returns setof app.history_entry
language plpgsql stable rows 1 set search_path = app, pg_temp as $$
declare
  v_parts text[] := regexp_match(p_key, '^([rv])(\d{1,9})(?:\.(\d{1,9}))?$');
begin
  if v_parts[1] = 'r' and v_parts[3] is null then
    return query select p_key, 'revision', r.revision, 0, r.written_at, r.author_id, (r.kind, r.stance, r.body, r.proposal,
        r.reason, r.value, r.confidential, r.confidential_reason)::answer_content
      from answer_revision r where r.answer_id = p_answer_id and r.organisation_id = p_organisation_id
        and r.revision = v_parts[2]::int;
  elsif v_parts[1] = 'v' then
    return query select p_key, case when s.part > 0 then 'refused' else 'step' end, s.version, s.part, s.written_at,
        s.author_id, (s.kind, s.stance, s.body, s.proposal, s.reason, s.value, s.confidential,
        s.confidential_reason)::answer_content
      from answer_step s where s.answer_id = p_answer_id and s.organisation_id = p_organisation_id
        and s.version = v_parts[2]::int and s.part = coalesce(v_parts[3], '0')::int;
  end if;
end $$;

-- What the answer would say with an older text, or one field of it, in place of
-- what it says. How confidential it is can only rise by that: who restores words
-- has not decided who may read them.
create or replace function app.restored(a app.answer_content, o app.answer_content, p_field text)
returns app.answer_content
language plpgsql immutable set search_path = app, pg_temp as $$
declare
  c app.answer_content := case when p_field is null then o else a end;
begin
  case p_field
    when 'body' then c.body := o.body;
    when 'proposal' then c.proposal := o.proposal;
    when 'reason' then c.reason := o.reason;
    when 'papers' then c.value := o.value;
    when 'stance' then
      c.kind := o.kind;
      c.stance := o.stance;
    else
      null;
  end case;
  if num_nonnulls(c.stance, c.body, c.proposal, c.reason, c.value) > 0 then
    if p_field = 'stance' and o.kind in ('nil', 'not_applicable') then
      perform fail('CN422', 'conflict_kind', 'stance');
    end if;
    c.kind := 'answered';
  elsif c.kind = 'answered' then
    c.kind := null;
  end if;
  c.confidential_reason := case when c.kind = 'answered' then coalesce(a.confidential_reason, o.confidential_reason) end;
  c.confidential := c.confidential_reason is not null;
  return c;
end $$;

-- The requests whose word counts for the text as it stands, or is awaited.
create or replace function app.standing_requests(h app.house, p_answer_id bigint) returns bigint[]
language plpgsql stable as $$
begin
  if p_answer_id is null or h.response_state = 'draft' then
    return '{}'::bigint[];
  end if;
  return array(select c.request_id from cosigns_of(h.response_id, h.organisation_id, p_answer_id) c
    where c.verdict is distinct from 'return' order by c.request_id);
end $$;

-- People by name with what they had said, of requests in the first list only.
create or replace function app.requests_gone(p_before bigint[], p_after bigint[]) returns json
language plpgsql stable as $$
begin
  if p_before is null or p_before <@ p_after then
    return '[]'::json;
  end if;
  return (select coalesce(json_agg(json_build_object('name', name_of(q.person_id), 'verdict', coalesce(c.verdict,
      case when is_silent(q) then 'silence' end)) order by name_of(q.person_id)), '[]')
    from cosign_request q left join cosign c on c.request_id = q.id and c.undone_at is null
    where q.id = any (p_before) and q.id <> all (p_after));
end $$;
