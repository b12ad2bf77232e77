-- One answer of what came on paper, beside the wording.
create or replace function page.intake_answer(p_me app.caller, p_consultation text, p_organisation text, p_target text)
returns json
language plpgsql stable security definer set search_path = app, pg_temp
set plan_cache_mode = force_generic_plan as $$
declare
  s app.stage := desk_stage(p_consultation);
  p app.participation := invited_house(s.id, p_organisation);
  i app.intake := open_intake(s.id, p.organisation_id);
  v_base text := '/consultations/' || p_consultation || '/participations/' || p_organisation || '/intake';
  t app.target;
  a app.intake_answer;
  r record;
begin
  select x.* into t from target x where x.stage_id = s.id and x.key = p_target;
  if t.id is null or i.id is null or not target_asks(t.audience, p.level, p.seat_status) then
    return null;
  end if;
  select x.* into a from intake_answer x where x.intake_id = i.id and x.target_id = t.id;
  select * into r from target_of(t);
  return json_build_object(
    'frame', frame_at(p_me, s, null, 'returns'),
    'consultation', consultation_json(s.consultation_id),
    'organisation', organisation_json(p.organisation_id),
    'target', target_json(t, p_consultation, r.i, r.v, r.q, r.q_key, r.k),
    'chapter', chapter_json(r.k, p_consultation),
    'sub_items', coalesce((r.q).sub_items::json, '[]'),
    'form', jsonb_build_object('version', coalesce(a.version, 0), 'stance', form_stance(a.kind, a.stance),
      'body', coalesce(a.body, ''), 'proposal', coalesce(a.proposal, ''), 'reason', coalesce(a.reason, ''),
      'confidential', coalesce(a.confidential, false), 'confidential_reason', coalesce(a.confidential_reason, ''),
      'papers', papers_of(a.value), 'picked', picked_of(a.value)) || pick_form(r.q, a.value),
    'answer', json_build_object('changed_at', a.changed_at, 'by', name_of(a.author_id)),
    'theirs', null,
    'limits', json_build_object('text', 20000),
    'can', json_build_object('edit', i.state in ('open', 'returned')),
    'base', v_base,
    'previous', target_neighbour(t, false, v_base || '/answers/', p.level, p.seat_status),
    'next', target_neighbour(t, true, v_base || '/answers/', p.level, p.seat_status));
end $$;
