-- Marking what the public shall not read: the texts of one answer.

-- A text in pieces: what stands, and what is cut.
create or replace function app.segments_of(a app.answer, p_field text) returns json
language plpgsql stable as $$
declare
  v_text text := answer_part(a, p_field);
  v_list json[] := array[]::json[];
  v_at int := 0;
  d app.redaction;
begin
  for d in select x.* from redaction x where x.answer_id = a.id and x.content_hash = a.content_hash
      and x.field = p_field order by x.range loop
    v_list := v_list || json_build_object('text', nullif(substr(v_text, v_at + 1, lower(d.range) - v_at), ''))
      || json_build_object('cut', cut(v_text, d.range));
    v_at := upper(d.range);
  end loop;
  return to_json(v_list || json_build_object('text', nullif(substr(v_text, v_at + 1), '')));
end $$;

create or replace function app.marked_texts(a app.answer) returns json
language plpgsql stable as $$
begin
  return (select coalesce(json_agg(json_build_object('name', f, 'segments', segments_of(a, f)) order by n), '[]')
    from unnest(array['body', 'proposal', 'reason']) with ordinality u (f, n) where answer_part(a, f) is not null);
end $$;

-- Marks in the text as it stands (p_standing), or in a text that was changed
-- since: with its words, and how often they stand in the answer now.
create or replace function app.marks_json(a app.answer, p_standing boolean) returns json
language plpgsql stable as $$
begin
  return (select coalesce(json_agg(json_build_object('key', x.key, 'field', x.field, 'words', x.words,
      'reason', x.reason, 'by', name_of(x.made_by), 'at', x.made_at, 'times', case when not p_standing then
        (select sum(cardinality(find_words(answer_part(a, f), x.words)))
          from unnest(array['body', 'proposal', 'reason']) f) end) order by x.field, x.range), '[]')
    from (select d.*, cut(case d.field when 'body' then r.body when 'proposal' then r.proposal else r.reason end,
        d.range) as words
      from redaction d join answer_revision r on r.answer_id = d.answer_id and r.revision = d.revision
      where d.answer_id = a.id and d.organisation_id = a.organisation_id
        and (d.content_hash = a.content_hash) = p_standing) x);
end $$;

create or replace function page.redaction(p_me app.caller, p_consultation text, p_target text) returns json
language plpgsql stable security definer set search_path = app, pg_temp
set plan_cache_mode = force_generic_plan as $$
declare
  h app.house := house(p_me, p_consultation);
  t app.target;
  a app.answer;
begin
  select x.* into t from target x where x.stage_id = h.stage_id and x.key = p_target;
  if not found then
    return null;
  end if;
  select x.* into a from answer x where x.response_id = h.response_id and x.target_id = t.id
    and x.organisation_id = p_me.organisation_id;
  return json_build_object(
    'frame', frame_of(p_me, h, 'response'),
    'consultation', consultation_json(h.consultation_id),
    'organisation', organisation_json(h.organisation_id),
    'response', json_build_object('state', h.response_state),
    'target', json_build_object('key', t.key, 'title', target_title(t)),
    'confidential', coalesce(a.confidential, false),
    'texts', marked_texts(a),
    'marks', marks_json(a, true),
    'void', marks_json(a, false),
    'form', json_build_object('words', '', 'reason', '', 'part', '', 'start', '', 'instead', ''),
    'can', json_build_object('mark', can_mark(h) and num_nonnulls(a.body, a.proposal, a.reason) > 0));
end $$;
