create or replace function app.question_link(p_question_version_id bigint, p_slug text, p_query text) returns json
language plpgsql stable as $$
begin
  return (select json_build_object('key', q.key, 'title', v.body, 'body', v.body,
      'href', '/consultations/' || p_slug || '/questions/' || q.key || p_query)
    from question_version v join question q on q.id = v.question_id where v.id = p_question_version_id);
end $$;

create or replace function page.question(p_me app.caller, p_consultation text, p_question text, p_edition text)
returns json
language plpgsql stable security definer set search_path = app, pg_temp
set plan_cache_mode = force_generic_plan as $$
declare
  v_id bigint := consultation_at(p_consultation);
  g app.stage := stage_seen(p_me, v_id);
  h app.house := house_if_any(p_me, g.id, p_consultation);
  c app.edition := edition_shown(g, h, v_id);
  e app.edition := edition_holding(c, p_edition, 'question', p_question, p_me);
  v_query text := edition_query(e, c);
  v app.question_version;
  s app.question_set;
begin
  select y.* into v from question x join question_version y on y.question_id = x.id and y.edition_id = e.id
    where x.consultation_id = v_id and x.key = p_question;
  if not found then
    return null;
  end if;
  select x.* into s from question_set x where x.id = v.question_set_id;
  return json_build_object(
    'frame', frame_at(p_me, g, h, 'paper'),
    'consultation', consultation_json(v_id),
    'edition', edition_json(e, c, p_consultation, 'question', p_question),
    'chapter', (select chapter_json(k, p_consultation, v_query) from chapter k where k.id = s.chapter_id),
    'chapters', (select coalesce(json_agg(chapter_json(k, p_consultation, v_query) order by k.position), '[]')
      from question_set_chapter x join chapter k on k.id = x.chapter_id where x.question_set_id = s.id),
    'set', json_build_object('key', s.key, 'label', s.label, 'heading_verbatim', s.heading_verbatim,
      'heading_differs', not s.seed_label_correct, 'note', s.note),
    'question', json_build_object('key', p_question, 'body', v.body, 'shape', v.shape,
      'sub_items', v.sub_items::json),
    'aims', aims_in_full(v.id, p_consultation, h, v_query),
    'audience', audience_shown(g.id, null, v.id, v.audience, h),
    'own', own_of(h, null, v.id, null),
    'result_href', result_link(v_id, null, v.question_id),
    'previous', question_link((select x.id from question_version x where x.edition_id = e.id
      and x.position < v.position order by x.position desc limit 1), p_consultation, v_query),
    'next', question_link((select x.id from question_version x where x.edition_id = e.id
      and x.position > v.position order by x.position limit 1), p_consultation, v_query));
end $$;
