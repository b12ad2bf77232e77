-- What to do next, and where: the first of these that applies.
create or replace function app.next_step(h app.house, p_done bigint, p_work text, p_empty text)
returns json
language plpgsql stable as $$
declare
  v_base text := '/consultations/' || h.slug || '/response';
  v_target text := coalesce(p_work, p_empty);
  v_key text;
begin
  v_key := case
    when h.response_state = 'submitted' then 'done'
    when h.response_state = 'withdrawn' then 'withdrawn'
    when h.is_over then 'closed'
    when not h.has_begun then 'planned'
    when h.response_state = 'frozen' then case when h.is_releaser then 'approve' else 'waiting' end
    when h.is_editor and p_done = 0 then 'start'
    when h.is_editor and p_work is not null then 'continue'
    when h.is_editor and p_empty is not null then 'empty'
    when v_target is not null and not h.is_releaser then 'reading'
    when h.is_releaser then 'release'
    when h.is_editor then 'freeze'
    else 'waiting' end;
  if v_key not in ('start', 'continue', 'empty') then
    v_target := null;
  end if;
  return json_build_object('key', v_key, 'target', v_target,
    'text', (select q.body from target t join question_version q on q.id = t.question_version_id
      where t.stage_id = h.stage_id and t.key = v_target),
    'href', case
      when v_target is not null then v_base || '/answers/' || v_target
      when v_key = 'done' then coalesce(last_receipt(h) ->> 'href', v_base || '/print')
      when v_key in ('closed', 'planned', 'reading', 'withdrawn') then v_base || '/print'
      else v_base || '/release' end);
end $$;

create or replace function app.response_filter(h app.house, p_key text, p_count bigint, p_show text) returns json
language sql stable parallel safe as $$
  select json_build_object('key', p_key, 'count', p_count, 'href', '/consultations/' || h.slug
    || '/response' || case when p_key <> 'all' then '?show=' || p_key else '' end, 'is_current', p_key = p_show)
$$;

-- The questions in their blocks. A draft without its stance is "work": begun,
-- not finished.
create or replace function app.response_questions(h app.house, p_show text, out progress json,
  out next_step json, out filters json, out groups json)
language plpgsql stable as $$
declare
  v_href text := '/consultations/' || h.slug || '/response/answers/';
begin
  with q as materialized (select t.key, t.position as place, v.body, s.key as group_key, s.label,
      answer_state(coalesce(a.kind, case when h.nil_rest then 'nil' end), h.response_state, c.state) as state,
      form_stance(coalesce(a.kind, case when h.nil_rest then 'nil' end), a.stance) as stance,
      t.takes_stance and coalesce(a.kind = 'answered' and a.stance is null, false) as is_work,
      a.changed_at, person_name(p) as author, case when v.shape = 'per_item' then item_progress(h, v.id) end as items
    from target t join question_version v on v.id = t.question_version_id
      join question_set s on s.id = v.question_set_id
      left join answer a on a.response_id = h.response_id and a.target_id = t.id
        and a.organisation_id = h.organisation_id
      left join cosign_states(h) c on c.answer_id = a.id
      left join person p on p.id = a.author_id
    where t.stage_id = h.stage_id and t.item_version_id is null),
  n as (select count(*) filter (where q.state <> 'empty') as done, count(*) filter (where q.is_work) as work,
      count(*) filter (where q.state = 'draft') as draft, count(*) as of,
      (array_agg(q.key order by q.place) filter (where q.is_work))[1] as first_work,
      (array_agg(q.key order by q.place) filter (where q.state = 'empty'))[1] as first_empty,
      json_agg(json_build_object('state', case when q.state = 'empty' then 'empty'
        when q.is_work then 'work' else 'done' end) order by q.place) as segments from q),
  g as (select min(q.place) as place, q.group_key, q.label,
      count(*) filter (where q.state <> 'empty') as done, count(*) as of,
      json_agg(json_build_object('target', q.key, 'kind', 'question', 'body', q.body, 'state', q.state,
        'stance', q.stance, 'href', v_href || q.key, 'changed_at', q.changed_at, 'by', q.author,
        'item_progress', q.items) order by q.place)
        filter (where p_show = 'all' or q.state = p_show or (p_show = 'answered' and q.state <> 'empty')) as rows
    from q group by q.group_key, q.label)
  select json_build_object('done', n.done, 'ready', n.done - n.work, 'work', n.work,
      'empty', n.of - n.done, 'of', n.of, 'segments', coalesce(n.segments, '[]')),
    app.next_step(h, n.done, n.first_work, n.first_empty),
    json_build_array(response_filter(h, 'all', n.of, p_show), response_filter(h, 'empty', n.of - n.done, p_show),
      response_filter(h, 'draft', n.draft, p_show), response_filter(h, 'answered', n.done, p_show)),
    (select coalesce(json_agg(json_build_object('key', g.group_key, 'label', g.label, 'done', g.done,
      'of', g.of, 'rows', coalesce(g.rows, '[]')) order by g.place), '[]') from g)
    into progress, next_step, filters, groups from n;
end $$;

create or replace function app.response_items(h app.house) returns json
language plpgsql stable as $$
declare
  v_rest text := case when h.nil_rest then 'nil' end;
begin
  return (with g as (select min(t.position) as place, s.id,
      count(coalesce(a.kind, v_rest)) as done, count(*) as of,
      json_agg(json_build_object('target', t.key, 'kind', i.kind, 'title', v.title,
        'state', answer_state(coalesce(a.kind, v_rest), h.response_state, c.state),
        'stance', form_stance(coalesce(a.kind, v_rest), a.stance),
        'href', '/consultations/' || h.slug || '/response/answers/' || t.key) order by t.position) as rows
    from target t join item_version v on v.id = t.item_version_id join item i on i.id = v.item_id
      join section s on s.id = v.section_id
      left join answer a on a.response_id = h.response_id and a.target_id = t.id
        and a.organisation_id = h.organisation_id left join cosign_states(h) c on c.answer_id = a.id
    where t.stage_id = h.stage_id and t.question_version_id is null group by s.id)
  select json_build_object('done', coalesce(sum(g.done), 0), 'of', coalesce(sum(g.of), 0),
      'groups', coalesce(json_agg(json_build_object('key', s.key, 'label', s.title,
        'href', '/consultations/' || h.slug || '/chapters/' || k.key || '#' || s.key,
        'done', g.done, 'of', g.of, 'rows', g.rows) order by g.place), '[]'))
    from g join section s on s.id = g.id join chapter k on k.id = s.chapter_id);
end $$;

create or replace function app.response_comments(h app.house) returns json
language plpgsql stable as $$
begin
  return (select coalesce(json_agg(json_build_object('target', t.key, 'title', k.title,
      'state', answer_state(coalesce(a.kind, case when h.nil_rest then 'nil' end), h.response_state, c.state),
      'href', '/consultations/' || h.slug || '/response/answers/' || t.key) order by t.position), '[]')
    from target t join chapter k on k.id = t.chapter_id
      left join answer a on a.response_id = h.response_id and a.target_id = t.id
        and a.organisation_id = h.organisation_id left join cosign_states(h) c on c.answer_id = a.id
    where t.stage_id = h.stage_id and t.question_version_id is null and t.item_version_id is null);
end $$;

create or replace function app.response_can(h app.house) returns json
language plpgsql stable as $$
begin
  return json_build_object('edit', h.can_edit,
    'release', h.is_releaser and not exists (select from release_blockers(h)),
    'nil_rest', h.can_edit,
    'ask', (h.is_editor or h.is_releaser) and h.has_begun,
    'correct', h.is_editor and h.response_state in ('submitted', 'withdrawn') and not h.is_over,
    'withdraw', h.is_releaser and not h.is_over and last_receipt(h) is not null);
end $$;

-- The short path, for the houses it is made for.
create or replace function app.response_short(h app.house) returns json
language plpgsql stable as $$
begin
  return (select json_build_object('href', '/consultations/' || h.slug || '/response/short', 'questions', count(*))
    from organisation o, question_version v join question q on q.id = v.question_id and q.is_municipal
    where o.id = h.organisation_id and o.level in ('kommune', 'kommunalverband') and v.edition_id = h.edition_id
      and h.can_edit having count(*) > 0);
end $$;

create or replace function page.response(p_me app.caller, p_consultation text, p_show text) returns json
language plpgsql stable security definer set search_path = app, pg_temp
set plan_cache_mode = force_generic_plan as $$
declare
  h app.house := house(p_me, p_consultation);
  q record;
begin
  select * into q from response_questions(h,
    case when p_show in ('empty', 'draft', 'answered') then p_show else 'all' end);
  return json_build_object(
    'frame', frame_of(p_me, h, 'response'),
    'consultation', consultation_json(h.consultation_id),
    'organisation', organisation_json(h.organisation_id),
    'response', json_build_object('state', h.response_state,
      'version', coalesce(next_number(h.response_id), 1), 'nil_rest', h.nil_rest,
      'last_receipt', last_receipt(h)),
    'release', release_json(h),
    'cosign', response_cosign(h),
    'deadline', deadline_json(h),
    'progress', q.progress, 'next_step', q.next_step, 'filters', q.filters, 'groups', q.groups,
    'items', response_items(h),
    'comments', response_comments(h),
    'can', response_can(h),
    'short', response_short(h),
    'releasers', releasers_of(p_me, h.consultation_id),
    'is_reader', not p_me.roles && array['editor', 'releaser'],
    'roles', to_json(p_me.roles), 'roles_text', null);
end $$;
