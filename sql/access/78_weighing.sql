-- Weighing: versions of an assessment, which one holds, and what was said to it.

-- What an assessment is bound to by its hash: the canonical text "resonanz
-- assessment 1", then stage, what is weighed (R1-0042, G-07), decision, where it
-- was referred to, the place in the next edition and the words, each as
-- app.canon_field writes it. Neither who saved it nor its number: the same words
-- again are the same assessment.
create or replace function app.assessment_hash(w app.weighed, p_decision text, p_referred_to text,
  p_edition_place text, p_body text) returns bytea
language plpgsql stable set search_path = app, pg_temp as $$
begin
  return canon_hash(e'resonanz assessment 1\n'
    || canon_field('stage', (select s.key from stage s where s.id = w.stage_id))
    || canon_field('weighed', weighed_number(w)) || canon_field('decision', p_decision)
    || canon_field('referred_to', p_referred_to) || canon_field('edition_place', p_edition_place)
    || canon_field('body', p_body));
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

-- "n von m Freigaben": how many sponsors have approved this version, and how
-- many there are.
create or replace function app.assessment_approvals(p_assessment_id bigint, out given bigint, out "of" bigint)
language plpgsql stable set search_path = app, pg_temp as $$
begin
  select count(*) filter (where a.verdict = 'approved'), count(*) into given, "of"
    from assessment x join stage s on s.id = x.stage_id join sponsor p on p.consultation_id = s.consultation_id
      left join assessment_approval a on a.assessment_id = x.id and a.content_hash = x.content_hash
        and a.organisation_id = p.organisation_id
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
