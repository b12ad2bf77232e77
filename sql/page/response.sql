-- What to do next, and where: the first of these that applies.
create or replace function app.next_step(h app.house, p_done bigint, p_work text, p_empty text)
returns json
language plpgsql stable set search_path = app, pg_temp as $$
declare
  v_base text := '/consultations/' || h.slug || '/response';
  v_target text := coalesce(p_work, p_empty);
  v_key text;
begin
  v_key := case
    when h.response_state = 'submitted' then 'done'
    when h.is_over then 'closed'
    when not h.has_begun then 'planned'
    when h.is_editor and p_done = 0 then 'start'
    when h.is_editor and p_work is not null then 'continue'
    when h.is_editor and p_empty is not null then 'empty'
    when v_target is not null and not h.is_releaser then 'reading'
    when h.is_releaser then 'release'
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
      when v_key in ('closed', 'planned', 'reading') then v_base || '/print'
      else v_base || '/release' end);
end $$;

create or replace function app.response_can(h app.house, p_has_content boolean) returns json
language plpgsql stable set search_path = app, pg_temp as $$
begin
  return json_build_object('edit', h.can_edit,
    'release', h.is_releaser and h.response_state = 'draft' and h.has_begun and not h.is_over and p_has_content,
    'nil_rest', h.can_edit,
    'correct', h.is_editor and h.response_state = 'submitted' and not h.is_over);
end $$;

create or replace function app.response_filters(h app.house, p_show text, p_counts json) returns json
language plpgsql stable set search_path = app, pg_temp as $$
begin
  return (select json_agg(json_build_object('key', f.key, 'count', (p_counts ->> f.key)::int,
      'href', '/consultations/' || h.slug || '/response'
        || case when f.key <> 'all' then '?show=' || f.key else '' end,
      'is_current', f.key = p_show) order by f.place)
    from (values (1, 'all'), (2, 'empty'), (3, 'draft'), (4, 'answered')) f(place, key));
end $$;

-- All of the page that comes from the rows of the house, read once. A draft
-- without its stance is "work": begun, not finished.
create or replace function app.response_body(h app.house, p_show text) returns json
language plpgsql stable set search_path = app, pg_temp as $$
begin
  return (with r as materialized (select * from house_rows(h)),
    q as (select *, p_show = 'all' or state = p_show or (p_show = 'answered' and state <> 'empty') as is_shown
      from r where part = 'question'),
    p as (select count(*) filter (where state <> 'empty') as done, count(*) filter (where is_work) as work,
        count(*) filter (where state = 'empty') as empty, count(*) filter (where state = 'draft') as draft,
        count(*) as of, min(place) filter (where is_work) as first_work,
        min(place) filter (where state = 'empty') as first_empty,
        json_agg(json_build_object('state', case when state = 'empty' then 'empty'
          when is_work then 'work' else 'done' end) order by place) as segments from q),
    g as (select min(place) as place, group_key, group_label, group_href,
        count(*) filter (where state <> 'empty') as done, count(*) as of,
        json_agg(json_build_object('target', target, 'kind', part, 'body', body, 'state', state,
          'stance', stance, 'href', '/consultations/' || h.slug || '/response/answers/' || target,
          'changed_at', changed_at, 'by', author, 'item_progress', case when aims_of > 0 then
            json_build_object('done', aims_done, 'of', aims_of) end) order by place)
          filter (where is_shown) as rows
      from q group by group_key, group_label, group_href),
    i as (select min(place) as place, group_key, group_label, group_href,
        count(*) filter (where state <> 'empty') as done, count(*) as of,
        json_agg(json_build_object('target', target, 'kind', kind, 'title', title, 'state', state,
          'stance', stance, 'href', '/consultations/' || h.slug || '/response/answers/' || target)
          order by place) as rows
      from r where part = 'item' group by group_key, group_label, group_href)
  select json_build_object(
    'progress', json_build_object('done', p.done, 'ready', p.done - p.work, 'work', p.work,
      'empty', p.empty, 'of', p.of, 'segments', coalesce(p.segments, '[]')),
    'next_step', next_step(h, p.done, (select target from r where place = p.first_work),
      (select target from r where place = p.first_empty)),
    'filters', response_filters(h, p_show, json_build_object('all', p.of, 'empty', p.empty,
      'draft', p.draft, 'answered', p.done)),
    'groups', (select coalesce(json_agg(json_build_object('key', group_key, 'label', group_label,
      'done', done, 'of', of, 'rows', coalesce(rows, '[]')) order by place), '[]') from g),
    'items', json_build_object('done', (select coalesce(sum(done), 0) from i),
      'of', (select coalesce(sum(of), 0) from i),
      'groups', (select coalesce(json_agg(json_build_object('key', group_key, 'label', group_label,
        'href', group_href, 'done', done, 'of', of, 'rows', rows) order by place), '[]') from i)),
    'comments', (select coalesce(json_agg(json_build_object('target', target, 'title', title,
      'state', state, 'href', '/consultations/' || h.slug || '/response/answers/' || target)
      order by place), '[]') from r where part = 'chapter'),
    'can', response_can(h, exists (select from r where state <> 'empty'))) from p);
end $$;

create or replace function page.response(p_me app.caller, p_consultation text, p_show text) returns json
language plpgsql stable security definer set search_path = app, pg_temp as $$
declare
  h app.house := house(p_me, p_consultation);
  v_show text := case when p_show in ('empty', 'draft', 'answered') then p_show else 'all' end;
  b json := response_body(h, v_show);
begin
  return json_build_object(
    'frame', frame(p_me, h.consultation_id, 'response'),
    'consultation', consultation_json(h.consultation_id),
    'organisation', organisation_json(h.organisation_id),
    'response', json_build_object('state', h.response_state,
      'version', coalesce(next_number(h.response_id), 1), 'nil_rest', h.nil_rest,
      'last_receipt', last_receipt(h)),
    'deadline', deadline_json(h),
    'progress', b -> 'progress', 'next_step', b -> 'next_step', 'filters', b -> 'filters',
    'groups', b -> 'groups', 'items', b -> 'items', 'comments', b -> 'comments', 'can', b -> 'can',
    'releasers', releasers_of(p_me, h.consultation_id),
    'is_reader', not p_me.roles && array['editor', 'releaser'],
    'roles', to_json(p_me.roles), 'roles_text', null);
end $$;
