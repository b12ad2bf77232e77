-- Names a deputy for the own release: another role for release, with both ends,
-- in all consultations or in those of the own role.
create or replace function action.house_deputy_name(p_me app.caller, p_person text, p_valid_from text,
  p_valid_until text) returns json
language plpgsql volatile security definer set search_path = app, pg_temp
set plan_cache_mode = force_generic_plan as $$
declare
  v_valid daterange := role_period(p_valid_from, p_valid_until);
  v_consultation_id bigint;
  p app.person;
begin
  if not exists (select from own_releases(p_me)) then
    perform fail('CN409', 'deputy_only');
  end if;
  p := colleague(p_me, p_person);
  for v_consultation_id in select o.consultation_id from own_releases(p_me) o
      where v_valid <@ o.valid and (o.consultation_id is null or not exists (
        select from own_releases(p_me) g where g.consultation_id is null and v_valid <@ g.valid)) loop
    perform grant_membership(p_me, p.id, p_me.organisation_id, 'releaser', v_valid, p_me.person_id, v_consultation_id),
      mail_release(p_me, 'deputy_named', 'deputy_confirmed', p, v_valid, v_consultation_id);
  end loop;
  if not found then
    perform fail('CN422', 'deputy_outside', 'valid_until', json_build_object('until',
      (select max(upper(o.valid)) - 1 from own_releases(p_me) o)));
  end if;
  return json_build_object('location', '/house?notice=deputy_named');
end $$;
