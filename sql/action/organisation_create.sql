-- The words of a form as they are stored: no spaces around, empty is null.
create or replace function app.clean(p_text text) returns text
language sql immutable parallel safe as $$
  select nullif(btrim(regexp_replace(p_text, '\s+', ' ', 'g')), '')
$$;

create or replace function action.organisation_create(p_me app.caller, p_organisation_code text, p_name text,
  p_short_name text, p_level text, p_kind text, p_land text, p_ars text, p_size_class text, p_office_mail text,
  p_valid_from text, p_predecessor text, p_postal_address text default '') returns json
language plpgsql volatile security definer set search_path = app, pg_temp
set plan_cache_mode = force_generic_plan as $$
declare
  v_code text := upper(coalesce(clean(p_organisation_code), code_from(coalesce(clean(p_short_name), p_name))));
  v_ars text := nullif(replace(p_ars, ' ', ''), '');
  v_mail text := lower(clean(p_office_mail));
  v_postal text := postal_lines(p_postal_address);
  v_from date := read_day(p_valid_from, 'valid_from');
  v_predecessor_id bigint := (select x.id from organisation x where x.code = p_predecessor);
  v_id bigint;
begin
  perform demand_organisation(null, clean(p_name), clean(p_short_name), p_level, p_kind, p_land, v_ars,
    p_size_class, v_mail, v_postal);
  if v_code !~ '^[A-Z0-9][A-Z0-9-]{0,39}$' then
    perform fail('CN422', 'bad_code', 'organisation_code');
  elsif exists (select from organisation x where x.code = v_code) then
    perform fail('CN422', 'code_taken', 'organisation_code', json_build_object('code', v_code));
  end if;
  insert into organisation (code, level, kind, land_code, ars, size_class, office_mail, postal_address, predecessor_id, valid)
    values (v_code, p_level, p_kind, p_land, v_ars, p_size_class, v_mail, v_postal, v_predecessor_id,
      daterange(v_from, null)) returning id into v_id;
  insert into organisation_name (organisation_id, name, short_name)
    values (v_id, clean(p_name), coalesce(clean(p_short_name), left(clean(p_name), 60)));
  perform audit(p_me, 'organisation.create', 'organisation', v_id);
  return json_build_object('code', v_code, 'location', case when v_predecessor_id is not null and v_from is not null
    then '/organisations/' || p_predecessor || '/successor?successor=' || v_code || '&from='
      || to_char(v_from, 'DD.MM.YYYY') || '&notice=organisation_created'
    else '/organisations/' || v_code || '?notice=organisation_created' end);
end $$;
