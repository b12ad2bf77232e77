-- What an organisation sent on paper: how it came, and what is entered of it.
create or replace function page.intake(p_me app.caller, p_consultation text, p_organisation text) returns json
language plpgsql stable security definer set search_path = app, pg_temp
set plan_cache_mode = force_generic_plan as $$
declare
  s app.stage := desk_stage(p_consultation);
  p app.participation := invited_house(s.id, p_organisation);
  v_closes timestamptz := coalesce(p.extended_until, s.closes_at);
  i app.intake := open_intake(s.id, p.organisation_id);
  v_base text := '/consultations/' || p_consultation || '/participations/' || p_organisation;
  v_has_version boolean := exists (select from current_version c
    where c.stage_id = s.id and c.organisation_id = p.organisation_id);
begin
  if p.organisation_id is null then
    return null;
  end if;
  return json_build_object(
    'frame', frame_at(p_me, s, null, 'returns'),
    'consultation', consultation_json(s.consultation_id),
    'organisation', organisation_json(p.organisation_id),
    'deadline', json_build_object('closes_at', v_closes, 'is_over', coalesce(app.now() > v_closes, false)),
    'intake', intake_json(i, v_closes),
    'has_version', v_has_version,
    'has_draft', exists (select from response r where r.stage_id = s.id and r.organisation_id = p.organisation_id
      and is_open(r.state)),
    'can', json_build_object('edit', not v_has_version and coalesce(s.opens_at <= app.now(), false)
        and coalesce(i.state, 'open') in ('open', 'returned'),
      'hand_over', i.state in ('open', 'returned') and (i.nil_rest or exists (select from intake_answer a
        where a.intake_id = i.id and a.kind is not null)), 'recall', coalesce(i.state = 'waiting', false)),
    'people', house_strength(p.organisation_id, s.consultation_id),
    'base', v_base || '/intake',
    'rows', intake_rows(i.id),
    'targets', case when i.id is not null then intake_targets(i, p, v_base || '/intake') else '[]' end,
    'form', json_build_object('version', coalesce(i.version, 0),
      'received_on', coalesce(to_char(i.received_on, 'DD.MM.YYYY'), ''), 'channel', coalesce(i.channel, ''),
      'reference', coalesce(i.reference, ''), 'note', coalesce(i.note, ''),
      'late_reason', coalesce(i.late_reason, ''), 'nil_rest', coalesce(i.nil_rest, false)));
end $$;
