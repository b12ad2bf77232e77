-- Co-signing as the house sees it: who was asked, who has said what.

-- Of each answer and each person asked the last request that says something
-- about the text as it stands, else the last one there was.
create or replace function app.cosign_lines(h app.house, p_answer_id bigint default null)
returns table (answer_id bigint, target_id bigint, person text, name text, request text, verdict text, remark text,
  decided_at timestamptz, due_on date, is_late boolean, is_current boolean, is_void boolean, is_gone boolean)
language plpgsql stable rows 20 as $$
declare
  v_today date := today();
begin
  if h.response_id is null or h.response_state = 'draft' then
    return;
  end if;
  return query select x.id, x.target_id, p.key::text, person_name(p), x.request, x.verdict, x.remark, x.decided_at, x.due_on,
      x.is_current and x.verdict is null and x.due_on < v_today, x.is_current,
      not x.is_current and coalesce(x.verdict <> 'return', false), x.is_gone
    from (select distinct on (a.id, q.person_id) a.id, a.target_id, q.person_id, q.key::text as request, q.due_on,
        coalesce(c.verdict, case when q.content_hash = a.content_hash and q.silence = 'consents' and q.due_on < v_today
          and is_cosigner(q.person_id, q.organisation_id, h.consultation_id, q.due_on) then 'silence' end) as verdict,
        not is_cosigner(q.person_id, q.organisation_id, h.consultation_id, v_today) as is_gone,
        c.remark::text as remark, c.decided_at, q.content_hash = a.content_hash as is_current
      from answer a join cosign_request q on q.answer_id = a.id and q.withdrawn_at is null
        left join cosign c on c.request_id = q.id and c.undone_at is null
      where a.response_id = h.response_id and a.organisation_id = h.organisation_id and a.kind is not null
        and (p_answer_id is null or a.id = p_answer_id)
      order by a.id, q.person_id, q.content_hash = a.content_hash desc, q.id desc) x
      join person p on p.id = x.person_id
    order by p.sort_name, p.id;
end $$;

-- A day as forms take it.
create or replace function app.day_text(p_day date) returns text
language sql immutable parallel safe as $$
  select to_char(p_day, 'DD.MM.YYYY')
$$;

-- A week from now, or the deadline where that is sooner.
create or replace function app.cosign_day_wish(h app.house) returns text
language plpgsql stable as $$
begin
  return day_text(least(today() + 7, (h.closes_at at time zone 'Europe/Berlin')::date));
end $$;

-- One answer: who was asked, and whether a save would make a co-sign void.
create or replace function app.answer_cosign(h app.house, a app.answer) returns json
language plpgsql stable as $$
declare
  v_rows json;
begin
  if a.kind is null or not is_open(h.response_state) then
    return null;
  end if;
  v_rows := (select json_agg(json_build_object('person', l.person, 'name', l.name, 'verdict', l.verdict,
      'remark', l.remark, 'at', l.decided_at, 'due_on', l.due_on, 'is_late', l.is_late, 'is_current', l.is_current,
      'is_void', l.is_void, 'is_gone', l.is_gone)) from cosign_lines(h, a.id) l);
  return json_build_object('rows', coalesce(v_rows, '[]'),
    'signed', (select count(*) from json_array_elements(v_rows) x where (x ->> 'is_current')::boolean
      and x ->> 'verdict' <> 'return'),
    'outdated', (select count(*) from json_array_elements(v_rows) x where not (x ->> 'is_current')::boolean
      and not (x ->> 'is_gone')::boolean),
    'due_on', cosign_day_wish(h), 'can_ask', h.can_edit,
    'href', '/consultations/' || h.slug || '/response/cosigns?target='
      || (select t.key from target t where t.id = a.target_id));
end $$;

-- The overview: whose word is missing, and what came back.
create or replace function app.response_cosign(h app.house) returns json
language plpgsql stable as $$
begin
  if h.response_state <> 'cosigning' then
    return null;
  end if;
  return (with l as materialized (select * from cosign_lines(h))
    select json_build_object(
      'missing', coalesce((select json_agg(json_build_object('name', m.name, 'count', m.count, 'due_on', m.due_on,
        'is_late', m.is_late) order by m.due_on, m.name) from (select l.person, l.name, count(*) as count,
          min(l.due_on) as due_on, bool_or(l.is_late) as is_late
        from l where l.is_current and l.verdict is null and not l.is_gone group by l.person, l.name) m), '[]'),
      'gone', coalesce((select json_agg(json_build_object('target', t.key, 'name', l.name) order by t.position, l.name)
        from l join target t on t.id = l.target_id where l.is_current and l.verdict is null and l.is_gone), '[]'),
      'returned', coalesce((select json_agg(json_build_object('target', t.key, 'name', l.name,
          'href', '/consultations/' || h.slug || '/response/answers/' || t.key) order by t.position)
        from l join target t on t.id = l.target_id where l.is_current and l.verdict = 'return'), '[]'),
      'outdated', (select count(*) from l where not l.is_current and not l.is_gone)));
end $$;

-- Whose word on another answer fell with the save that led here, and whose is
-- not awaited any more.
create or replace function app.void_about(h app.house, p_target text) returns json
language plpgsql stable as $$
declare
  t app.target;
  v_people json;
begin
  if p_target is null or not is_open(h.response_state) then
    return null;
  end if;
  select x.* into t from target x where x.stage_id = h.stage_id and x.key = p_target;
  v_people := (select json_agg(json_build_object('name', l.name, 'verdict', l.verdict)) from answer a
      cross join lateral cosign_lines(h, a.id) l
    where a.response_id = h.response_id and a.target_id = t.id and not l.is_current and l.verdict is distinct from 'return');
  return case when v_people is not null then json_build_object('target', t.key, 'people', v_people) end;
end $$;
