-- A file with a paper: how far the reading is, what it says, and what would be
-- the draft.
create or replace function page.edition_upload(p_me app.caller, p_consultation text, p_upload text) returns json
language plpgsql stable security definer set search_path = app, pg_temp
set plan_cache_mode = force_generic_plan as $$
declare
  u app.edition_upload := edition_upload_at(p_consultation, p_upload);
  v_draft int := (select e.number from edition e where e.consultation_id = u.consultation_id and e.state = 'draft');
begin
  if u.id is null then
    return null;
  end if;
  return json_build_object(
    'frame', frame_at(p_me, current_stage(u.consultation_id), null, 'editions'),
    'consultation', consultation_json(u.consultation_id),
    'upload', json_build_object('key', u.key, 'file_name', u.file_name, 'state', u.state, 'uploaded_at', u.uploaded_at,
      'file_hash', encode(u.file_hash, 'hex'), 'href', '/consultations/' || p_consultation || '/editions/import/' || u.key,
      'edition', (select e.number from edition e where e.id = u.edition_id),
      'job_failed', exists (select from job j where j.kind = 'paper' and j.dedupe_key = u.key and j.state = 'failed')),
    'refusal', case when u.refusal is not null then json_build_object('issues_of', json_build_array(json_build_object(
      'line', 0, 'is_error', true, 'code', u.refusal, 'what', u.refusal_what))) end,
    'issues_of', u.issues,
    'tree_of', u.doc,
    'counts', case when u.doc is not null then (select json_build_object(
      'chapters', (select count(*) from jsonb_array_elements(u.doc -> 'chapters') x where x ->> 'number' is not null),
      'questions', jsonb_array_length(u.doc -> 'questions'), 'items', jsonb_array_length(u.doc -> 'items'),
      'requirements', (select count(*) from jsonb_array_elements(u.doc -> 'items') x,
        jsonb_array_elements(coalesce(x -> 'requirements', '[]'))),
      'footnotes', jsonb_array_length(u.doc -> 'footnotes'))) end,
    'kinds', (select coalesce(json_agg(json_build_object('kind', k.kind, 'count', k.count) order by k.kind), '[]')
      from (select x ->> 'kind' as kind, count(*) as count from jsonb_array_elements(u.doc -> 'items') x group by 1) k),
    'draft', v_draft, 'can_take', u.state = 'read' and v_draft is null, 'last', (edition_last(u.consultation_id)).number,
    'form', json_build_object('as_of', coalesce(to_char((u.doc #>> '{edition,as_of}')::date, 'DD.MM.YYYY'), ''),
      'title', coalesce(u.doc #>> '{edition,title}', ''), 'note', coalesce(left(u.doc #>> '{edition,note}', 500), '')));
end $$;
