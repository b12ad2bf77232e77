-- Takes it back from the house before it has decided, to go on writing.
create or replace function action.intake_recall(p_me app.caller, p_consultation text, p_organisation text) returns json
language plpgsql volatile security definer set search_path = app, pg_temp
set plan_cache_mode = force_generic_plan as $$
declare
  s app.stage := desk_stage(p_consultation);
  p app.participation := invited_house(s.id, p_organisation);
begin
  if p.organisation_id is null then
    perform fail('CN404', 'not_found');
  end if;
  update intake x set state = 'open', version = x.version + 1
    where x.stage_id = s.id and x.organisation_id = p.organisation_id and x.state = 'waiting';
  if not found then
    perform fail('CN409', 'intake_gone');
  end if;
  perform audit(p_me, 'intake.recall', 'organisation', p.organisation_id);
  return json_build_object('location', '/consultations/' || p_consultation || '/participations/' || p_organisation
    || '/intake?notice=intake_recalled');
end $$;
