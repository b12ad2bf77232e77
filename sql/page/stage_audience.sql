-- Who is asked what in a stage: set while it is planned, to be read later. Questions begin with whom the paper names.
create or replace function app.audience_blocks(p_stage_id bigint) returns json
language plpgsql stable as $$
begin
  return (select coalesce(json_agg(json_build_object('key', x.block, 'part', x.part, 'label', x.label, 'block', '',
      'is_open', x.part = 'question' or x.some, 'rows', x.rows) order by x.place), '[]')
    from (select b.block, b.part, b.label, min(t.position) as place, bool_or(t.audience is not null) as some,
        json_agg(json_build_object('key', t.key, 'title', target_title(t), 'target', '', 'audience', audience_json(t.audience, null))
          order by t.position) as rows
      from target t join work_blocks(p_stage_id) b on b.target_id = t.id
      where t.stage_id = p_stage_id group by b.block, b.part, b.label) x);
end $$;

create or replace function page.stage_audience(p_me app.caller, p_consultation text, p_stage text) returns json
language plpgsql stable security definer set search_path = app, pg_temp
set plan_cache_mode = force_generic_plan as $$
declare
  v_id bigint := consultation_at(p_consultation);
  s app.stage;
begin
  select x.* into s from stage x where x.consultation_id = v_id and x.key = p_stage;
  if not found then
    return null;
  end if;
  return json_build_object(
    'frame', frame(p_me, v_id, 'paper'),
    'consultation', consultation_json(v_id),
    'stage', stage_json(s, '/consultations/' || p_consultation),
    'form', json_build_object('groups', audience_blocks(s.id), 'bund', true, 'laender', true, 'advisory', true,
      'municipal', true, 'others', true),
    'can', json_build_object('edit', stage_state(s) = 'planned'));
end $$;
