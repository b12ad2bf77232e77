-- Enters one answer, by the same fields and rules as the house would.
create or replace function action.intake_answer_save(p_me app.caller, p_consultation text, p_organisation text,
  p_target text, p_version bigint, p_stance text, p_body text, p_proposal text, p_reason text,
  p_confidential boolean, p_confidential_reason text, p_paper_title json, p_paper_source json, p_then text, p_option text default null,
  p_pick json default '{}') returns json
language plpgsql volatile security definer set search_path = app, pg_temp
set plan_cache_mode = force_generic_plan as $$
declare
  s app.stage := desk_stage(p_consultation);
  p app.participation := invited_house(s.id, p_organisation);
  v_base text := '/consultations/' || p_consultation || '/participations/' || p_organisation || '/intake';
  t app.target;
  i app.intake;
  a app.intake_answer;
begin
  select x.* into t from target x where x.stage_id = s.id and x.key = p_target;
  if p.organisation_id is null or t.id is null or not target_asks(t.audience, p.level, p.seat_status) then
    perform fail('CN404', 'not_found');
  end if;
  i := writable_intake(p_me, s.id, p);
  a := put_intake_answer(p_me, i, t, p_version, answer_content(t.takes_stance, p_stance, p_body, proposal_on(t, p_proposal), p_reason,
    coalesce(p_confidential, false), p_confidential_reason,
    value_sent(t, p_paper_title, p_paper_source, p_option, p_pick)));
  return json_build_object('location', v_base || case when p_then = 'next' then coalesce('/answers/' || (
      select x.key from target x where x.stage_id = t.stage_id and x.position > t.position
        and target_asks(x.audience, p.level, p.seat_status)
      order by x.position limit 1), '') else '' end || '?notice=saved', 'version', coalesce(a.version, 0),
    'saved_at', coalesce(a.changed_at, app.now()));
end $$;
