-- Throws away what was entered: it was a mistake, or the house answers itself.
create or replace function action.intake_discard(p_me app.caller, p_consultation text, p_organisation text) returns json
language plpgsql volatile security definer set search_path = app, pg_temp
set plan_cache_mode = force_generic_plan as $$
declare
  s app.stage := desk_stage(p_consultation);
  p app.participation := invited_house(s.id, p_organisation);
  i app.intake;
begin
  if p.organisation_id is null then
    perform fail('CN404', 'not_found');
  end if;
  i := writable_intake(p_me, s.id, p);
  update intake x set state = 'discarded', version = x.version + 1 where x.id = i.id;
  delete from intake_answer a where a.intake_id = i.id;
  perform audit(p_me, 'intake.discard', 'organisation', p.organisation_id);
  return json_build_object('location', '/consultations/' || p_consultation || '/participations/' || p_organisation
    || '?notice=intake_discarded');
end $$;
