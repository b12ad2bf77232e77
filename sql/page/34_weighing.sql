-- Helpers of the pages on which a position or a group is weighed, and what their
-- actions ask first.

-- A current position by its number, which no group weighs.
create or replace function app.weighed_alone(s app.stage, p_position text) returns app.weighed
language plpgsql volatile set search_path = app, pg_temp as $$
declare
  p app.position := numbered_position(s, p_position);
  g app.position_group;
begin
  if p.id is null then
    perform fail('CN404', 'not_found');
  end if;
  perform group_lock(s.id);
  g := group_of_position(p.id);
  if not p.is_current then
    perform fail('CN409', 'position_gone');
  elsif g.id is not null then
    perform fail('CN409', 'weighed_in_group', null, json_build_object('group', group_number(g.number)));
  end if;
  return (s.id, p.id, null)::weighed;
end $$;

create or replace function app.weighed_group(s app.stage, p_group text) returns app.weighed
language plpgsql volatile set search_path = app, pg_temp as $$
declare
  g app.position_group := group_open(s.id, p_group, null);
begin
  return (s.id, null, g.id)::weighed;
end $$;

-- Where it is weighed, for acts to come back to.
create or replace function app.weighed_href(p_consultation text, w app.weighed, p_from text, p_notice text) returns text
language plpgsql stable as $$
begin
  return case when w.group_id is null then position_href('/consultations/' || p_consultation, weighed_number(w), p_from, p_notice)
    else with_query('/consultations/' || p_consultation || '/groups/' || weighed_number(w), array['notice'], array[p_notice]) end;
end $$;

-- By its number, written as it is given: R1-0042, R1-0042.2.
create or replace function app.numbered_position(s app.stage, p_position text) returns app.position
language plpgsql stable as $$
declare
  p app.position := position_at(s.id, p_position);
begin
  return case when position_number(s.kind, s.number, p.number, p.part) = p_position then p end;
end $$;

-- The position before (-1) or behind (1) in the order of the synopsis, of those
-- that have a number, under a filter where there is one.
create or replace function app.neighbour(p app.position, p_step int, f app.position_filter default null) returns app.position
language plpgsql stable as $$
declare
  c_tries constant int := 20;
  x app.position;
begin
  if not f is null then
    select y.* into x from unnest(position_ids(p.stage_id, f, p, p_step < 0, c_tries)) with ordinality u(id, n)
      join position y on y.id = u.id where y.number is not null order by u.n * p_step limit 1;
  elsif p_step < 0 then
    select y.* into x from position y where y.stage_id = p.stage_id and y.is_current and y.number is not null
        and (y.sort_target, y.sort_key, y.id) < (p.sort_target, p.sort_key, p.id)
      order by y.sort_target desc, y.sort_key desc, y.id desc limit 1;
  else
    select y.* into x from position y where y.stage_id = p.stage_id and y.is_current and y.number is not null
        and (y.sort_target, y.sort_key, y.id) > (p.sort_target, p.sort_key, p.id)
      order by y.sort_target, y.sort_key, y.id limit 1;
  end if;
  return x;
end $$;

-- What the same house said at the same point before (-1) or after (1): the whole
-- position, or its parts in use, of the released answer that went before or came
-- after. One that was released again stands where it was held last.
create or replace function app.kin_of_position(p app.position, p_step int) returns bigint[]
language plpgsql stable as $$
begin
  return (with held as (select va.released_answer_id as id, max(v.number) * p_step as at
        from released_answer a join response_version v on v.response_id = a.response_id
          join version_answer va on va.response_version_id = v.id and va.target_id = a.target_id and not va.adopted
        where a.id = p.released_answer_id group by va.released_answer_id)
    select coalesce(array_agg(x.id order by x.part), '{}') from position x where not x.set_aside and x.released_answer_id = (
      select h.id from held h where h.at > (select o.at from held o where o.id = p.released_answer_id) order by h.at limit 1));
end $$;

-- As a page shows them: what they were assessed, and how their words differ from
-- p where both are whole answers.
create or replace function app.kin_json(s app.stage, p app.position, p_step int, p_consultation text) returns json
language plpgsql stable as $$
begin
  return (select coalesce(json_agg(position_link(s, x, p_consultation)::jsonb || jsonb_build_object(
      'is_current', x.is_current, 'released_at', x.released_at, 'assessment', assessment_json(a),
      'group', case when g.id is not null then jsonb_build_object('number', group_number(g.number), 'name', g.name,
        'href', '/consultations/' || p_consultation || '/groups/' || group_number(g.number)) end,
      'changes', case when p_step < 0 and x.part + p.part = 0 then compared_parts(grouped_position(s, x, p_consultation),
        grouped_position(s, p, p_consultation))::jsonb end) order by x.part), '[]')
    from position x left join assessment a on a.id = x.assessment_id left join group_of_position(x.id) g on true
    where x.id = any ((kin_of_position(p, p_step))[:20]) and x.number is not null);
end $$;

-- Saves what a form sent. Whoever has lost the lock is told, and takes it over or
-- leaves it; where another version was saved meanwhile, the page of the conflict.
-- Null: done.
create or replace function app.weigh(p_me app.caller, s app.stage, w app.weighed, p_base bigint, c app.assessment,
  p_take_over boolean, p_href text, p_from text default null) returns json
language plpgsql volatile set search_path = app, pg_temp as $$
declare
  l app.row_lock;
  a app.assessment;
begin
  perform group_lock(s.id);
  l := lock_of(w);
  if l.person_id <> p_me.person_id and not p_take_over then
    perform fail('CN409', 'lock_lost', null, json_build_object('by', name_of(l.person_id), 'since', l.taken_at));
  end if;
  perform lock_take(p_me, w, p_take_over);
  a := last_assessment(w);
  if p_base is distinct from coalesce(a.version, 0)
      and a.content_hash is distinct from assessment_hash(w, c.decision, c.referred_to, c.edition_place, c.body) then
    return refuse_page('CN409', 'stale', 'assessment_conflict', assessment_conflict(p_me, s, w, a, p_base, c, p_href, p_from));
  end if;
  perform assessment_put(p_me, s, w, a, c);
  return null;
end $$;

-- An assessment as a form holds it.
create or replace function app.assessment_form(a app.assessment) returns jsonb
language plpgsql stable as $$
begin
  return jsonb_build_object('base', coalesce(a.version, 0), 'decision', coalesce(a.decision, 'open'), 'referred_to', coalesce(a.referred_to, ''),
    'edition_place', coalesce(a.edition_place, ''), 'assessment', coalesce(a.body, ''));
end $$;

-- Two versions side by side: what was saved meanwhile and what was sent, each as
-- it differs from what both began with, and both put together where that goes.
create or replace function app.assessment_conflict(p_me app.caller, s app.stage, w app.weighed, a app.assessment,
  p_base bigint, c app.assessment, p_href text, p_from text) returns json
language plpgsql stable as $$
declare
  b app.assessment;
begin
  select x.* into b from assessment x where (x.position_id = w.position_id or x.group_id = w.group_id) and x.version = p_base;
  return json_build_object(
    'frame', frame_at(p_me, s, null, 'synopsis'),
    'consultation', consultation_json(s.consultation_id),
    'weighed', json_build_object('number', weighed_number(w), 'href', p_href, 'is_group', w.group_id is not null),
    'version', a.version, 'from', p_from,
    'form', assessment_form(c),
    'mine', assessment_form(c) || jsonb_build_object('diff_of', jsonb_build_object('old', b.body, 'new', c.body)),
    'theirs', assessment_form(a) || jsonb_build_object('by', name_of(a.saved_by), 'at', a.saved_at,
      'is_me', a.saved_by = p_me.person_id, 'diff_of', jsonb_build_object('old', b.body, 'new', a.body)),
    'together', jsonb_build_object('merge_of', jsonb_build_object('base', b.body, 'mine', c.body, 'theirs', a.body)),
    'approved', approved_by(a.id));
end $$;

-- The sponsors who have approved this version; with any other that falls.
create or replace function app.approved_by(p_assessment_id bigint) returns json
language plpgsql stable as $$
begin
  return (select coalesce(json_agg(n.short_name order by n.short_name), '[]')
    from assessment_approval x, name_on(x.organisation_id, today()) n
    where x.assessment_id = p_assessment_id and x.verdict = 'approved');
end $$;

-- Each sponsor: what it said to this version, and which older one it approved.
create or replace function app.sponsor_lines(s app.stage, a app.assessment) returns json
language plpgsql stable as $$
begin
  return (select coalesce(json_agg(json_build_object('code', o.code, 'name', n.short_name,
      'state', case when x.verdict is not null then x.verdict when x.id is not null then 'asked' else 'not_asked' end,
      'at', coalesce(x.decided_at, x.asked_at), 'by', case when x.verdict is not null then name_of(x.decided_by) end,
      'due_on', case when x.verdict is null then x.due_on end, 'is_late', x.verdict is null and x.due_on < today(),
      'remark', x.remark,
      'earlier', case when x.verdict is null then (select json_build_object('version', e.version, 'at', y.decided_at)
        from assessment e join assessment_approval y on y.assessment_id = e.id and y.verdict = 'approved'
        where (e.position_id = a.position_id or e.group_id = a.group_id) and e.id <> a.id and y.organisation_id = o.id
        order by e.version desc limit 1) end) order by n.short_name), '[]')
    from sponsor p join organisation o on o.id = p.organisation_id cross join lateral name_on(o.id, today()) n
      left join assessment_approval x on x.assessment_id = a.id and x.organisation_id = o.id
    where p.consultation_id = s.consultation_id);
end $$;

-- The versions, the newest first, each as it differs from the one before.
create or replace function app.assessment_versions(w app.weighed) returns json
language plpgsql stable as $$
begin
  return (select coalesce(json_agg(json_build_object('version', x.version, 'at', x.saved_at, 'by', name_of(x.saved_by),
      'decision', x.decision, 'referred_to', x.referred_to, 'edition_place', x.edition_place,
      'change', json_build_object('diff_of', json_build_object('old', x.before, 'new', x.body))) order by x.version desc), '[]')
    from (select a.*, lag(a.body) over (order by a.version) as before from assessment a
      where a.position_id = w.position_id or a.group_id = w.group_id order by a.version desc limit 20) x);
end $$;

create or replace function app.assessment_json(a app.assessment) returns json
language plpgsql stable as $$
begin
  return case when a.id is not null then (select json_build_object('version', a.version, 'decision', a.decision,
      'referred_to', a.referred_to, 'edition_place', a.edition_place, 'body', a.body, 'at', a.saved_at,
      'by', name_of(a.saved_by), 'content_hash', encode(a.content_hash, 'hex'), 'given', n.given, 'of', n.of,
      'is_draft', n.given < n.of or n.of = 0)
    from assessment_approvals(a.id) n) end;
end $$;

-- Everything about the weighing of it. p_is_open: it may be weighed at all.
create or replace function app.weighing_json(p_me app.caller, s app.stage, w app.weighed, a app.assessment,
  p_is_open boolean, p_href text) returns json
language plpgsql stable as $$
declare
  l app.row_lock := lock_of(w);
  r app.assessment_review;
  v_writes boolean := p_is_open and p_me.roles @> '{moderator}';
  v_reviewed boolean;
  v_hindrance text := approval_hindrance(s, a);
  v_sponsors int;
  v_asked int;
  v_said int;
begin
  select count(*), count(x.id), count(x.verdict) into v_sponsors, v_asked, v_said from sponsor p
    left join assessment_approval x on x.assessment_id = a.id and x.organisation_id = p.organisation_id
    where p.consultation_id = s.consultation_id;
  select x.* into r from assessment_review x where x.assessment_id = a.id;
  v_reviewed := found;
  return json_build_object('number', weighed_number(w), 'href', p_href, 'is_group', w.group_id is not null,
    'assessment', assessment_json(a), 'version', coalesce(a.version, 0), 'next_version', coalesce(a.version, 0) + 1,
    'versions', assessment_versions(w),
    'sponsors', sponsor_lines(s, a), 'approved', approved_by(a.id),
    'lock', case when l.id is not null then json_build_object('by', name_of(l.person_id), 'since', l.taken_at,
      'until', l.ends_at, 'is_mine', l.person_id = p_me.person_id) end,
    'review', json_build_object('is_demanded', (select c.needs_review from consultation c where c.id = s.consultation_id),
      'at', r.reviewed_at, 'by', case when v_reviewed then name_of(r.reviewed_by) end,
      'is_mine', a.saved_by = p_me.person_id),
    'hindrance', v_hindrance,
    'can', json_build_object('write', v_writes, 'has_form', v_writes and l.person_id = p_me.person_id,
      'review', v_writes and a.id is not null and not v_reviewed and a.saved_by <> p_me.person_id,
      'ask', v_writes and v_hindrance is null and v_said < v_sponsors,
      'ask_again', v_asked >= v_sponsors));
end $$;

-- The version that a page showed, if it is still the last one.
create or replace function app.shown_assessment(w app.weighed, p_content_hash text) returns app.assessment
language plpgsql volatile set search_path = app, pg_temp as $$
declare
  a app.assessment := last_assessment(w);
begin
  if a.id is null or encode(a.content_hash, 'hex') <> p_content_hash then
    perform fail('CN409', 'assessment_newer');
  end if;
  return a;
end $$;

create or replace function app.review_assessment(p_me app.caller, p_consultation text, w app.weighed, p_content_hash text,
  p_from text default null) returns json
language plpgsql volatile set search_path = app, pg_temp as $$
declare
  a app.assessment := shown_assessment(w, p_content_hash);
begin
  if a.saved_by = p_me.person_id then
    perform fail('CN409', 'review_own');
  end if;
  insert into assessment_review (assessment_id, content_hash, reviewed_at, reviewed_by)
    values (a.id, a.content_hash, app.now(), p_me.person_id) on conflict do nothing;
  perform audit(p_me, 'assessment.review', 'assessment', a.id, null, a.content_hash);
  return json_build_object('location', weighed_href(p_consultation, w, p_from, 'assessment_reviewed'));
end $$;

create or replace function app.lock_act(p_me app.caller, p_consultation text, w app.weighed, p_act text, p_from text default null)
returns json
language plpgsql volatile set search_path = app, pg_temp as $$
begin
  if p_act = 'give_back' then
    perform lock_drop(p_me, w);
  else
    perform lock_take(p_me, w, p_act = 'take_over');
  end if;
  return json_build_object('location', weighed_href(p_consultation, w, p_from, null) || '#bewertung');
end $$;

-- A day that is not over, for what others are asked; it is to be named.
create or replace function app.due_on(p_due_on text) returns date
language plpgsql stable set search_path = app, pg_temp as $$
declare
  v_day date := read_day(p_due_on, 'due_on');
begin
  if v_day is null then
    perform fail('CN422', 'required', 'due_on');
  elsif v_day < today() then
    perform fail('CN422', 'day_past', 'due_on', json_build_object('today', today()));
  end if;
  return v_day;
end $$;

create or replace function app.ask_approval(p_me app.caller, p_consultation text, w app.weighed, p_content_hash text,
  p_due_on text, p_from text default null) returns json
language plpgsql volatile set search_path = app, pg_temp as $$
declare
  s app.stage := (select x from stage x where x.id = w.stage_id);
  a app.assessment := shown_assessment(w, p_content_hash);
  v_due date := due_on(p_due_on);
  v_hindrance text := approval_hindrance(s, a);
begin
  if v_hindrance is not null then
    perform fail('CN409', v_hindrance);
  end if;
  perform approval_mail(p_me, s, approval_ask(p_me, s, w, a, v_due), v_due);
  return json_build_object('location', weighed_href(p_consultation, w, p_from, 'approval_asked'));
end $$;
