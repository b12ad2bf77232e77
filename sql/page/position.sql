-- A position: what was written, which nobody changes, and what the desk makes of
-- it. One in a group is weighed with the group.

-- Where the words come from, and who may read them.
create or replace function app.position_source(s app.stage, p app.position, p_consultation text) returns json
language plpgsql stable as $$
begin
  return (select json_build_object('target', t.key, 'question', q.body, 'organisation', v.organisation_name,
      'href', '/consultations/' || p_consultation || '/submissions/' || o.code || '#' || t.key,
      'receipt', v.receipt_no, 'released_at', p.released_at, 'version', v.number, 'publication', v.publication,
      'target_href', '/consultations/' || p_consultation || '/opinion/' || t.key)
    from released_answer ra join target t on t.id = ra.target_id
      join organisation o on o.id = p.organisation_id
      left join question_version q on q.id = t.question_version_id
      left join current_version c on c.response_id = ra.response_id
      join response_version v on v.id = coalesce(c.response_version_id, last_version(ra.response_id))
    where ra.id = p.released_answer_id);
end $$;

-- Members of its group, and those the comparison found alike.
create or replace function app.like_positions(s app.stage, p app.position, p_group_id bigint, p_consultation text) returns json
language plpgsql stable as $$
begin
  return (select coalesce(json_agg(json_build_object('number', position_number(s.kind, s.number, x.number, x.part),
      'organisation', n.short_name, 'percent', y.percent, 'in_group', y.in_group, 'proposal_href', case when y.key is not null then
        '/consultations/' || p_consultation || '/groups/proposals/' || y.key end) order by y.in_group desc, y.percent desc, x.id), '[]')
    from (select m.position_id as id, max(g.percent) as percent, true as in_group, null as key from group_member m
          left join group_proposal g on (g.a_id, g.b_id) = (least(p.id, m.position_id), greatest(p.id, m.position_id))
        where m.group_id = p_group_id and m.left_at is null and m.position_id <> p.id group by m.position_id
      union all (select case when g.a_id = p.id then g.b_id else g.a_id end, g.percent, false, g.key from group_proposal g
        where p.id in (g.a_id, g.b_id) and g.state = 'open' order by g.percent desc limit 10)) y
      join position x on x.id = y.id and x.is_current cross join lateral name_on(x.organisation_id, today()) n);
end $$;

create or replace function app.position_link(s app.stage, p app.position, p_consultation text, p_from text default null) returns json
language plpgsql stable as $$
declare
  v_number text := position_number(s.kind, s.number, p.number, p.part);
begin
  return case when p.id is not null then json_build_object('number', v_number,
    'href', position_href('/consultations/' || p_consultation, v_number, p_from)) end;
end $$;

-- Its own last assessment, where that of the group holds.
create or replace function app.own_assessment(p app.position) returns json
language plpgsql stable as $$
declare
  a app.assessment;
begin
  select x.* into a from assessment x where x.position_id = p.id order by x.version desc limit 1;
  return case when a.id is distinct from p.assessment_id then assessment_json(a) end;
end $$;

-- The list it was opened from, at its row.
create or replace function app.list_of_position(s app.stage, p app.position, p_consultation text, p_from text, f app.position_filter)
returns json
language plpgsql stable as $$
declare
  c_page constant int := 50;
  v_path constant text := '/consultations/' || p_consultation || '/synopsis';
  v_number text := position_number(s.kind, s.number, p.number, p.part);
  o record := filter_from(p_from);
  b app.position;
begin
  if p_from is null then
    return (select json_build_object('href', v_path || '?target=' || t.key || '#' || v_number, 'target', t.key)
      from target t where t.id = p.target_id);
  elsif position_rank(s.id, f, p.id) >= c_page then
    b := neighbour(p, -1, f);
  end if;
  return json_build_object('href', synopsis_href(v_path, filter_values(o.filter), o.view,
      case when o.columns is not null then columns_of(o.view, o.columns) end, 'row', v_number)
      || coalesce('&after=' || position_number(s.kind, s.number, b.number, b.part), '') || '#' || v_number,
    'target', (o.filter).target, 'is_filtered', not o.filter is null);
end $$;

create or replace function page.position(p_me app.caller, p_consultation text, p_position text, p_insert text, p_from text) returns json
language plpgsql stable security definer set search_path = app, pg_temp
set plan_cache_mode = force_generic_plan as $$
declare
  s app.stage := desk_stage(p_consultation, p_position);
  p app.position := numbered_position(s, p_position);
  g app.position_group;
  a app.assessment;
  v_href text := '/consultations/' || p_consultation || '/positions/' || p_position;
  f app.position_filter;
  v_kind text;
  v_work json;
begin
  if p.id is null or not is_at_desk(p_me) then
    return null;
  end if;
  f := position_filter(p_me, s, (filter_from(p_from)).filter);
  g := group_of_position(p.id);
  select x.* into a from assessment x where x.id = p.assessment_id;
  v_work := work_json(p_me, s, p);
  v_kind := (select i.kind from target t join item_version v on v.id = t.item_version_id join item i on i.id = v.item_id
    where t.id = p.target_id);
  return json_build_object(
    'frame', frame_at(p_me, s, null, 'synopsis'),
    'consultation', consultation_json(s.consultation_id),
    'position', grouped_position(s, p, p_consultation),
    'source', position_source(s, p, p_consultation), 'now', stands_now(p, s, p_consultation),
    'proposal_diff', (select json_build_object('diff_of', json_build_object('old', v.body, 'new', cut(x.proposal, p.proposal_range)))
      from target t join item_version v on v.id = t.item_version_id, released_answer x
      where t.id = p.target_id and x.id = p.released_answer_id and cut(x.proposal, p.proposal_range) is not null),
    'amendments_href', case when v_kind is not null and exists (select from released_answer x
        where x.id = p.released_answer_id and x.proposal is not null) then
      '/consultations/' || p_consultation || '/amendments/' || (select t.key from target t where t.id = p.target_id) end,
    'topics', topics_of_position(p.id),
    'blocks', case when p.is_current and p_me.roles @> '{moderator}' then blocks_for(s, (s.id, p.id, null)::weighed) else '[]' end,
    'inserted', block_inserted(s, (s.id, p.id, null)::weighed, p_insert),
    'chain_href', v_href || '/chain',
    'cut', json_build_object('href', '/consultations/' || p_consultation || '/answers/' || p_position || '/cut',
      'is_part', p.part > 0, 'is_cut', p.set_aside and p.part = 0, 'is_taken_back', p.set_aside and p.part > 0),
    'like', like_positions(s, p, g.id, p_consultation),
    'group', case when g.id is not null then json_build_object('number', group_number(g.number), 'name', g.name,
      'href', '/consultations/' || p_consultation || '/groups/' || group_number(g.number)) end,
    'replaces', kin_json(s, p, -1, p_consultation), 'replaced_by', kin_json(s, p, 1, p_consultation),
    'own', own_assessment(p), 'work', v_work,
    'weighing', weighing_json(p_me, s, case when a.group_id is null then (s.id, p.id, null)::weighed
        else (s.id, null, a.group_id)::weighed end, a, p.is_current and g.id is null, v_href),
    'can', json_build_object('tag', p_me.roles @> '{moderator}'),
    'from', p_from, 'list', list_of_position(s, p, p_consultation, p_from, f),
    'previous', position_link(s, neighbour(p, -1, f), p_consultation, p_from),
    'next', position_link(s, neighbour(p, 1, f), p_consultation, p_from),
    'form', assessment_form(a) || jsonb_build_object('due_on', '') || (v_work -> 'form')::jsonb);
end $$;
