-- What stands in which column, and which words stand for which code.
create or replace function page.codebook_rows(p_me app.caller)
returns table (file text, name text, column_title text, meaning text)
language sql stable security definer set search_path = app, pg_temp as $$
  select 'results', f, f, f from unnest(array['stage', 'chapter', 'target', 'title', 'group_code', 'levels', 'base', 'answered', 'agree',
    'agree_changed', 'reject', 'note', 'no_position']) f
  union all
  select 'statements', f, f, f from unnest(array['stage', 'organisation_code', 'organisation', 'level', 'land_name', 'published_on',
    'is_shortened', 'target', 'title', 'kind', 'stance', 'body', 'proposal', 'reason', 'more', 'joined', 'decision', 'referred_to',
    'assessment', 'edition_place']) f
$$;

create or replace function page.results_codebook(p_me app.caller, p_consultation text) returns json
language plpgsql stable security definer set search_path = app, pg_temp
set plan_cache_mode = force_generic_plan as $$
declare
  s app.stage := result_stage(p_consultation);
begin
  if s.id is null then
    return null;
  end if;
  return json_build_object(
    'frame', frame_at(p_me, s, house_if_any(p_me, s.id, p_consultation), 'results'),
    'consultation', consultation_json(s.consultation_id), 'stage', result_stage_json(s), 'base_href', result_base(s),
    'licence', licence_json(),
    'files', (select json_agg(json_build_object('key', f, 'columns', (select json_agg(json_build_object('name', c.name))
      from page.codebook_rows(p_me) c where c.file = f))) from unnest(array['results', 'statements']) f),
    'stances', json_build_array('agree', 'agree_changed', 'reject', 'note', 'no_position'),
    'kinds', json_build_array('answered', 'nil', 'not_applicable'), 'decisions', to_json(decisions()));
end $$;
