-- Uploading an address list, and what came of it.
create or replace function app.stage_choices() returns json
language plpgsql stable as $$
begin
  return (select coalesce(json_agg(json_build_object('key', c.slug || '.' || s.key, 'consultation', c.title,
      'stage', s.number, 'title', s.title, 'state', stage_state(s), 'opens_at', s.opens_at,
      'closes_at', s.closes_at) order by s.opens_at nulls last, c.id, s.number), '[]')
    from stage s join consultation c on c.id = s.consultation_id where stage_state(s) in ('planned', 'open'));
end $$;

create or replace function page.address_import(p_me app.caller) returns json
language plpgsql stable security definer set search_path = app, pg_temp
set plan_cache_mode = force_generic_plan as $$
declare
  s app.stage := current_stage(default_consultation());
begin
  return json_build_object(
    'frame', frame(p_me, null, 'invitations'),
    'stages', stage_choices(),
    'form', json_build_object('stage', case when stage_state(s) in ('planned', 'open') then
      (select c.slug || '.' || s.key from consultation c where c.id = s.consultation_id) end),
    'options', organisation_options(),
    'imports', (select coalesce(json_agg(json_build_object('key', x.key, 'file_name', x.file_name,
        'state', x.state, 'uploaded_at', x.uploaded_at, 'by', x.by_name, 'result', x.result)), '[]')
      from (select i.key, i.file_name, i.state, i.uploaded_at, i.result, person_name(p) as by_name
        from organisation_import i join person p on p.id = i.uploaded_by
        order by i.uploaded_at desc, i.id desc limit 20) x));
end $$;
