create or replace function page.finding(p_me app.caller, p_consultation text, p_finding text) returns json
language plpgsql stable security definer set search_path = app, pg_temp
set plan_cache_mode = force_generic_plan as $$
declare
  v_id bigint := consultation_at(p_consultation);
  f app.finding;
begin
  select x.* into f from finding x where x.consultation_id = v_id and x.key = p_finding;
  if not found then
    return null;
  end if;
  return json_build_object(
    'frame', frame(p_me, v_id, 'inbox'),
    'consultation', consultation_json(v_id),
    'rows', json_build_array(finding_json(f, p_consultation)),
    'stages', (select coalesce(json_agg(json_build_object('key', s.key, 'kind', s.kind, 'number', s.number, 'title', s.title)
      order by s.opens_at nulls last, s.kind, s.number), '[]') from stage s where s.consultation_id = v_id),
    'finding', f.key,
    'can', json_build_object('handle', 'moderator' = any (p_me.roles)),
    'form', json_build_object('version', f.version, 'state', nullif(f.state, 'new'),
      'stage', (select s.key from stage s where s.id = f.stage_id), 'reply', coalesce(f.reply, '')));
end $$;
