-- An address list between upload and confirmation. Nothing of it counts before.

-- p_stage: SLUG.STAGE, or null for organisations without an invitation.
create or replace function action.address_import_create(p_me app.caller, p_stage text, p_file_name text,
  p_file_hash text, p_encoding text, p_separator text, p_rows jsonb, p_unused jsonb) returns json
language plpgsql volatile security definer set search_path = app, pg_temp
set plan_cache_mode = force_generic_plan as $$
declare
  v_stage stage;
  i app.organisation_import;
begin
  select s.* into v_stage from stage s join consultation c on c.id = s.consultation_id
    where c.slug = split_part(p_stage, '.', 1) and s.key = split_part(p_stage, '.', 2);
  if p_stage is not null and (v_stage.id is null or stage_state(v_stage) not in ('planned', 'open')) then
    perform fail('CN422', 'bad_stage', 'stage');
  end if;
  insert into organisation_import (stage_id, file_name, file_hash, encoding, separator, rows, unused,
      uploaded_by, uploaded_at)
    values (v_stage.id, coalesce(left(clean(regexp_replace(p_file_name, '^.*[/\\]', '')), 200), 'Liste.csv'),
      decode(p_file_hash, 'hex'), p_encoding, p_separator, p_rows, p_unused, p_me.person_id, app.now())
    returning * into i;
  perform audit(p_me, 'address_list.upload', 'organisation_import', i.id, null, i.file_hash);
  return json_build_object('import', i.key, 'location', '/invitations/import/' || i.key);
end $$;
