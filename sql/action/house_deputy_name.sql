-- Names a deputy for the own release: another role for release, with both ends.
create or replace function action.house_deputy_name(p_me app.caller, p_person text, p_valid_from text,
  p_valid_until text) returns json
language plpgsql volatile security definer set search_path = app, pg_temp
set plan_cache_mode = force_generic_plan as $$
declare
  v_own datemultirange := own_release(p_me);
  v_valid daterange := role_period(p_valid_from, p_valid_until);
  p app.person;
begin
  if v_own is null then
    perform fail('CN409', 'deputy_only');
  end if;
  p := colleague(p_me, p_person);
  if not v_valid <@ v_own then
    perform fail('CN422', 'deputy_outside', 'valid_until', json_build_object('until', upper(v_own) - 1));
  end if;
  perform grant_membership(p_me, p.id, p_me.organisation_id, 'releaser', v_valid, p_me.person_id),
    mail_release(p_me, 'deputy_named', 'deputy_confirmed', p, v_valid);
  return json_build_object('location', '/house?notice=deputy_named');
end $$;
