-- Keeps a file for the job that reads it.
create or replace function action.edition_upload_create(p_me app.caller, p_consultation text, p_file_name text, p_bytes bytea)
returns json
language plpgsql volatile security definer set search_path = app, pg_temp
set plan_cache_mode = force_generic_plan as $$
declare
  v_id bigint := (select c.id from consultation c where c.slug = p_consultation);
  u app.edition_upload;
begin
  if v_id is null then
    perform fail('CN404', 'not_found');
  end if;
  insert into edition_upload (consultation_id, file_name, file_size, file_hash, bytes, uploaded_at, uploaded_by)
    values (v_id, coalesce(nullif(left(clean(regexp_replace(p_file_name, '^.*[/\\]', '')), 200), ''), 'Papier'),
      octet_length(p_bytes), sha256(p_bytes), p_bytes, app.now(), p_me.person_id)
    returning * into u;
  perform queue_job('paper', u.key, jsonb_build_object('upload', u.key), p_me.person_id);
  perform audit(p_me, 'edition.upload', 'edition_upload', u.id, null, u.file_hash);
  return json_build_object('upload', u.key, 'location', '/consultations/' || p_consultation || '/editions/import/' || u.key);
end $$;
