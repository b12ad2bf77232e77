-- A name from a day on; the same day again corrects it. Responses keep the name
-- they were released under.
create or replace function action.organisation_rename(p_me app.caller, p_organisation text, p_version bigint,
  p_name text, p_short_name text, p_from text) returns json
language plpgsql volatile security definer set search_path = app, pg_temp
set plan_cache_mode = force_generic_plan as $$
declare
  o app.organisation := organisation_of(p_organisation);
  v_from date := demand_day(p_from, 'from');
  v_name text := clean(p_name);
  v_short text := coalesce(clean(p_short_name), left(clean(p_name), 60));
  n app.organisation_name;
  v_problem record;
begin
  perform 1 from organisation x where x.id = o.id for update;
  select x.* into v_problem from organisation_problems(array[jsonb_populate_record(null::address_entry,
    jsonb_build_object('name', v_name, 'short_name', v_short, 'level', o.level, 'land', o.land_code))]) x limit 1;
  if found then
    perform fail('CN422', v_problem.code, v_problem.field, v_problem.args::json);
  elsif not o.valid @> v_from then
    perform fail('CN422', 'not_valid_then', 'from', json_build_object('from', lower(o.valid),
      'until', upper(o.valid) - 1));
  end if;
  select x.* into n from organisation_name x where x.organisation_id = o.id and x.valid @> v_from for update;
  if (n.name, n.short_name) = (v_name, v_short) then
    perform fail('CN422', 'same_name', 'name');
  end if;
  perform change_organisation(p_me, o.id, p_version);
  if lower(n.valid) = v_from then
    update organisation_name x set name = v_name, short_name = v_short
      where x.organisation_id = o.id and x.valid = n.valid;
  else
    update organisation_name x set valid = daterange(lower(n.valid), v_from)
      where x.organisation_id = o.id and x.valid = n.valid;
    insert into organisation_name (organisation_id, name, short_name, valid)
      values (o.id, v_name, v_short, daterange(v_from, upper(n.valid)));
  end if;
  perform audit(p_me, 'organisation.rename', 'organisation', o.id);
  return json_build_object('location', '/organisations/' || o.code || '?notice=organisation_renamed');
end $$;
