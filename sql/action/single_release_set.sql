-- The moderators allow one organisation to release what one person wrote alone,
-- or end it.
create or replace function action.single_release_set(p_me app.caller, p_consultation text, p_organisation text,
  p_single_release boolean) returns json
language plpgsql volatile security definer set search_path = app, pg_temp
set plan_cache_mode = force_generic_plan as $$
declare
  s app.stage := desk_stage(p_consultation);
  p app.participation := invited_house(s.id, p_organisation);
  v_on boolean := coalesce(p_single_release, false);
begin
  if p.organisation_id is null then
    perform fail('CN404', 'not_found');
  end if;
  update participation x set single_release = v_on
    where x.stage_id = p.stage_id and x.organisation_id = p.organisation_id and x.single_release <> v_on;
  if found then
    perform audit(p_me, 'participation.single_release' || case when v_on then '' else '_off' end,
      'organisation', p.organisation_id);
  end if;
  return json_build_object('location', '/consultations/' || p_consultation || '/participations/' || p_organisation
    || '?notice=single_release_' || case when v_on then 'on' else 'off' end, 'single_release', v_on);
end $$;
