-- What an organisation released last, in its words; of one that was withdrawn
-- only that. Not there before.
create or replace function page.submission(p_me app.caller, p_consultation text, p_organisation text)
returns json
language plpgsql stable security definer set search_path = app, pg_temp
set plan_cache_mode = force_generic_plan as $$
declare
  s app.stage := desk_stage(p_consultation);
  v app.response_version;
  v_withdrawn_at timestamptz;
begin
  select x.* into v from organisation o
    join current_version c on c.stage_id = s.id and c.organisation_id = o.id
    join response_version x on x.id = c.response_version_id
    where o.code = p_organisation;
  if not found then
    select w.withdrawn_at into v_withdrawn_at from withdrawal w join organisation o on o.id = w.organisation_id
      where w.stage_id = s.id and o.code = p_organisation order by w.withdrawn_at desc limit 1;
    if not found then
      return null;
    end if;
    select x.* into v from withdrawal w join response_version x on x.id = w.response_version_id
        join organisation o on o.id = w.organisation_id
      where w.stage_id = s.id and o.code = p_organisation order by w.withdrawn_at desc limit 1;
  end if;
  return json_build_object(
    'frame', frame_at(p_me, s, null, 'returns'),
    'consultation', consultation_json(s.consultation_id),
    'organisation', json_build_object('code', p_organisation, 'name', v.organisation_name,
      'short_name', v.organisation_short_name, 'level', v.level, 'land', v.land_code,
      'land_name', (select l.name from land l where l.code = v.land_code), 'seat_status', v.seat_status),
    'version', v.number, 'receipt', v.receipt_no, 'released_at', v.released_at,
    'publication', v.publication, 'nil_rest', v.nil_rest, 'content_hash', encode(v.content_hash, 'hex'),
    'withdrawn_at', v_withdrawn_at, 'joinable', v.joinable, 'can_publish', p_me.roles @> '{moderator}' and v_withdrawn_at is null,
    'joins', coalesce(case when v_withdrawn_at is null then
      houses_joined(null, v.response_id, v.organisation_id, v.id) end, '[]'),
    'joined_by', joiners_of(v.id),
    'intake', intake_mark(v.candidate_id),
    'counts', case when v_withdrawn_at is null then
      word_counts(s.id, v.response_id, v.organisation_id, v.id, v.nil_rest) end,
    'groups', case when v_withdrawn_at is null then
      word_groups(v.response_id, v.organisation_id, v.id, 'submitted') else '[]' end);
end $$;
