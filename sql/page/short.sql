-- The short path of municipalities: what concerns them, and the questions
-- marked for them, on one page.
-- The options of a question as the short form has them: names with the key of the question, so that several of them
-- stand on one page. Of a choice options, else rows.
create or replace function app.short_pick(p_key text, q app.question_version, p_value jsonb) returns jsonb
language plpgsql stable as $$
declare
  f jsonb := pick_form(q, p_value);
  v_rows jsonb := (select coalesce(jsonb_agg(x.r || jsonb_build_object('text', x.r ->> 'body', 'value', x.r ->> 'key', 'name', 'option.' || p_key,
      'row', p_key || '.' || (x.r ->> 'key'), 'key', p_key || '.' || (x.r ->> 'key')) order by x.n), '[]')
    from jsonb_array_elements(coalesce(f -> 'rows', '[]')) with ordinality x (r, n));
begin
  return jsonb_build_object('option', coalesce(f ->> 'option', ''), 'options', case q.shape when 'choice' then v_rows else '[]' end,
    'rows', case q.shape when 'choice' then '[]' else v_rows end);
end $$;

create or replace function app.short_rows(h app.house) returns json
language plpgsql stable as $$
begin
  return (select coalesce(json_agg(jsonb_build_object('key', t.key, 'question', v.body,
      'version', coalesce(a.version, 0)::text, 'body', coalesce(a.body, ''),
      'not_applicable', case when a.kind = 'not_applicable' then '1' else '' end,
      'state', answer_state(coalesce(a.kind, case when h.nil_rest then 'nil' end), h.response_state, c.state),
      'shape', v.shape, 'picked', picked_of(a.value),
      'has_more', num_nonnulls(a.stance, a.proposal, a.reason) > 0 or jsonb_typeof(a.value) = 'array',
      'href', '/consultations/' || h.slug || '/response/answers/' || t.key) || short_pick(t.key, v, a.value) order by t.position), '[]')
    from asked(h) t join question_version v on v.id = t.question_version_id
      join question q on q.id = v.question_id and q.is_municipal
      left join answer a on a.response_id = h.response_id and a.target_id = t.id
        and a.organisation_id = h.organisation_id
      left join cosign_states(h) c on c.answer_id = a.id
    where t.item_version_id is null);
end $$;

create or replace function app.short_context(h app.house) returns json
language plpgsql stable as $$
begin
  return (select coalesce(json_agg(json_build_object('key', i.key, 'kind', i.kind, 'title', v.title,
      'body', v.body, 'chapter', chapter_json(k, h.slug), 'requirements', requirements_of(v.id))
      order by k.position, s.position, v.position), '[]')
    from item i join item_version v on v.item_id = i.id and v.edition_id = h.edition_id
      join section s on s.id = v.section_id join chapter k on k.id = s.chapter_id
    where i.consultation_id = h.consultation_id and i.is_municipal);
end $$;

create or replace function page.short(p_me app.caller, p_consultation text) returns json
language plpgsql stable security definer set search_path = app, pg_temp
set plan_cache_mode = force_generic_plan as $$
declare
  h app.house := house(p_me, p_consultation);
  v_rows json := short_rows(h);
begin
  if json_array_length(v_rows) = 0 then
    return null;
  end if;
  return json_build_object(
    'frame', frame_of(p_me, h, 'response'),
    'consultation', consultation_json(h.consultation_id),
    'organisation', organisation_json(h.organisation_id),
    'context', short_context(h),
    'questions', json_array_length(v_rows),
    'of', (select count(*) from asked(h) t where t.question_version_id is not null
      and t.item_version_id is null),
    'form', json_build_object('rows', v_rows,
      'rest', case when h.response_id is null or h.nil_rest then 'nil' else 'open' end),
    'saved_at', (select max(a.changed_at) from answer a where a.response_id = h.response_id
      and a.organisation_id = p_me.organisation_id),
    'limits', json_build_object('text', 20000),
    'can', json_build_object('edit', h.can_edit),
    'closed_reason', closed_reason(h),
    'deadline', deadline_json(h));
end $$;
