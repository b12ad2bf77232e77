-- What to do next: the first of these that applies. p_returned, p_overdue,
-- p_work: the first row of the caller that came back, is late, is to be written
-- on; p_empty: the first question that nobody has.
create or replace function app.next_key(h app.house, p_done bigint, p_open bigint, p_cosigning bigint, p_waiting bigint,
  p_returned text, p_overdue text, p_work text, p_empty text) returns text
language sql immutable parallel safe as $$
  select case
    when h.response_state = 'submitted' then case when h.is_over then 'over' else 'done' end
    when h.response_state = 'withdrawn' then 'withdrawn'
    when h.is_over then 'closed'
    when not h.has_begun then 'planned'
    when h.response_state = 'frozen' then case when h.is_releaser then 'approve' else 'waiting' end
    when p_returned is not null then 'returned'
    when p_overdue is not null then 'overdue'
    when p_waiting > 0 then 'cosign'
    when p_work is not null then 'continue'
    when p_empty is not null and h.is_editor then case when p_done = 0 then 'start' else 'empty' end
    when p_open > 0 and h.is_editor then 'others'
    when p_open > 0 and not h.is_releaser then 'reading'
    when h.is_releaser then 'release'
    when p_cosigning > 0 and h.is_editor then 'cosigning'
    when h.is_editor then 'freeze'
    else 'waiting' end
$$;

-- The step with the place it leads to. p_key: of app.next_key; p_target,
-- p_title: the row it is about, if it is about one.
create or replace function app.next_step(h app.house, p_key text, p_target text, p_title text) returns json
language plpgsql stable as $$
declare
  v_base text := '/consultations/' || h.slug || '/response';
  v_target text := case when p_key in ('returned', 'overdue', 'continue', 'start', 'empty') then p_target end;
begin
  return json_build_object('key', p_key, 'target', v_target, 'text', case when v_target is not null then p_title end,
    'href', case
      when v_target is not null then v_base || '/answers/' || v_target
      when p_key = 'cosign' then '/cosigns'
      when p_key = 'cosigning' then v_base || '/cosigns'
      when p_key = 'others' then v_base || '/assignments'
      when p_key = 'done' then coalesce(last_receipt(h) ->> 'href', v_base || '/print')
      when p_key in ('closed', 'planned', 'reading', 'withdrawn') then v_base || '/print'
      else v_base || '/release' end);
end $$;

create or replace function app.response_filter(h app.house, p_key text, p_count bigint, p_show text) returns json
language sql stable parallel safe as $$
  select json_build_object('key', p_key, 'count', p_count, 'href', '/consultations/' || h.slug
    || '/response' || case when p_key <> 'all' then '?show=' || p_key else '' end, 'is_current', p_key = p_show)
$$;

-- What a row counts for among the filters; "all" and "empty" speak of the
-- questions, since what is voluntary may stay empty.
create or replace function app.work_tags(p_part text, p_state text, p_is_mine boolean, p_is_overdue boolean,
  p_news text) returns text[]
language sql immutable parallel safe as $$
  select array_remove(array[case when p_part = 'question' then 'all' end, case when p_is_mine then 'mine' end,
    case when p_state = 'empty' then case when p_part = 'question' then 'empty' end
      when p_state in ('draft', 'cosigning', 'returned') then p_state end,
    case when p_state <> 'empty' then 'answered' end, case when p_is_overdue then 'overdue' end,
    case when p_news is not null then 'changed' end], null)
$$;

-- Everything that is answered or could be, row by row: the questions in their
-- sets, the items in their sections, the chapters; what is done of it, and what
-- comes next. A draft without its stance is "work": begun, not finished.
create or replace function app.response_work(p_me app.caller, h app.house, p_show text, out progress json,
  out next_step json, out filters json, out groups json, out items json, out comments json)
language plpgsql stable as $$
declare
  c_filters constant text[] := array['all', 'mine', 'empty', 'draft', 'cosigning', 'returned', 'overdue', 'changed', 'answered'];
  v_show text := coalesce((select f from unnest(c_filters) f where f = p_show), 'all');
  v_base text := '/consultations/' || h.slug;
begin
  with w as materialized (select r.*, b.block, b.label, b.chapter, b.section,
      work_tags(r.part, r.state, r.is_mine, r.is_overdue, r.news) as tags,
      json_build_object('target', r.key, 'kind', r.kind, 'title', r.title, 'state', r.state, 'stance', r.stance,
        'href', v_base || '/response/answers/' || r.key, 'changed_at', r.changed_at, 'by', r.author,
        'holder', r.holder, 'is_mine', r.is_mine, 'has_left', r.has_left, 'is_done', r.is_done,
        'due_on', r.due_on, 'is_overdue', r.is_overdue, 'news', r.news, 'unread', r.unread,
        'joined', j.joined,
        'item_progress', case when r.per_item is not null then item_progress(h, r.per_item) end) as doc
    from work_rows(p_me, h) r join work_blocks(h.stage_id) b on b.target_id = r.target_id
      left join joins_of(h.response_id, h.organisation_id, null) j on j.target_id = r.target_id),
  n as (select count(*) filter (where w.part = 'question') as of,
      count(*) filter (where w.part = 'question' and w.state <> 'empty') as done,
      count(*) filter (where w.part = 'question' and w.is_begun) as work,
      count(*) filter (where w.state = 'cosigning') as cosigning,
      count(*) filter (where w.state = 'cosigning' and w.is_mine) as waiting,
      (array_agg(w.key order by w.place) filter (where w.is_mine and w.state = 'returned'))[1] as returned,
      (array_agg(w.key order by w.due_on, w.place) filter (where w.is_mine and w.is_overdue and w.state <> 'cosigning'))[1] as overdue,
      (array_agg(w.key order by w.state <> 'draft', w.due_on, w.place) filter (where w.is_mine
        and (w.state = 'empty' or w.is_begun and w.state = 'draft')))[1] as work_key,
      (array_agg(w.key order by w.place) filter (where w.part = 'question' and w.state = 'empty'
        and (w.assignee is null or w.has_left)))[1] as empty_key,
      json_agg(json_build_object('state', case when w.state = 'empty' then 'empty' when w.is_begun then 'work' else 'done' end)
        order by w.place) filter (where w.part = 'question') as segments from w),
  k as (select next_key(h, n.done, n.of - n.done + n.work, n.cosigning, n.waiting, n.returned, n.overdue, n.work_key, n.empty_key) as key from n),
  f as (select t.tag, count(*) as count from w, unnest(w.tags) t (tag) group by t.tag),
  g as (select w.part, w.block, w.label, w.chapter, w.section, min(w.place) as place, count(*) as of,
      count(*) filter (where w.state <> 'empty') as done,
      coalesce(json_agg(w.doc order by w.place) filter (where v_show = 'all' or v_show = any (w.tags)), '[]') as rows
    from w group by w.part, w.block, w.label, w.chapter, w.section)
  select json_build_object('done', n.done, 'ready', n.done - n.work, 'work', n.work, 'empty', n.of - n.done, 'of', n.of,
      'segments', coalesce(n.segments, '[]')),
    (select app.next_step(h, k.key, w.key, w.title) from k left join w on w.key = case k.key when 'returned' then n.returned
      when 'overdue' then n.overdue when 'continue' then n.work_key else n.empty_key end),
    (select json_agg(response_filter(h, c.key, coalesce(f.count, 0), v_show) order by c.place)
      from unnest(c_filters) with ordinality c (key, place) left join f on f.tag = c.key),
    (select coalesce(json_agg(json_build_object('key', g.block, 'label', g.label, 'done', g.done, 'of', g.of, 'rows', g.rows)
      order by g.place), '[]') from g where g.part = 'question' and json_array_length(g.rows) > 0),
    (select json_build_object('done', coalesce(sum(g.done), 0), 'of', coalesce(sum(g.of), 0),
      'groups', coalesce(json_agg(json_build_object('key', g.section, 'label', g.label, 'href', v_base || '/chapters/' || g.chapter
        || '#' || g.section, 'is_open', v_show <> 'all', 'done', g.done, 'of', g.of, 'rows', g.rows) order by g.place), '[]')) from g where g.part = 'item'),
    (select coalesce(json_agg(r.value order by g.place), '[]') from g, json_array_elements(g.rows) r where g.part = 'chapter')
    into progress, next_step, filters, groups, items, comments from n;
end $$;

create or replace function app.response_can(h app.house) returns json
language plpgsql stable as $$
begin
  return json_build_object('edit', h.can_edit,
    'release', h.is_releaser and not exists (select from release_blockers(h)),
    'nil_rest', h.can_edit, 'assign', can_assign(h),
    'ask', (h.is_editor or h.is_releaser) and h.has_begun,
    'correct', h.is_editor and h.response_state in ('submitted', 'withdrawn') and not h.is_over,
    'withdraw', h.is_releaser and not h.is_over and last_receipt(h) is not null);
end $$;

-- The short path, for the houses it is made for.
create or replace function app.response_short(h app.house) returns json
language plpgsql stable as $$
begin
  return (select json_build_object('href', '/consultations/' || h.slug || '/response/short', 'questions', count(*))
    from organisation o, asked(h) t join question_version v on v.id = t.question_version_id join question q on q.id = v.question_id and q.is_municipal
    where o.id = h.organisation_id and o.level in ('kommune', 'kommunalverband') and t.item_version_id is null
      and h.can_edit having count(*) > 0);
end $$;

create or replace function page.response(p_me app.caller, p_consultation text, p_show text, p_about text default null)
returns json
language plpgsql stable security definer set search_path = app, pg_temp
set plan_cache_mode = force_generic_plan as $$
declare
  h app.house := house(p_me, p_consultation);
  q record;
begin
  select * into q from response_work(p_me, h, p_show);
  return json_build_object(
    'frame', frame_of(p_me, h, 'response'),
    'consultation', consultation_json(h.consultation_id),
    'organisation', organisation_json(h.organisation_id),
    'intake', intake_note(h),
    'response', json_build_object('state', h.response_state,
      'version', coalesce(next_number(h.response_id), 1) - case when h.response_state = 'submitted' then 1 else 0 end, 'nil_rest', h.nil_rest,
      'last_receipt', last_receipt(h)),
    'release', release_json(h),
    'cosign', response_cosign(h),
    'join', response_join(h),
    'void', void_about(h, p_about),
    'deadline', deadline_json(h),
    'extended', stage_extended(h.stage_id),
    'earlier', earlier_progress(h),
    'validity', validity_progress(h),
    'progress', q.progress, 'next_step', q.next_step, 'filters', q.filters, 'groups', q.groups,
    'items', q.items,
    'comments', q.comments,
    'can', response_can(h),
    'short', response_short(h),
    'releasers', releasers_of(p_me, h.consultation_id),
    'is_reader', not p_me.roles && array['editor', 'releaser'],
    'roles', to_json(p_me.roles), 'roles_text', null);
end $$;
