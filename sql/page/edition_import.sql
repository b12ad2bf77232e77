-- Where a file with a paper is uploaded, and the last ones.
create or replace function page.edition_import(p_me app.caller, p_consultation text) returns json
language plpgsql stable security definer set search_path = app, pg_temp
set plan_cache_mode = force_generic_plan as $$
declare
  v_id bigint := (select c.id from consultation c where c.slug = p_consultation);
begin
  if v_id is null then
    return null;
  end if;
  return json_build_object(
    'frame', frame_at(p_me, current_stage(v_id), null, 'editions'),
    'consultation', consultation_json(v_id),
    'days', edition_upload_days(),
    'uploads', (select coalesce(json_agg(json_build_object('key', u.key, 'file_name', u.file_name, 'state', u.state,
        'uploaded_at', u.uploaded_at, 'by', p.name, 'href', '/consultations/' || p_consultation || '/editions/import/' || u.key)
        order by u.id desc), '[]')
      from (select x.* from edition_upload x where x.consultation_id = v_id order by x.id desc limit 20) u
        left join person p on p.id = u.uploaded_by),
    'form', json_build_object());
end $$;
