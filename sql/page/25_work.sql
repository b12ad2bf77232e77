-- Work inside a house as its own members see it: every target that it is asked
-- with the state of its answer, who has it, and until when inside the house.

-- is_mine: the caller is to do something with it. A draft nobody was given is
-- with who wrote it; what is given for co-signing is with who has not spoken.
-- news: what others did since the caller last saw the answer ("new": never).
create or replace function app.work_rows(p_me app.caller, h app.house)
returns table (target_id bigint, key text, place int, part text, kind text, title text, state text, stance text,
  is_begun boolean, per_item bigint, changed_at timestamptz, author text, holder text, assignee text,
  has_left boolean, is_done boolean, is_mine boolean, due_on date, is_overdue boolean, news text, unread bigint)
language plpgsql stable rows 80 as $$
declare
  v_today date := today();
  v_rest text := case when h.nil_rest then 'nil' end;
  v_runs boolean := is_open(h.response_state) and not h.is_over;
  v_editors bigint[] := array(select e.id from editors_of(h) e);
begin
  return query
    with c as materialized (select s.answer_id, cosign_sum(count(*), count(*) filter (where s.verdict is null),
          count(*) filter (where s.verdict = 'return')) as state, min(s.due_on) filter (where s.verdict is null) as due_on,
          array_agg(s.person_id) filter (where s.verdict is null) as people
        from cosigns_of(case when h.response_state <> 'draft' then h.response_id end, h.organisation_id) s group by s.answer_id),
    m as materialized (select n.target_id, count(*) as unread from internal_comment n
          left join seen o on o.person_id = p_me.person_id and o.response_id = n.response_id and o.target_id = n.target_id
        where n.response_id = h.response_id and n.organisation_id = h.organisation_id and n.person_id <> p_me.person_id
          and n.body is not null and n.id > coalesce(o.comment_id, 0) group by n.target_id),
    w as (select t.id, t.key::text as key, t.position, t.takes_stance, i.kind as item_kind, q.id as question, q.body as question_body, q.shape,
          v.title as item_title, k.title as chapter_title, a.kind, a.stance, a.changed_at, a.author_id, g.person_id, g.due_on,
          g.done_at, c.people, c.due_on as cosign_due, m.unread,
          case when a.author_id <> p_me.person_id and a.version > coalesce(o.version, 0)
            then case when o.version is null and a.kind is not null then 'new' when o.version is not null then 'changed' end end as news,
          answer_state(coalesce(a.kind, v_rest), h.response_state, c.state) as state
        from asked(h) t left join question_version q on q.id = t.question_version_id
          left join item_version v on v.id = t.item_version_id left join item i on i.id = v.item_id
          left join chapter k on k.id = t.chapter_id
          left join answer a on a.response_id = h.response_id and a.target_id = t.id and a.organisation_id = h.organisation_id
          left join assignment g on g.response_id = h.response_id and g.target_id = t.id and g.organisation_id = h.organisation_id
          left join c on c.answer_id = a.id
          left join m on m.target_id = t.id
          left join seen o on o.person_id = p_me.person_id and o.response_id = h.response_id and o.target_id = t.id
        where t.question_version_id is null or t.item_version_id is null),
    x as (select w.*, is_work_open(w.state, w.done_at) as is_open,
          coalesce(w.person_id, case when w.state in ('draft', 'returned') then w.author_id end) as holder_id from w)
    select x.id, x.key, x.position, case when x.question is not null then 'question' when x.item_title is not null then 'item' else 'chapter' end,
        target_kind(x.item_kind, x.question), coalesce(x.question_body, x.item_title, x.chapter_title)::text, x.state,
        form_stance(coalesce(x.kind, v_rest), x.stance), x.takes_stance and coalesce(x.kind = 'answered' and x.stance is null, false),
        case when x.shape = 'per_item' then x.question end, x.changed_at, person_name(p),
        case when x.state = 'cosigning' then (select string_agg(person_name(o), ', ' order by o.sort_name, o.id) from person o where o.id = any (x.people))
          when x.is_open then coalesce(person_name(r), case when x.state <> 'empty' then person_name(p) end) end,
        person_name(r), coalesce(x.is_open and not x.person_id = any (v_editors), false), not x.is_open and x.state <> 'cosigning',
        coalesce(h.is_editor and x.is_open and x.holder_id = p_me.person_id or x.state = 'cosigning' and p_me.person_id = any (x.people), false),
        case when x.state = 'cosigning' then x.cosign_due when x.is_open then x.due_on end,
        coalesce(v_runs and case when x.state = 'cosigning' then x.cosign_due when x.is_open then x.due_on end < v_today, false),
        coalesce(x.news, case when x.unread > 0 then 'comment' end), coalesce(x.unread, 0)
      from x left join person p on p.id = x.author_id left join person r on r.id = x.person_id;
end $$;

create or replace function app.can_assign(h app.house) returns boolean
language sql immutable parallel safe as $$
  select (h.is_editor or h.is_releaser) and app.is_open(h.response_state) and h.has_begun and not h.is_over
$$;

-- One answer: who has it, and who could.
create or replace function app.answer_assignment(p_me app.caller, h app.house, t app.target, p_state text) returns json
language plpgsql stable as $$
declare
  g record;
  p app.person;
  v_can boolean := can_assign(h);
  v_is_open boolean;
  v_is_mine boolean;
begin
  select x.person_id, x.due_on, x.done_at into g from assignment x
    where x.response_id = h.response_id and x.target_id = t.id and x.organisation_id = h.organisation_id;
  if found then
    select x.* into p from person x where x.id = g.person_id;
  end if;
  v_is_open := is_work_open(p_state, g.done_at);
  v_is_mine := coalesce(g.person_id = p_me.person_id, false);
  return json_build_object('person', p.key, 'name', case when p.id is not null then person_name(p) end, 'due_on', g.due_on,
    'form', json_build_object('person', coalesce(p.key, ''), 'due_on', case when g.due_on is null then '' else day_text(g.due_on) end),
    'is_mine', v_is_mine, 'is_done', g.done_at is not null,
    'has_left', p.id is not null and v_is_open and not exists (select from editors_of(h) e where e.id = g.person_id),
    'is_overdue', coalesce(v_is_open and g.due_on < today() and is_open(h.response_state) and not h.is_over, false),
    'can_finish', coalesce(v_is_mine and h.can_edit and p_state = 'draft', false),
    'can_assign', v_can, 'editors', case when v_can then
      (select coalesce(json_agg(json_build_object('key', e.key, 'name', person_name(e))), '[]') from editors_of(h) e) end);
end $$;
