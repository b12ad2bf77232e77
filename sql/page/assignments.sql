-- Who does what until when, and giving it to people.

-- Everybody who has or could have work here, with how much of it is to be done.
create or replace function app.assignment_people(h app.house) returns json
language plpgsql stable as $$
begin
  return (with g as (select x.person_id, count(*) as all_rows, count(*) filter (where x.is_open) as open,
        count(*) filter (where x.is_open and x.due_on < today()) as overdue, min(x.due_on) filter (where x.is_open) as due_on
      from (select y.person_id, y.due_on, is_work_open(answer_state(coalesce(a.kind, case when h.nil_rest then 'nil' end),
            h.response_state, c.state), y.done_at) as is_open
          from assignment y left join answer a on a.response_id = y.response_id and a.target_id = y.target_id
              and a.organisation_id = y.organisation_id
            left join cosign_states(h) c on c.answer_id = a.id
          where y.response_id = h.response_id and y.organisation_id = h.organisation_id) x group by x.person_id)
    select coalesce(json_agg(json_build_object('person', p.key, 'name', person_name(p), 'has_left', e.id is null,
        'all', coalesce(g.all_rows, 0), 'open', coalesce(g.open, 0), 'overdue', coalesce(g.overdue, 0), 'due_on', g.due_on,
        'href', '/consultations/' || h.slug || '/response/assignments?of=' || p.key || '#verteilen')
        order by e.id is not null, p.sort_name, p.id), '[]')
      from g full join editors_of(h) e on e.id = g.person_id join person p on p.id = coalesce(g.person_id, e.id)
      where e.id is not null or g.open > 0);
end $$;

-- The rows in their blocks, to be ticked. p_of: the person whose open rows are
-- ticked from the beginning, "nobody" for the questions that nobody has.
create or replace function app.assignment_groups(p_me app.caller, h app.house, p_of text, out groups json, out unassigned bigint)
language plpgsql stable as $$
begin
  with r as (select w.*, b.block, b.label, p.key as person, w.part = 'question' and w.holder is null and not w.is_done as is_free
      from work_rows(p_me, h) w join work_blocks(h.stage_id) b on b.target_id = w.target_id
        left join assignment g on g.response_id = h.response_id and g.target_id = w.target_id and g.organisation_id = h.organisation_id
        left join person p on p.id = g.person_id),
  g as (select r.part, r.block, r.label, min(r.place) as place, count(*) filter (where r.is_free) as free,
      r.part = 'question' or bool_or(r.person is not null) as is_open,
      json_agg(json_build_object('key', r.key, 'title', r.title, 'state', r.state, 'is_done', r.is_done,
        'target', case when not r.is_done and p_of = coalesce(r.person, case when r.is_free then 'nobody' end) then '1' else '' end,
        'assignee', r.assignee, 'has_left', r.has_left, 'holder', r.holder, 'due_on', r.due_on,
        'is_overdue', r.is_overdue) order by r.place) as rows
    from r group by r.part, r.block, r.label)
  select coalesce(json_agg(json_build_object('key', g.block, 'part', g.part, 'label', g.label, 'block', '',
      'is_open', g.is_open, 'rows', g.rows) order by g.place), '[]'), coalesce(sum(g.free), 0)
    into groups, unassigned from g;
end $$;

create or replace function page.assignments(p_me app.caller, p_consultation text, p_of text) returns json
language plpgsql stable security definer set search_path = app, pg_temp
set plan_cache_mode = force_generic_plan as $$
declare
  h app.house := house(p_me, p_consultation);
  r record;
begin
  select * into r from assignment_groups(p_me, h, p_of);
  return json_build_object(
    'frame', frame_of(p_me, h, 'response'),
    'consultation', consultation_json(h.consultation_id),
    'organisation', organisation_json(h.organisation_id),
    'response', json_build_object('state', h.response_state),
    'deadline', deadline_json(h),
    'closed_reason', closed_reason(h),
    'people', assignment_people(h),
    'editors', (select coalesce(json_agg(json_build_object('key', e.key, 'name', person_name(e))), '[]') from editors_of(h) e),
    'form', json_build_object('person', '', 'due_on', '', 'groups', r.groups),
    'unassigned', r.unassigned,
    'can', json_build_object('assign', can_assign(h)));
end $$;
