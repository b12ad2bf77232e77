-- A group: its members in their own words, what they stand for together, and who
-- came and went.
create or replace function app.group_course(g app.position_group, s app.stage) returns json
language plpgsql stable as $$
begin
  return (select coalesce(json_agg(json_build_object('at', x.at, 'event', x.event,
      'number', position_number(s.kind, s.number, p.number, p.part), 'by', (select person_name(w) from person w where w.id = x.by))
      order by x.at desc, x.id desc, x.event), '[]')
    from (select m.id, m.position_id, m.joined_at as at, 'joined' as event, m.joined_by as by from group_member m where m.group_id = g.id
        union all select m.id, m.position_id, m.left_at, 'left', m.left_by from group_member m
          where m.group_id = g.id and m.left_at is not null order by 3 desc limit 100) x
      join position p on p.id = x.position_id);
end $$;

create or replace function page.position_group(p_me app.caller, p_consultation text, p_group text, p_insert text) returns json
language plpgsql stable security definer set search_path = app, pg_temp
set plan_cache_mode = force_generic_plan as $$
declare
  c_shown constant int := 100;
  s app.stage := desk_stage(p_consultation);
  g app.position_group := group_at(s.id, p_group);
  v_members bigint[] := group_members(g.id);
  w app.weighed := (s.id, null, g.id)::weighed;
  a app.assessment := last_assessment(w);
begin
  if g.id is null then
    return null;
  end if;
  return json_build_object(
    'frame', frame_at(p_me, s, null, 'groups'),
    'consultation', consultation_json(s.consultation_id),
    'group', json_build_object('number', group_number(g.number), 'name', g.name, 'state', g.state,
      'is_open', g.state = 'open', 'version', g.version, 'made_at', g.made_at,
      'by', (select person_name(x) from person x where x.id = g.made_by), 'dissolved_at', g.dissolved_at,
      'ended_by', (select person_name(x) from person x where x.id = g.dissolved_by),
      'into', (select group_label(x) from group_proposal q join position_group x on x.id = q.group_id
        where q.id = g.dissolved_from and q.state = 'merged' and x.id <> g.id)),
    'version', g.version,
    'weight', positions_weight(v_members),
    'members', (select coalesce(json_agg(grouped_position(s, p, p_consultation) order by p.sort_target, p.sort_key, p.id), '[]')
      from (select x.* from position x where x.id = any (v_members) order by x.sort_target, x.sort_key, x.id limit c_shown) p),
    'count', cardinality(v_members),
    'course', group_course(g, s),
    'blocks', case when g.state = 'open' then blocks_for(s, w) else '[]' end, 'inserted', block_inserted(s, w, p_insert),
    'weighing', weighing_json(p_me, s, w, a, g.state = 'open', '/consultations/' || p_consultation || '/groups/' || p_group),
    'form', assessment_form(a) || jsonb_build_object('name', g.name, 'positions', '', 'due_on', ''));
end $$;
