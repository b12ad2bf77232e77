-- The items of a section with what they cite and where the caller's house stands.
create or replace function app.chapter_items(p_section_id bigint, p_slug text, h app.house) returns json
language plpgsql stable set search_path = app, pg_temp as $$
begin
  return (select coalesce(json_agg(json_build_object('key', i.key, 'kind', i.kind, 'title', v.title,
      'body', v.body, 'href', '/consultations/' || p_slug || '/items/' || i.key,
      'decisions', decisions_of(v.id), 'requirements', requirements_of(v.id),
      'own', own(h, t.key, a.kind, a.stance)) order by v.position), '[]')
    from item_version v join item i on i.id = v.item_id
      left join target t on t.stage_id = h.stage_id and t.item_version_id = v.id
        and t.question_version_id is null
      left join answer a on a.response_id = h.response_id and a.target_id = t.id
        and a.organisation_id = h.organisation_id
    where v.section_id = p_section_id and v.parent_id is null);
end $$;

create or replace function app.chapter_sections(p_chapter_id bigint, p_slug text, h app.house) returns json
language plpgsql stable set search_path = app, pg_temp as $$
begin
  return (select coalesce(json_agg(json_build_object('key', s.key, 'letter', s.letter, 'title', s.title,
      'is_editorial', s.is_editorial, 'items', chapter_items(s.id, p_slug, h)) order by s.position), '[]')
    from section s where s.chapter_id = p_chapter_id and s.kind <> 'questions');
end $$;

-- The blocks of questions that ask about this chapter, here or with another.
create or replace function app.chapter_question_sets(p_chapter_id bigint, p_slug text, h app.house) returns json
language plpgsql stable set search_path = app, pg_temp as $$
begin
  return (select coalesce(json_agg(json_build_object('key', s.key, 'label', s.label,
      'heading_verbatim', s.heading_verbatim, 'heading_differs', not s.seed_label_correct,
      'questions', (select coalesce(json_agg(json_build_object('key', q.key, 'body', v.body,
          'href', '/consultations/' || p_slug || '/questions/' || q.key,
          'aims', aims_of(v.id, p_slug), 'own', own_of(h, null, v.id, null))
          order by v.position), '[]')
        from question_version v join question q on q.id = v.question_id where v.question_set_id = s.id))
      order by s.position), '[]')
    from question_set s join question_set_chapter c on c.question_set_id = s.id
    where c.chapter_id = p_chapter_id);
end $$;

create or replace function page.chapter(p_me app.caller, p_consultation text, p_chapter text) returns json
language plpgsql stable security definer set search_path = app, pg_temp as $$
declare
  v_id bigint := (select c.id from consultation c where c.slug = p_consultation);
  v_stage app.stage := current_stage(v_id);
  e app.edition := edition_shown(v_id);
  h app.house := house_if_any(p_me, v_stage.id, p_consultation);
  k app.chapter;
begin
  select x.* into k from chapter x where x.edition_id = e.id and x.key = p_chapter;
  if not found then
    return null;
  end if;
  return json_build_object(
    'frame', frame(p_me, v_id, 'paper'),
    'consultation', consultation_json(v_id),
    'edition', json_build_object('number', e.number, 'as_of', e.as_of),
    'chapter', json_build_object('key', k.key, 'number', k.number, 'title', k.title,
      'summary', k.summary, 'is_editorial', k.is_editorial),
    'chapter_count', (select count(*) from chapter x where x.edition_id = e.id and x.number is not null),
    'sections', chapter_sections(k.id, p_consultation, h),
    'question_sets', chapter_question_sets(k.id, p_consultation, h),
    'comment', own_of(h, null, null, k.id),
    'previous', chapter_json((select x.id from chapter x where x.edition_id = e.id
      and x.number is not null and x.position < k.position order by x.position desc limit 1)),
    'next', chapter_json((select x.id from chapter x where x.edition_id = e.id
      and x.number is not null and x.position > k.position order by x.position limit 1)),
    'can_answer', coalesce(h.can_edit, false));
end $$;
