-- Work inside a house: who has which target until when.

-- Who may be given work: whoever edits for the house today.
create or replace function app.editors_of(h app.house) returns setof app.person
language plpgsql stable rows 5 as $$
begin
  return query select p.* from person p
    where p.state in ('active', 'invited') and p.id in (select m.person_id from membership m
      where m.organisation_id = h.organisation_id and m.role = 'editor'
        and (m.consultation_id is null or m.consultation_id = h.consultation_id) and m.valid @> today())
    order by p.sort_name, p.id;
end $$;

-- Is there something left to do for who holds an answer of this state? A draft
-- is finished when the person says so; what came back is not, whatever she said.
create or replace function app.is_work_open(p_state text, p_done_at timestamptz) returns boolean
language sql immutable parallel safe as $$
  select p_state in ('empty', 'returned') or p_state = 'draft' and p_done_at is null
$$;

-- The block of a form that a target stands in: a set of questions, a section of
-- the paper, the comments on chapters.
create or replace function app.work_blocks(p_stage_id bigint)
returns table (target_id bigint, part text, block text, label text, chapter text, section text)
language plpgsql stable rows 80 set search_path = app, pg_temp as $$
begin
  return query select t.id, 'question', 'q.' || s.key, s.label::text, null::text, null::text
      from target t join question_version v on v.id = t.question_version_id
        join question_set s on s.id = v.question_set_id
      where t.stage_id = p_stage_id and t.item_version_id is null
    union all select t.id, 'item', 's.' || s.key, s.title::text, k.key::text, s.key::text
      from target t join item_version v on v.id = t.item_version_id join section s on s.id = v.section_id
        join chapter k on k.id = s.chapter_id
      where t.stage_id = p_stage_id and t.question_version_id is null
    union all select t.id, 'chapter', 'chapters', null, k.key::text, null
      from target t join chapter k on k.id = t.chapter_id
      where t.stage_id = p_stage_id and t.question_version_id is null and t.item_version_id is null;
end $$;

-- The targets of the rows and the blocks that were ticked, each once; with p_level and p_seat_status: of those that
-- such an organisation is asked.
create or replace function app.targets_ticked(p_stage_id bigint, p_target json, p_block json, p_level text default null,
  p_seat_status text default null) returns bigint[]
language plpgsql stable set search_path = app, pg_temp as $$
declare
  v_keys text[] := array(select x.key from json_each_text(p_target) x where x.value <> '');
  v_blocks text[] := array(select x.key from json_each_text(p_block) x where x.value <> '');
  v_targets bigint[];
begin
  if cardinality(v_keys) + cardinality(v_blocks) = 0 then
    perform fail('CN422', 'target_missing', 'target');
  elsif exists (select from unnest(v_keys) k where k not in (select t.key from target t
        where t.stage_id = p_stage_id and (p_level is null or target_asks(t.audience, p_level, p_seat_status))))
      or exists (select from unnest(v_blocks) k where k not in (select b.block from work_blocks(p_stage_id) b)) then
    perform fail('CN422', 'unknown_target', 'target');
  end if;
  v_targets := array(select t.id from target t join work_blocks(p_stage_id) b on b.target_id = t.id
    where t.stage_id = p_stage_id and (t.key = any (v_keys) or b.block = any (v_blocks))
      and (p_level is null or target_asks(t.audience, p_level, p_seat_status)) order by t.position);
  return v_targets;
end $$;

-- How many of these targets are still to be done.
create or replace function app.open_work(h app.house, p_targets bigint[]) returns bigint
language plpgsql stable set search_path = app, pg_temp as $$
begin
  return (select count(*) from unnest(p_targets) x (id)
      left join answer a on a.response_id = h.response_id and a.target_id = x.id and a.organisation_id = h.organisation_id
      left join cosign_states(h) c on c.answer_id = a.id
      left join assignment g on g.response_id = h.response_id and g.target_id = x.id and g.organisation_id = h.organisation_id
    where is_work_open(answer_state(coalesce(a.kind, case when h.nil_rest then 'nil' end), h.response_state, c.state), g.done_at));
end $$;

-- Gives the targets to one person until a day; who had them until now has them
-- no more. Returns those for which that is new.
create or replace function app.assign_targets(p_me app.caller, h app.house, p_targets bigint[], p_person_id bigint,
  p_due_on date) returns bigint[]
language plpgsql volatile set search_path = app, pg_temp as $$
declare
  v_changed bigint[];
begin
  with changed as (
    insert into assignment as g (response_id, stage_id, organisation_id, target_id, person_id, due_on, assigned_by, assigned_at)
      select h.response_id, h.stage_id, h.organisation_id, x.id, p_person_id, p_due_on, p_me.person_id, app.now()
        from unnest(p_targets) x (id)
      on conflict (response_id, target_id) do update set person_id = excluded.person_id, due_on = excluded.due_on,
          assigned_by = excluded.assigned_by, assigned_at = excluded.assigned_at, done_at = null, reminded_on = null
        where (g.person_id, g.due_on) is distinct from (excluded.person_id, excluded.due_on)
      returning g.target_id)
  select array_agg(c.target_id) into v_changed from changed c;
  if v_changed is not null then
    perform audit(p_me, 'assignment.set', 'person', p_person_id, null, null, cardinality(v_changed));
  end if;
  return coalesce(v_changed, '{}');
end $$;

-- Tells who has these targets that they go to somebody else or to nobody (null),
-- with how many of them were still to be done; none: no mail. Called before.
create or replace function app.assignment_ended_mail(p_me app.caller, h app.house, p_targets bigint[], p_person_id bigint)
returns void
language plpgsql volatile set search_path = app, pg_temp as $$
begin
  perform queue_mail('assignment_ended', x.person_id, null, h.organisation_id, jsonb_build_object(
      'by', name_of(p_me.person_id), 'count', x.count, 'consultation', h.slug), null, null)
    from (select g.person_id, open_work(h, array_agg(g.target_id)) as count from assignment g
      where g.response_id = h.response_id and g.organisation_id = h.organisation_id and g.target_id = any (p_targets)
        and g.person_id <> p_me.person_id and g.person_id is distinct from p_person_id group by g.person_id) x
    where x.count > 0 and x.person_id in (select e.id from editors_of(h) e);
end $$;

create or replace function app.unassign_targets(p_me app.caller, h app.house, p_targets bigint[]) returns void
language plpgsql volatile set search_path = app, pg_temp as $$
declare
  v_count int;
begin
  delete from assignment g where g.response_id = h.response_id and g.organisation_id = h.organisation_id
    and g.target_id = any (p_targets);
  get diagnostics v_count = row_count;
  if v_count > 0 then
    perform audit(p_me, 'assignment.end', 'response', h.response_id, null, null, v_count);
  end if;
end $$;
