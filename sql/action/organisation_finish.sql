-- The last day of an organisation. Roles end with it; a seat must have passed
-- on before.
create or replace function action.organisation_finish(p_me app.caller, p_organisation text, p_until text,
  p_sure boolean) returns json
language plpgsql volatile security definer set search_path = app, pg_temp
set plan_cache_mode = force_generic_plan as $$
declare
  o app.organisation := organisation_of(p_organisation);
  v_until date := demand_day(p_until, 'until');
  v_key text := (select s.key from seat_holding h join seat s on s.id = h.seat_id
    where h.organisation_id = o.id and coalesce(upper(h.valid), 'infinity') > v_until + 1 limit 1);
begin
  if v_until < lower(o.valid) then
    perform fail('CN422', 'not_valid_then', 'until', json_build_object('from', lower(o.valid),
      'until', upper(o.valid) - 1));
  elsif v_key is not null then
    perform fail('CN422', 'holds_seat', 'until', json_build_object('seat', v_key));
  elsif not p_sure then
    return json_build_object('location', '/organisations/' || o.code || '/end?until=' || to_char(v_until, 'DD.MM.YYYY'));
  end if;
  perform change_organisation(p_me, o.id, null);
  update organisation x set valid = daterange(lower(x.valid), v_until + 1) where x.id = o.id;
  perform audit(p_me, 'membership.end', 'membership', m.id) from membership m
    where m.organisation_id = o.id and coalesce(upper(m.valid), 'infinity') > v_until + 1;
  delete from membership m where m.organisation_id = o.id and lower(m.valid) > v_until;
  update membership m set valid = daterange(lower(m.valid), v_until + 1)
    where m.organisation_id = o.id and coalesce(upper(m.valid), 'infinity') > v_until + 1;
  perform audit(p_me, 'organisation.end', 'organisation', o.id);
  return json_build_object('location', '/organisations/' || o.code || '?notice=organisation_ended');
end $$;
