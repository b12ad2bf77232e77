-- What the desk makes of positions, for a house that decides with it: read, and
-- approved or returned, one by one or several at once.

-- One assessment with the words of all that it holds for; of a confidential
-- answer not the words.
create or replace function app.approval_line(s app.stage, a app.assessment, p_organisation_id bigint, p_consultation text)
returns json
language plpgsql stable as $$
begin
  return (select json_build_object('key', weighed_number((a.stage_id, a.position_id, a.group_id)::weighed), 'is_group', a.group_id is not null,
      'content_hash', encode(a.content_hash, 'hex'), 'version', a.version, 'decision', a.decision,
      'referred_to', a.referred_to, 'edition_place', a.edition_place, 'body', a.body, 'tick', '',
      'due_on', x.due_on, 'is_late', x.due_on < today(), 'asked_at', x.asked_at,
      'returned', (select json_build_object('version', b.version, 'remark', y.remark) from assessment b
        join assessment_approval y on y.assessment_id = b.id and y.organisation_id = p_organisation_id and y.verdict = 'returned'
        where (b.position_id = a.position_id or b.group_id = a.group_id) and b.version < a.version order by b.version desc limit 1),
      'positions', (select json_agg(grouped_position(s, p, p_consultation) order by p.sort_target, p.sort_key, p.id)
        from (select z.* from position z where z.assessment_id = a.id and z.is_current
          order by z.sort_target, z.sort_key, z.id limit 20) p),
      'more', (select nullif(greatest(count(*) - 20, 0), 0) from position p where p.assessment_id = a.id and p.is_current))
    from assessment_approval x
    where x.assessment_id = a.id and x.organisation_id = p_organisation_id);
end $$;

create or replace function page.approvals(p_me app.caller, p_consultation text, p_only text) returns json
language plpgsql stable security definer set search_path = app, pg_temp
set plan_cache_mode = force_generic_plan as $$
declare
  c_shown constant int := 50;
  s app.stage := desk_stage(p_consultation);
  v_rows json;
  v_count bigint := approval_count(s.id, p_me.organisation_id);
begin
  if s.id is null or not exists (select from sponsor x
      where x.consultation_id = s.consultation_id and x.organisation_id = p_me.organisation_id) then
    return null;
  end if;
  v_rows := (select coalesce(json_agg(approval_line(s, a, p_me.organisation_id, p_consultation)), '[]')
    from approvals_waiting(s.id, p_me.organisation_id, case when p_only is null then c_shown else 500 end) a
    where p_only is null or weighed_number((a.stage_id, a.position_id, a.group_id)::weighed) = p_only);
  return json_build_object(
    'frame', frame_at(p_me, s, house_if_any(p_me, s.id, p_consultation), 'approvals'),
    'consultation', consultation_json(s.consultation_id),
    'count', v_count, 'shown', json_array_length(v_rows), 'only', p_only,
    'is_part', p_only is null and v_count > json_array_length(v_rows),
    'form', json_build_object('rows', v_rows, 'remark', '', 'tick_count', 0),
    'decided', (select coalesce(json_agg(json_build_object('number', weighed_number((a.stage_id, a.position_id, a.group_id)::weighed),
        'version', a.version, 'decision', a.decision, 'body', case when p_only is not null then a.body end,
        'edition_place', case when p_only is not null then a.edition_place end, 'verdict', a.verdict, 'remark', a.remark, 'at', a.decided_at,
        'by', name_of(a.decided_by), 'can_take_back', not approval_is_built_on(a.id)) order by a.decided_at desc, a.id desc), '[]')
      from (select y.*, x.verdict, x.remark, x.decided_at, x.decided_by from assessment_approval x join assessment y on y.id = x.assessment_id
        where x.organisation_id = p_me.organisation_id and x.verdict is not null and y.stage_id = s.id
          and (p_only is null or weighed_number((y.stage_id, y.position_id, y.group_id)::weighed) = p_only)
        order by x.decided_at desc, y.id desc limit 20) a));
end $$;
