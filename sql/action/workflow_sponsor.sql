-- A house decides with the moderators from now on, or no more. What it has said
-- stays; how many approvals are needed changes at once.
create or replace function action.workflow_sponsor(p_me app.caller, p_consultation text, p_organisation text, p_remove boolean) returns json
language plpgsql volatile security definer set search_path = app, pg_temp
set plan_cache_mode = force_generic_plan as $$
declare
  s app.stage := desk_stage(p_consultation);
  v_id bigint;
begin
  if s.id is null then
    perform fail('CN404', 'not_found');
  end if;
  v_id := find_organisation(p_organisation, 'organisation');
  if p_remove then
    delete from sponsor x where x.consultation_id = s.consultation_id and x.organisation_id = v_id;
  else
    insert into sponsor (consultation_id, organisation_id) values (s.consultation_id, v_id) on conflict do nothing;
  end if;
  if found then
    perform audit(p_me, case when p_remove then 'sponsor.remove' else 'sponsor.add' end, 'organisation', v_id);
  end if;
  return json_build_object('location', '/consultations/' || p_consultation || '/workflow?notice=saved');
end $$;
