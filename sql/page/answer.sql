-- The target with its wording, as the answer page shows it beside the form.
create or replace function app.target_json(t app.target, p_slug text) returns json
language plpgsql stable set search_path = app, pg_temp as $$
begin
  return (select json_build_object('key', t.key,
      'kind', case when t.item_version_id is not null then 'item'
        when t.question_version_id is not null then 'question' else 'chapter' end,
      'item_kind', i.kind, 'title', coalesce(v.title, k.title), 'body', coalesce(v.body, q.body, k.summary),
      'shape', q.shape, 'takes_stance', t.takes_stance,
      'href', '/consultations/' || p_slug || case when i.id is not null then '/items/' || i.key
        when q.id is not null then '/questions/' || qn.key else '/chapters/' || k.key end)
    from (select) one
      left join item_version v on v.id = t.item_version_id left join item i on i.id = v.item_id
      left join question_version q on q.id = t.question_version_id
      left join question qn on qn.id = q.question_id
      left join chapter k on k.id = t.chapter_id);
end $$;

-- The chapter a target stands in.
create or replace function app.target_chapter(t app.target) returns bigint
language plpgsql stable set search_path = app, pg_temp as $$
begin
  return coalesce(t.chapter_id,
    (select s.chapter_id from item_version v join section s on s.id = v.section_id
      where v.id = t.item_version_id),
    (select s.chapter_id from question_version q join question_set s on s.id = q.question_set_id
      where q.id = t.question_version_id));
end $$;

create or replace function app.answer_form(a app.answer) returns json
language plpgsql stable set search_path = app, pg_temp as $$
begin
  return json_build_object('version', coalesce(a.version, 0), 'stance', form_stance(a.kind, a.stance),
    'body', coalesce(a.body, ''), 'proposal', coalesce(a.proposal, ''), 'reason', coalesce(a.reason, ''),
    'confidential', coalesce(a.confidential, false),
    'confidential_reason', coalesce(a.confidential_reason, ''), 'papers', papers_of(a.value));
end $$;

-- Place among the targets of the same part, and the neighbours in it.
create or replace function app.answer_neighbours(h app.house, t app.target) returns json
language plpgsql stable set search_path = app, pg_temp as $$
begin
  return (with r as (select x.key, coalesce(v.title, q.body, k.title) as title, x.id,
        row_number() over w as number, lag(x.key) over w as before, lead(x.key) over w as after
      from target x left join item_version v on v.id = x.item_version_id
        left join question_version q on q.id = x.question_version_id
        left join chapter k on k.id = x.chapter_id
      where x.stage_id = t.stage_id and (x.item_version_id is null) = (t.item_version_id is null)
        and (x.question_version_id is null) = (t.question_version_id is null)
      window w as (order by x.position)),
    l as (select key, json_build_object('key', key, 'title', title,
      'href', '/consultations/' || h.slug || '/response/answers/' || key) as link from r)
  select json_build_object('position', json_build_object('number', r.number, 'of', (select count(*) from r)),
      'previous', (select link from l where key = r.before), 'next', (select link from l where key = r.after))
    from r where r.id = t.id);
end $$;

-- Why nothing can be written here now; null when it can.
create or replace function app.closed_reason(h app.house) returns text
language sql immutable parallel safe as $$
  select case when h.can_edit then null
    when h.response_state <> 'draft' then 'submitted'
    when h.is_over then 'deadline'
    when not h.has_begun then 'planned'
    else 'reader' end
$$;

create or replace function app.answer_json(a app.answer, h app.house) returns json
language plpgsql stable set search_path = app, pg_temp as $$
begin
  return json_build_object(
    'state', answer_state(coalesce(a.kind, case when h.nil_rest then 'nil' end), h.response_state),
    'changed_at', a.changed_at, 'by', (select p.name from person p where p.id = a.author_id),
    'revision_count', (select count(*) from answer_revision r
      where r.answer_id = a.id and r.organisation_id = h.organisation_id));
end $$;

create or replace function page.answer(p_me app.caller, p_consultation text, p_target text) returns json
language plpgsql stable security definer set search_path = app, pg_temp as $$
declare
  h app.house := house(p_me, p_consultation);
  t app.target;
  a app.answer;
  q app.question_version;
  n json;
begin
  select x.* into t from target x where x.stage_id = h.stage_id and x.key = p_target;
  if not found then
    return null;
  end if;
  select x.* into a from answer x where x.response_id = h.response_id and x.target_id = t.id
    and x.organisation_id = p_me.organisation_id;
  select x.* into q from question_version x where x.id = t.question_version_id;
  n := answer_neighbours(h, t);
  return json_build_object(
    'frame', frame(p_me, h.consultation_id, 'response'),
    'consultation', consultation_json(h.consultation_id),
    'organisation', organisation_json(h.organisation_id),
    'target', target_json(t, h.slug),
    'chapter', chapter_json(target_chapter(t)),
    'decisions', decisions_of(t.item_version_id),
    'requirements', requirements_of(t.item_version_id),
    'aims', aims_in_full(q.id, h.slug, h),
    'item_progress', (select json_build_object('done', x.done, 'of', x.of)
      from aims_progress(h, q.id) x where q.shape = 'per_item' and x.of > 0),
    'questions', questions_about(t.item_version_id, h.slug),
    'sub_items', coalesce(q.sub_items::json, '[]'),
    'form', answer_form(a),
    'answer', answer_json(a, h),
    'theirs', null,
    'limits', json_build_object('text', 20000),
    'can', json_build_object('edit', h.can_edit),
    'closed_reason', closed_reason(h),
    'deadline', deadline_json(h),
    'position', n -> 'position', 'previous', n -> 'previous', 'next', n -> 'next');
end $$;
