-- Helpers of action.answer_save.

-- A field of nothing but white space counts as empty.
create or replace function app.text_or_null(p_text text) returns text
language sql immutable parallel safe as $$
  select case when p_text ~ '[^[:space:]]' then p_text end
$$;

-- The list of further papers: two lists of the form become one. A line with
-- neither title nor source is no line.
create or replace function app.papers_value(p_title json, p_source json) returns jsonb
language plpgsql immutable set search_path = app, pg_temp as $$
declare
  v_value jsonb;
begin
  if num_nonnulls(p_title, p_source) = 0 then
    return null;
  elsif exists (
      select from json_array_elements_text(p_source) with ordinality s (source, n)
        left join json_array_elements_text(p_title) with ordinality t (title, n) using (n)
      where text_or_null(s.source) is not null and text_or_null(t.title) is null) then
    perform fail('CN422', 'required', 'paper_title');
  end if;
  select jsonb_agg(jsonb_build_object('title', t.title, 'source', text_or_null(s.source)) order by n)
    into v_value
    from json_array_elements_text(p_title) with ordinality t (title, n)
      left join json_array_elements_text(p_source) with ordinality s (source, n) using (n)
    where text_or_null(t.title) is not null;
  if octet_length(v_value::text) > 65536 then
    perform fail('CN422', 'too_many', 'paper_title');
  end if;
  return v_value;
end $$;

-- From the seven values of the radio group and the fields to kind and stance.
create or replace function app.answer_content(p_takes_stance boolean, p_stance text,
  p_body text, p_proposal text, p_reason text, p_confidential boolean, p_confidential_reason text,
  p_value jsonb) returns app.answer_content
language plpgsql immutable set search_path = app, pg_temp as $$
declare
  c app.answer_content;
begin
  c.body := text_or_null(p_body);
  c.proposal := text_or_null(p_proposal);
  c.reason := text_or_null(p_reason);
  c.value := p_value;
  c.confidential := false;
  if p_stance in ('nil', 'not_applicable') then
    if num_nonnulls(c.body, c.proposal, c.reason, c.value) > 0 then
      perform fail('CN422', 'conflict_kind', 'stance');
    end if;
    c.kind := p_stance;
    return c;
  end if;
  if p_stance is not null and (not p_takes_stance
      or p_stance not in ('agree', 'agree_changed', 'reject', 'note', 'no_position')) then
    perform fail('CN422', 'bad_choice', 'stance');
  end if;
  c.stance := p_stance;
  if num_nonnulls(c.stance, c.body, c.proposal, c.reason, c.value) = 0 then
    return c; -- emptied
  end if;
  c.kind := 'answered';
  if p_confidential then
    c.confidential := true;
    c.confidential_reason := text_or_null(p_confidential_reason);
    if c.confidential_reason is null then
      perform fail('CN422', 'required', 'confidential_reason');
    end if;
  end if;
  return c;
end $$;

-- In an evaluation who says that a point holds no more, or not as it stands, says why: in any of the three texts.
create or replace function app.lacks_reason(t app.target, p_stance text, p_body text, p_proposal text, p_reason text) returns boolean
language plpgsql stable as $$
begin
  return p_stance in ('agree_changed', 'reject') and num_nonnulls(p_body, p_proposal, p_reason) = 0
    and (select s.kind <> 'consultation' from stage s where s.id = t.stage_id);
end $$;

create or replace function app.demand_reason(t app.target, c app.answer_content, p_field text default 'reason') returns void
language plpgsql stable as $$
begin
  if lacks_reason(t, c.stance, c.body, c.proposal, c.reason) then
    perform fail('CN422', 'still_' || c.stance, p_field);
  end if;
end $$;

-- A sealed copy of the text as it stands, unless the last copy is the same.
create or replace function app.seal_answer(a app.answer) returns void
language plpgsql set search_path = app, pg_temp as $$
declare
  v_last app.answer_revision;
begin
  select r.* into v_last from answer_revision r where r.answer_id = a.id order by r.revision desc limit 1;
  if (v_last.content_hash, v_last.confidential_reason) is distinct from (a.content_hash, a.confidential_reason) then
    insert into answer_revision (answer_id, revision, organisation_id, kind, stance, body, proposal, reason, value,
      confidential, confidential_reason, content_hash, author_id, written_at, sealed_at)
    values (a.id, coalesce(v_last.revision, 0) + 1, a.organisation_id, a.kind, a.stance, a.body, a.proposal,
      a.reason, a.value, a.confidential, a.confidential_reason, a.content_hash, a.author_id, a.changed_at, app.now());
  end if;
end $$;

-- A copy is due when another person takes over or the last is ten minutes old.
create or replace function app.is_seal_due(a app.answer, p_person_id bigint) returns boolean
language plpgsql stable as $$
begin
  return a.author_id <> p_person_id or app.now() - interval '10 minutes' >= coalesce(
    (select max(r.sealed_at) from answer_revision r where r.answer_id = a.id), a.created_at);
end $$;

-- A proposal that says what the paper says is none.
create or replace function app.proposal_on(t app.target, p_proposal text) returns text
language plpgsql stable as $$
begin
  return case when p_proposal <> '' and btrim(p_proposal, e' \n') is distinct from wording_of(t.item_version_id)
    then p_proposal end;
end $$;

-- Where a save goes on: the same page, there the comparison or the proposal
-- with the wording to begin with, the next target, or the overview.
create or replace function app.answer_location(h app.house, p_target app.target, p_then text, p_notice text) returns text
language plpgsql stable as $$
declare
  v_base text := '/consultations/' || h.slug || '/response';
  v_next text;
begin
  if p_then = 'next' then
    select t.key into v_next from asked(h) t where t.position > p_target.position order by t.position limit 1;
    return v_base || coalesce('/answers/' || v_next, '') || '?notice=' || p_notice;
  elsif p_then = 'overview' then
    return v_base || '?notice=' || p_notice;
  end if;
  return v_base || '/answers/' || p_target.key || case p_then
    when 'compare' then '?notice=' || p_notice || '#vergleich'
    when 'wording' then '?fill=wording#proposal'
    else '?notice=' || p_notice end;
end $$;

-- Writes an answer into the open response. The version says which text was
-- edited; who edited an older one gets CN409 stale and overwrites nothing.
-- p_field: where the form says so, null for the page. What is replaced stays
-- for some days as a step: what a form was made from is known when it comes.
create or replace function app.put_answer(p_me app.caller, h app.house, t app.target, p_version bigint,
  c app.answer_content, p_field text default null, p_act text default 'answer.save') returns app.answer
language plpgsql volatile as $$
declare
  a app.answer;
  v_before bytea;
  v_now timestamptz := app.now();
begin
  perform demand_reason(t, c, coalesce(p_field, 'reason'));
  select x.* into a from answer x where x.response_id = h.response_id and x.target_id = t.id for update;
  if not found and p_version = 0 and c.kind is not null then
    insert into answer (response_id, stage_id, organisation_id, target_id, kind, stance, body, proposal,
        reason, value, confidential, confidential_reason, author_id, created_at, changed_at)
      values (h.response_id, h.stage_id, h.organisation_id, t.id, c.kind, c.stance, c.body, c.proposal,
        c.reason, c.value, c.confidential, c.confidential_reason, p_me.person_id, v_now, v_now)
      on conflict (response_id, target_id) do nothing returning * into a;
    if not found then
      perform fail('CN409', 'stale', p_field);
    end if;
    perform audit(p_me, p_act, 'answer', a.id, null, a.content_hash);
  elsif a.id is not null and (a.kind, a.stance, a.body, a.proposal, a.reason, a.value, a.confidential,
      a.confidential_reason) is distinct from (c.kind, c.stance, c.body, c.proposal, c.reason, c.value,
      c.confidential, c.confidential_reason) then
    if a.version <> p_version then
      perform fail('CN409', 'stale', p_field);
    end if;
    v_before := a.content_hash;
    if is_seal_due(a, p_me.person_id) then
      perform seal_answer(a);
    end if;
    perform keep_step(a.id, a.organisation_id, a.version, 0, content_of(a), a.author_id, a.changed_at);
    update answer x set kind = c.kind, stance = c.stance, body = c.body, proposal = c.proposal,
        reason = c.reason, value = c.value, confidential = c.confidential,
        confidential_reason = c.confidential_reason, version = x.version + 1,
        author_id = p_me.person_id, changed_at = v_now
      where x.id = a.id returning * into a;
    if a.kind is distinct from 'answered' then -- without words there is no deviation
      delete from adoption d where d.answer_id = a.id and d.content_hash <> a.content_hash;
    end if;
    perform audit(p_me, p_act, 'answer', a.id, v_before, a.content_hash);
  elsif a.id is null and p_version <> 0 then
    perform fail('CN409', 'stale', p_field);
  end if; -- else nothing changed: a repeated save is answered like the first
  return a;
end $$;

-- „Fehlanzeige für alles Übrige“: a flag of the response, not a row for each target.
create or replace function app.set_nil_rest(p_me app.caller, h app.house, p_on boolean) returns void
language plpgsql volatile as $$
begin
  if h.nil_rest <> p_on then
    update response r set nil_rest = p_on, nil_rest_by = case when p_on then p_me.person_id end,
        changed_at = app.now()
      where r.id = h.response_id;
    perform audit(p_me, case when p_on then 'response.nil_rest' else 'response.nil_rest_off' end,
      'response', h.response_id);
  end if;
end $$;
