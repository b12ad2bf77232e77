-- Level, kind, Land, ARS, size and addresses of an organisation. Invitations keep
-- what they were sent with. A repeated save is answered like the first.
create or replace function action.organisation_save(p_me app.caller, p_organisation text, p_version bigint,
  p_level text, p_kind text, p_land text, p_ars text, p_size_class text, p_office_mail text, p_valid_from text,
  p_postal_address text default '') returns json
language plpgsql volatile security definer set search_path = app, pg_temp
set plan_cache_mode = force_generic_plan as $$
declare
  o app.organisation := organisation_of(p_organisation);
  v_ars text := nullif(replace(p_ars, ' ', ''), '');
  v_mail text := lower(clean(p_office_mail));
  v_postal text := postal_lines(p_postal_address);
  v_from date := read_day(p_valid_from, 'valid_from');
  n app.organisation_name;
begin
  select x.* into n from name_on(o.id, today()) x;
  perform demand_organisation(o.id, n.name, null, p_level, p_kind, p_land, v_ars, p_size_class, v_mail, v_postal);
  if v_from >= upper(o.valid) then
    perform fail('CN422', 'from_after_until', 'valid_from', json_build_object('until', upper(o.valid) - 1));
  elsif exists (select from seat_holding h where h.organisation_id = o.id and lower(h.valid) < v_from) then
    perform fail('CN422', 'holds_seat_before', 'valid_from', json_build_object('from',
      (select min(lower(h.valid)) from seat_holding h where h.organisation_id = o.id)));
  end if;
  if (o.level, o.kind, o.land_code, o.ars, o.size_class, o.office_mail, o.postal_address, lower(o.valid))
      is distinct from (p_level, p_kind, p_land, v_ars, p_size_class, v_mail, v_postal, v_from) then
    perform change_organisation(p_me, o.id, p_version);
    update organisation x set level = p_level, kind = p_kind, land_code = p_land, ars = v_ars,
        size_class = p_size_class, office_mail = v_mail, postal_address = v_postal, valid = daterange(v_from, upper(x.valid))
      where x.id = o.id;
    perform audit(p_me, 'organisation.save', 'organisation', o.id);
  end if;
  return json_build_object('location', '/organisations/' || o.code || '?notice=saved');
end $$;
