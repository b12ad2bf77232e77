-- Gives what is entered to the house, to confirm it; it stands from now on.
create or replace function action.intake_hand_over(p_me app.caller, p_consultation text, p_organisation text) returns json
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
  perform demand_no_version(p);
  if not i.nil_rest and not exists (select from intake_answer a where a.intake_id = i.id and a.kind is not null) then
    perform fail('CN409', 'intake_empty');
  end if;
  update intake x set state = 'waiting', content_hash = intake_hash(x.id), handed_by = p_me.person_id,
      handed_at = app.now(), version = x.version + 1
    where x.id = i.id returning * into i;
  perform audit(p_me, 'intake.hand_over', 'organisation', p.organisation_id, null, i.content_hash);
  perform queue_mail('intake_waiting', x.person_id, null, p.organisation_id, jsonb_build_object('consultation', p_consultation),
      null, 'intake_waiting ' || i.key || ' ' || i.version || ' ' || x.person_id)
    from (select distinct m.person_id from membership m join person q on q.id = m.person_id and q.state = 'active'
      where m.organisation_id = p.organisation_id and m.role = 'releaser' and m.valid @> today()
        and coalesce(m.consultation_id, s.consultation_id) = s.consultation_id) x;
  return json_build_object('location', '/consultations/' || p_consultation || '/participations/' || p_organisation
    || '/intake?notice=intake_handed', 'content_hash', encode(i.content_hash, 'hex'));
end $$;
