-- The lines of a list in portions: errors first, all of them up to 500.
create or replace function app.import_lines(p_checked jsonb, p_states text[], p_limit int) returns json
language plpgsql stable as $$
begin
  return (select coalesce(json_agg(json_build_object('line', x.r -> 'line', 'content', x.r -> 'content',
      'state', x.r -> 'state', 'reasons', x.r -> 'reasons', 'name', x.r -> 'name', 'level', x.r -> 'level',
      'land_name', (select l.name from land l where l.code = x.r ->> 'land'), 'code', x.r -> 'code',
      'is_invited', x.r -> 'is_invited') order by x.n), '[]')
    from (select r, n from jsonb_array_elements(p_checked) with ordinality c(r, n)
      where r ->> 'state' = any (p_states) order by n limit p_limit) x);
end $$;

-- Lines that say more of an organisation than we take over.
create or replace function app.import_kept(p_checked jsonb, p_limit int) returns json
language plpgsql stable as $$
begin
  return (select coalesce(json_agg(json_build_object('line', x.r -> 'line', 'name', x.r -> 'name',
      'code', (select o.code from organisation o where o.id = (x.r ->> 'organisation_id')::bigint),
      'fields', x.r -> 'kept') order by x.n), '[]')
    from (select r, n from jsonb_array_elements(p_checked) with ordinality c(r, n)
      where r -> 'kept' <> '[]' order by n limit p_limit) x);
end $$;

create or replace function page.address_import_result(p_me app.caller, p_import text) returns json
language plpgsql stable security definer set search_path = app, pg_temp
set plan_cache_mode = force_generic_plan as $$
declare
  i app.organisation_import := import_of(p_import);
  s app.stage;
  v_checked jsonb := i.rows;
  v_counts json := i.result::json;
begin
  select x.* into s from stage x where x.id = i.stage_id;
  if i.state = 'checked' then
    v_checked := (select jsonb_agg(to_jsonb(c)) from address_check(i.rows, i.stage_id) c);
    v_counts := address_counts(v_checked, i.stage_id);
  end if;
  return json_build_object(
    'frame', frame(p_me, null, 'invitations'),
    'import', json_build_object('key', i.key, 'file_name', i.file_name, 'encoding', i.encoding,
      'separator', case i.separator when ';' then 'semicolon' when ',' then 'comma' else 'tab' end,
      'state', i.state, 'uploaded_at', i.uploaded_at, 'finished_at', i.finished_at, 'unused', i.unused,
      'by', (select person_name(p) from person p where p.id = i.uploaded_by)),
    'stage', case when s.id is not null then json_build_object('number', s.number, 'state', stage_state(s),
      'key', (select c.slug || '.' || s.key from consultation c where c.id = s.consultation_id),
      'consultation', (select c.title from consultation c where c.id = s.consultation_id),
      'slug', (select c.slug from consultation c where c.id = s.consultation_id)) end,
    'progress', import_progress(i),
    'left_out', coalesce((i.done ->> 'bad')::int, 0),
    'earlier', (select json_build_object('key', x.key, 'finished_at', x.finished_at) from organisation_import x
      where x.file_hash = i.file_hash and x.state in ('running', 'imported') and x.id < i.id
        and x.stage_id is not distinct from i.stage_id order by x.id desc limit 1),
    'counts', v_counts,
    'token', import_token(v_counts),
    'is_nothing', (v_counts ->> 'new')::int + (v_counts ->> 'invite')::int = 0,
    'bad', import_lines(v_checked, '{bad,left}', 500),
    'good', import_lines(v_checked, '{new,same}', 200),
    'kept', import_kept(v_checked, 200),
    'is_kept_long', (v_counts ->> 'kept')::int > 200,
    'form', json_build_object('skip_bad', false));
end $$;
