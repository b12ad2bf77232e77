-- The sections with their items: what they cite, what they require, and where
-- the caller's house stands.
create or replace function app.chapter_sections(p_chapter_id bigint, p_slug text, h app.house, p_query text) returns json
language plpgsql stable as $$
begin
  return (with v as materialized (select v.id, v.section_id, v.parent_id, v.position, i.key, i.kind, v.title, v.body
      from section s join item_version v on v.section_id = s.id join item i on i.id = v.item_id
      where s.chapter_id = p_chapter_id),
    d as (select v.id, json_agg(decision_json(d, c.relation, f.number) order by f.number, d.ref) as list
      from v join citation c on c.item_version_id = v.id
        join council_decision d on d.id = c.council_decision_id left join footnote f on f.id = c.footnote_id
      group by v.id),
    r as (select v.parent_id as id, json_agg(json_build_object('key', v.key, 'body', v.body,
        'decisions', coalesce(d.list, '[]')) order by v.position) as list
      from v left join d on d.id = v.id where v.parent_id is not null group by v.parent_id),
    i as (select v.section_id, json_agg(json_build_object('key', v.key, 'kind', v.kind, 'title', v.title,
        'body', v.body, 'href', '/consultations/' || p_slug || '/items/' || v.key || p_query,
        'decisions', coalesce(d.list, '[]'), 'requirements', coalesce(r.list, '[]'),
        'own', own(h, t.key, a.kind, a.stance, c.state)) order by v.position) as list
      from v left join d on d.id = v.id left join r on r.id = v.id
        left join asked(h) t on t.item_version_id = v.id and t.question_version_id is null
        left join answer a on a.response_id = h.response_id and a.target_id = t.id
          and a.organisation_id = h.organisation_id left join cosign_states(h) c on c.answer_id = a.id
      where v.parent_id is null group by v.section_id)
  select coalesce(json_agg(json_build_object('key', s.key, 'letter', s.letter, 'title', s.title,
      'is_editorial', s.is_editorial, 'items', coalesce(i.list, '[]')) order by s.position), '[]')
    from section s left join i on i.section_id = s.id
    where s.chapter_id = p_chapter_id and s.kind <> 'questions');
end $$;

-- The blocks of questions that ask about this chapter, here or with another.
create or replace function app.chapter_question_sets(p_chapter_id bigint, p_stage_id bigint, p_slug text, h app.house, p_query text)
returns json
language plpgsql stable as $$
begin
  return (with q as materialized (select v.id, v.question_set_id, v.position, v.body, n.key, v.audience
      from question_set_chapter c join question_version v on v.question_set_id = c.question_set_id
        join question n on n.id = v.question_id
      where c.chapter_id = p_chapter_id),
    a as (select q.id, json_agg(json_build_object('key', coalesce(i.key, s.key),
        'title', coalesce(v.title, s.title), 'href', '/consultations/' || p_slug
          || case when i.id is not null then '/items/' || i.key || p_query
            else '/chapters/' || k.key || p_query || '#' || s.key end)
        order by a.position) as list
      from q join question_aim a on a.question_version_id = q.id
        left join item_version v on v.id = a.item_version_id left join item i on i.id = v.item_id
        left join section s on s.id = a.section_id left join chapter k on k.id = s.chapter_id
      group by q.id),
    l as (select q.question_set_id, json_agg(json_build_object('key', q.key, 'body', q.body,
        'href', '/consultations/' || p_slug || '/questions/' || q.key || p_query, 'aims', coalesce(a.list, '[]'),
        'audience', audience_shown(p_stage_id, null, q.id, q.audience, h),
        'own', own_of(h, null, q.id, null)) order by q.position) as list
      from q left join a on a.id = q.id group by q.question_set_id)
  select coalesce(json_agg(json_build_object('key', s.key, 'label', s.label,
      'heading_verbatim', s.heading_verbatim, 'heading_differs', not s.seed_label_correct,
      'questions', l.list) order by s.position), '[]')
    from question_set s join l on l.question_set_id = s.id);
end $$;

create or replace function page.chapter(p_me app.caller, p_consultation text, p_chapter text, p_edition text)
returns json
language plpgsql stable security definer set search_path = app, pg_temp
set plan_cache_mode = force_generic_plan as $$
declare
  v_id bigint := consultation_at(p_consultation);
  s app.stage := stage_seen(p_me, v_id);
  h app.house := house_if_any(p_me, s.id, p_consultation);
  c app.edition := edition_shown(s, h, v_id);
  e app.edition := edition_holding(c, p_edition, 'chapter', p_chapter, p_me);
  v_query text := edition_query(e, c);
  k app.chapter;
  v_before app.chapter;
  v_after app.chapter;
begin
  select x.* into k from chapter x where x.edition_id = e.id and x.key = p_chapter;
  if not found then
    return null;
  end if;
  select x.* into v_before from chapter x where x.edition_id = e.id
    and x.number is not null and x.position < k.position order by x.position desc limit 1;
  select x.* into v_after from chapter x where x.edition_id = e.id
    and x.number is not null and x.position > k.position order by x.position limit 1;
  return json_build_object(
    'frame', frame_at(p_me, s, h, 'paper'),
    'consultation', consultation_json(v_id),
    'edition', edition_json(e, c, p_consultation, 'chapter', p_chapter),
    'chapter', json_build_object('key', k.key, 'number', k.number, 'title', k.title,
      'summary', k.summary, 'is_editorial', k.is_editorial),
    'chapter_count', (select count(*) from chapter x where x.edition_id = e.id and x.number is not null),
    'sections', chapter_sections(k.id, p_consultation, h, v_query),
    'question_sets', chapter_question_sets(k.id, s.id, p_consultation, h, v_query),
    'comment', own_of(h, null, null, k.id), 'comment_audience', audience_shown(s.id, null, null, null, h, k.id),
    'previous', chapter_json(v_before, p_consultation, v_query),
    'next', chapter_json(v_after, p_consultation, v_query),
    'can_answer', coalesce(h.can_edit, false) and e.id = s.edition_id);
end $$;
