-- Everything about a stage that has not opened yet.
create or replace function action.stage_save(p_me app.caller, p_consultation text, p_stage text, p_version bigint,
  p_title text, p_purpose text, p_edition text, p_opens text, p_closes text, p_session text, p_session_on text,
  p_papers_due_on text, p_wave_bund text, p_wave_laender text, p_wave_advisory text, p_wave_municipal text,
  p_wave_others text, p_wave2_opens text, p_wave3_opens text, p_short_window boolean) returns json
language plpgsql volatile security definer set search_path = app, pg_temp
set plan_cache_mode = force_generic_plan as $$
declare
  o app.stage := stage_to_change(p_consultation, p_stage);
  s app.stage;
begin
  if stage_state(o) <> 'planned' then
    perform fail('CN409', 'stage_running');
  elsif o.version <> p_version then
    perform fail('CN409', 'stage_changed');
  end if;
  s := read_stage(o, o.kind, p_title, p_purpose, p_edition, p_opens, p_closes, p_session, p_session_on, p_papers_due_on,
    p_short_window);
  perform set_stage_edition(s.id, s.edition_id);
  perform set_waves(s, jsonb_build_object('bund', p_wave_bund, 'laender', p_wave_laender, 'advisory', p_wave_advisory,
    'municipal', p_wave_municipal, 'others', p_wave_others), array[p_wave2_opens, p_wave3_opens]);
  update stage x set title = s.title, purpose = s.purpose, opens_at = s.opens_at, closes_at = s.closes_at,
      session_number = s.session_number, session_on = s.session_on, papers_due_on = s.papers_due_on, version = x.version + 1
    where x.id = s.id;
  perform audit(p_me, 'stage.save', 'stage', s.id);
  return json_build_object('location', '/consultations/' || p_consultation || '/stages/' || s.key || '?notice=stage_saved',
    'version', s.version + 1);
end $$;
