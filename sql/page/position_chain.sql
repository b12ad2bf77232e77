-- From a position on: its answer, the group it is in, what was decided, what that
-- changed in which edition, and what became of it later.
create or replace function page.position_chain(p_me app.caller, p_consultation text, p_position text) returns json
language plpgsql stable security definer set search_path = app, pg_temp
set plan_cache_mode = force_generic_plan as $$
declare
  p app.position := consultation_position(consultation_at(p_consultation), p_position);
  s app.stage;
  g app.position_group := group_behind((select m.group_id from group_member m where m.position_id = p.id and m.left_at is null));
  a app.assessment;
begin
  if p.id is null then
    return null;
  end if;
  select x.* into s from stage x where x.id = p.stage_id;
  select x.* into a from assessment x where x.id = p.assessment_id;
  return json_build_object(
    'frame', frame_at(p_me, desk_stage(p_consultation, p_position), null, 'synopsis'),
    'consultation', consultation_json(s.consultation_id),
    'stage', json_build_object('key', s.key, 'number', s.number, 'kind', s.kind),
    'position', grouped_position(s, p, p_consultation),
    'position_href', '/consultations/' || p_consultation || '/positions/' || p_position,
    'group', case when g.id is not null then (group_label(g)::jsonb || jsonb_build_object('href', case when a.group_id = g.id then cause_href(p_me, a, p_consultation) end)) end,
    'weighed', case when a.id is not null then cause_json(p_me, a, p_consultation) end,
    'changes', (select coalesce(json_agg(caused_json(p_me, x.change_id, p_consultation)::jsonb || jsonb_build_object(
          'cited', (select json_agg(cause_json(p_me, y, p_consultation)) from change_cause c join assessment y on y.id = c.assessment_id
            where c.change_id = x.change_id and (y.position_id = p.id or y.group_id = g.id))) order by x.number, x.change_id), '[]')
      from (select distinct k.change_id, e.number from cause k join change c on c.id = k.change_id join edition e on e.id = c.edition_id
        where k.position_id = p.id and (e.state = 'published' or p_me.roles @> '{moderator}')) x));
end $$;
