-- A stage of a consultation, planned until its window begins. Its number counts
-- within its kind, its key says both: s2, e1, u1.
create or replace function action.stage_create(p_me app.caller, p_consultation text, p_kind text, p_title text,
  p_purpose text, p_edition text, p_opens text, p_closes text, p_session text, p_session_on text,
  p_papers_due_on text, p_wave_bund text, p_wave_laender text, p_wave_advisory text, p_wave_municipal text,
  p_wave_others text, p_wave2_opens text, p_wave3_opens text, p_short_window boolean) returns json
language plpgsql volatile security definer set search_path = app, pg_temp
set plan_cache_mode = force_generic_plan as $$
declare
  s app.stage;
  v_opens timestamptz;
  v_closes timestamptz;
begin
  s.consultation_id := consultation_at(p_consultation);
  if s.consultation_id is null then
    perform fail('CN404', 'not_found');
  end if;
  perform from consultation c where c.id = s.consultation_id for update; -- numbers one after the other
  s := read_stage(s, p_kind, p_title, p_purpose, p_edition, p_opens, p_closes, p_session, p_session_on, p_papers_due_on,
    p_short_window);
  v_opens := s.opens_at;
  v_closes := s.closes_at;
  insert into stage (consultation_id, edition_id, key, number, kind, title, purpose, session_number, session_on, papers_due_on)
    select s.consultation_id, s.edition_id, case s.kind when 'consultation' then 's' else lower(stage_letter(s.kind)) end || n.number,
        n.number, s.kind, s.title, s.purpose, s.session_number, s.session_on, s.papers_due_on
      from (select coalesce(max(x.number), 0) + 1 as number from stage x
        where x.consultation_id = s.consultation_id and x.kind = s.kind) n
    returning * into s;
  perform job.make_targets(s.id);
  s.opens_at := v_opens;
  s.closes_at := v_closes;
  perform set_waves(s, jsonb_build_object('bund', p_wave_bund, 'laender', p_wave_laender, 'advisory', p_wave_advisory,
    'municipal', p_wave_municipal, 'others', p_wave_others), array[p_wave2_opens, p_wave3_opens]);
  update stage x set opens_at = v_opens, closes_at = v_closes where x.id = s.id;
  perform audit(p_me, 'stage.create', 'stage', s.id);
  return json_build_object('location', '/consultations/' || p_consultation || '/stages/' || s.key || '?notice=stage_created',
    'stage', s.key);
end $$;
