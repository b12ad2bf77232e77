-- Weighing: versions of an assessment, which one holds, and what was said to it.

-- What an assessment is bound to by its hash: the canonical text "resonanz
-- assessment 1", then stage, what is weighed (R1-0042; G-07 R1-0042 R1-0044),
-- decision, where it was referred to, the place in the next edition and the words,
-- each as app.canon_field writes it. Neither who saved it nor its number: the same
-- words again about the same positions are the same assessment.
create or replace function app.assessment_hash(w app.weighed, p_decision text, p_referred_to text,
  p_edition_place text, p_body text) returns bytea
language plpgsql stable set search_path = app, pg_temp as $$
begin
  return canon_hash(e'resonanz assessment 1\n'
    || canon_field('stage', (select s.key from stage s where s.id = w.stage_id))
    || canon_field('weighed', weighed_canon(w)) || canon_field('decision', p_decision)
    || canon_field('referred_to', p_referred_to) || canon_field('edition_place', p_edition_place)
    || canon_field('body', p_body));
end $$;

-- What it holds for, as a hash knows it: a group with its members.
create or replace function app.weighed_canon(w app.weighed) returns text
language plpgsql stable set search_path = app, pg_temp as $$
begin
  return weighed_number(w) || coalesce((select string_agg(' ' || position_number(s.kind, s.number, p.number, p.part), ''
      order by p.number, p.part) from group_member m join position p on p.id = m.position_id join stage s on s.id = p.stage_id
    where m.group_id = w.group_id and m.left_at is null), '');
end $$;

create or replace function app.weighed_number(w app.weighed) returns text
language plpgsql stable set search_path = app, pg_temp as $$
begin
  return case when w.group_id is not null then (select group_number(g.number) from position_group g where g.id = w.group_id)
    else (select position_number(s.kind, s.number, p.number, p.part) from position p join stage s on s.id = p.stage_id
      where p.id = w.position_id) end;
end $$;

-- The positions an assessment of it holds for.
create or replace function app.weighed_positions(w app.weighed) returns bigint[]
language plpgsql stable set search_path = app, pg_temp as $$
begin
  return case when w.group_id is not null then group_members(w.group_id) else array[w.position_id] end;
end $$;

create or replace function app.last_assessment(w app.weighed) returns app.assessment
language plpgsql stable set search_path = app, pg_temp as $$
declare
  a app.assessment;
begin
  if w.group_id is not null then
    select x.* into a from assessment x where x.group_id = w.group_id order by x.version desc limit 1;
  else
    select x.* into a from assessment x where x.position_id = w.position_id order by x.version desc limit 1;
  end if;
  return a;
end $$;

-- Which assessment holds for each: the last one of its group, else its own last
-- one. Called by whatever changes one of both.
create or replace function app.assessment_apply(p_positions bigint[]) returns void
language plpgsql volatile set search_path = app, pg_temp as $$
begin
  update position p set assessment_id = x.assessment_id, decision = x.decision
    from (select u.id, coalesce(g.id, o.id) as assessment_id, coalesce(g.decision, o.decision, 'open') as decision
      from unnest(p_positions) u(id)
        left join group_member m on m.position_id = u.id and m.left_at is null
        left join lateral (select a.id, a.decision from assessment a where a.group_id = m.group_id
          order by a.version desc limit 1) g on true
        left join lateral (select a.id, a.decision from assessment a where a.position_id = u.id
          order by a.version desc limit 1) o on true) x
    where p.id = x.id and (p.assessment_id, p.decision) is distinct from (x.assessment_id, x.decision);
end $$;

-- When the last of those who are in a group came; null for none.
create or replace function app.last_joined(p_group_id bigint) returns timestamptz
language plpgsql stable set search_path = app, pg_temp as $$
begin
  return (select max(m.joined_at) from group_member m where m.group_id = p_group_id and m.left_at is null);
end $$;

-- "n von m Freigaben": how many sponsors have approved this version, and how
-- many there are. Whoever approved before a position joined the group has not
-- approved what it holds for now.
create or replace function app.assessment_approvals(p_assessment_id bigint, out given bigint, out "of" bigint)
language plpgsql stable set search_path = app, pg_temp as $$
begin
  select count(*) filter (where a.verdict = 'approved'), count(*) into given, "of"
    from assessment x join stage s on s.id = x.stage_id join sponsor p on p.consultation_id = s.consultation_id
      left join assessment_approval a on a.assessment_id = x.id and a.content_hash = x.content_hash
        and a.organisation_id = p.organisation_id
        and (x.group_id is null or a.decided_at >= coalesce(last_joined(x.group_id), a.decided_at))
    where x.id = p_assessment_id;
end $$;

-- What a consultation begins with; the moderators make it theirs.
create or replace function app.places_by_default(p_consultation_id bigint) returns void
language plpgsql volatile set search_path = app, pg_temp as $$
begin
  insert into place (consultation_id, name, position, kind)
    select p_consultation_id, x.name, x.position, x.kind
      from (values ('Eingang', 1, 'entry'), ('In Bewertung', 2, 'work'), ('Zweite Sichtung', 3, 'review'),
        ('Zur Freigabe', 4, 'approval'), ('Abgeschlossen', 5, 'done')) x(name, position, kind);
end $$;

-- The first place of that kind which is in use; null for none.
create or replace function app.place_of_kind(p_consultation_id bigint, p_kind text) returns bigint
language plpgsql stable set search_path = app, pg_temp as $$
begin
  return (select p.id from place p where p.consultation_id = p_consultation_id and p.kind = p_kind
    and p.retired_at is null order by p.position, p.id limit 1);
end $$;

-- An act moves positions on; those in a place of that kind stay where they are.
create or replace function app.place_move(s app.stage, p_positions bigint[], p_kind text) returns void
language plpgsql volatile set search_path = app, pg_temp as $$
declare
  v_place bigint := place_of_kind(s.consultation_id, p_kind);
begin
  update position p set place_id = v_place, version = p.version + 1
    where p.id = any (p_positions) and v_place is not null
      and not exists (select from place x where x.id = p.place_id and x.kind = p_kind);
end $$;

-- What a form sent, as an assessment; what a decision does not take falls away.
create or replace function app.assessment_content(p_decision text, p_referred_to text, p_edition_place text, p_body text)
returns app.assessment
language plpgsql immutable set search_path = app, pg_temp as $$
declare
  a app.assessment;
begin
  if p_decision is null then
    perform fail('CN422', 'choose', 'decision');
  elsif p_decision not in ('open', 'adopted', 'partly', 'not_adopted', 'noted', 'referred') then
    perform fail('CN422', 'bad_choice', 'decision');
  end if;
  a.decision := p_decision;
  a.referred_to := case when p_decision = 'referred' then text_or_null(p_referred_to) end;
  a.edition_place := text_or_null(p_edition_place);
  a.body := text_or_null(p_body);
  if p_decision = 'referred' and a.referred_to is null then
    perform fail('CN422', 'referred_where', 'referred_to');
  elsif p_decision in ('adopted', 'partly') and a.edition_place is null then
    perform fail('CN422', 'edition_place_missing', 'edition_place');
  elsif p_decision <> 'open' and a.body is null then
    perform fail('CN422', 'assessment_missing', 'assessment', json_build_object('decision', p_decision));
  end if;
  return a;
end $$;

-- A new version, which holds from now on, unless it says what the last one says.
create or replace function app.assessment_put(p_me app.caller, s app.stage, w app.weighed, l app.assessment, c app.assessment)
returns app.assessment
language plpgsql volatile set search_path = app, pg_temp as $$
declare
  v_hash bytea := assessment_hash(w, c.decision, c.referred_to, c.edition_place, c.body);
  v_positions bigint[] := weighed_positions(w);
begin
  if l.content_hash = v_hash then
    return l;
  end if;
  insert into assessment (stage_id, position_id, group_id, version, decision, referred_to, body, edition_place,
      content_hash, saved_at, saved_by)
    values (w.stage_id, w.position_id, w.group_id, coalesce(l.version, 0) + 1, c.decision, c.referred_to, c.body,
      c.edition_place, v_hash, app.now(), p_me.person_id) returning * into c;
  perform assessment_apply(v_positions), place_move(s, v_positions, case when c.decision <> 'open'
    and (select x.needs_review from consultation x where x.id = s.consultation_id) then 'review' else 'work' end);
  perform audit(p_me, 'assessment.save', 'assessment', c.id, l.content_hash, c.content_hash, cardinality(v_positions));
  return c;
end $$;

-- --- who has it open to write --------------------------------------------------

create or replace function app.lock_of(w app.weighed) returns app.row_lock
language plpgsql stable set search_path = app, pg_temp as $$
declare
  l app.row_lock;
begin
  select x.* into l from row_lock x
    where (x.position_id = w.position_id or x.group_id = w.group_id) and x.ends_at > app.now();
  return l;
end $$;

create or replace function app.lock_drop(p_me app.caller, w app.weighed) returns void
language plpgsql volatile set search_path = app, pg_temp as $$
begin
  delete from row_lock x where (x.position_id = w.position_id or x.group_id = w.group_id)
    and (x.person_id = p_me.person_id or x.ends_at <= app.now());
end $$;

-- Taken, or renewed, for 15 minutes. Somebody else's only where it is to be
-- taken over, and then that is in the log.
create or replace function app.lock_take(p_me app.caller, w app.weighed, p_take_over boolean) returns void
language plpgsql volatile set search_path = app, pg_temp as $$
declare
  l app.row_lock;
begin
  perform group_lock(w.stage_id);
  l := lock_of(w);
  if l.person_id <> p_me.person_id then
    if not coalesce(p_take_over, false) then
      perform fail('CN409', 'locked', null, json_build_object('by', (select person_name(p) from person p
        where p.id = l.person_id), 'since', l.taken_at));
    end if;
    perform audit(p_me, 'assessment.take_over', case when w.group_id is null then 'position' else 'position_group' end,
      coalesce(w.position_id, w.group_id));
  end if;
  delete from row_lock x where x.position_id = w.position_id or x.group_id = w.group_id;
  insert into row_lock (stage_id, position_id, group_id, person_id, taken_at, ends_at)
    values (w.stage_id, w.position_id, w.group_id, p_me.person_id,
      case when l.person_id = p_me.person_id then l.taken_at else app.now() end, app.now() + interval '15 minutes');
end $$;
