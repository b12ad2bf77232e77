-- Two like positions side by side, and what treating them together would mean.

-- The parts of both that say anything, each to be compared.
create or replace function app.compared_parts(a json, b json) returns json
language plpgsql stable as $$
begin
  return (select coalesce(json_agg(json_build_object('part', x.part, 'only', (a ->> x.part is null) or (b ->> x.part is null),
      'is_first', b ->> x.part is null,
      'diff_of', json_build_object('old', a ->> x.part, 'new', b ->> x.part)) order by x.n), '[]')
    from unnest(array['body', 'proposal', 'reason']) with ordinality x(part, n)
    where num_nonnulls(a ->> x.part, b ->> x.part) > 0);
end $$;

-- The group that "Zusammenführen" would lead to, where that is settled.
create or replace function app.proposal_effect(p app.group_proposal) returns json
language plpgsql stable as $$
declare
  a app.position_group := group_of_position(p.a_id);
  b app.position_group := group_of_position(p.b_id);
  v_all bigint[] := array(select distinct x.id from unnest(array[p.a_id, p.b_id] || group_members(a.id)
    || group_members(b.id)) x(id));
begin
  return json_build_object('weight', positions_weight(v_all),
    'into', group_label(case when a.id is not null and (b.id is null or a.number <= b.number) then a else b end),
    'ends', case when a.id <> b.id then group_label(case when a.number < b.number then b else a end) end);
end $$;

create or replace function page.proposal(p_me app.caller, p_consultation text, p_proposal text) returns json
language plpgsql stable security definer set search_path = app, pg_temp
set plan_cache_mode = force_generic_plan as $$
declare
  s app.stage := desk_stage(p_consultation);
  p app.group_proposal := proposal_at(s.id, p_proposal);
  x app.position;
  a json;
  b json;
  v_effect json;
  v_base text := '/consultations/' || p_consultation || '/groups/proposals/';
begin
  if p.id is null then
    return null;
  end if;
  select y.* into x from position y where y.id = p.a_id;
  a := grouped_position(s, x, p_consultation);
  select y.* into x from position y where y.id = p.b_id;
  b := grouped_position(s, x, p_consultation);
  v_effect := proposal_effect(p);
  return json_build_object(
    'frame', frame_at(p_me, s, null, 'groups'),
    'consultation', consultation_json(s.consultation_id),
    'proposal', json_build_object('key', p.key, 'percent', p.percent, 'state', p.state, 'found_at', p.found_at,
      'decided_at', p.decided_at, 'by', (select person_name(w) from person w where w.id = p.decided_by),
      'group', (select group_label(g) from position_group g where g.id = p.group_id),
      'is_open', p.state = 'open', 'can_undo', proposal_can_undo(p),
      'is_over', not coalesce((a ->> 'is_current')::boolean and (b ->> 'is_current')::boolean, false)),
    'token', proposal_token(p),
    'a', a, 'b', b,
    'parts', compared_parts(a, b),
    'equal', json_build_object('stance', a ->> 'stance' = b ->> 'stance', 'target', a ->> 'target' = b ->> 'target',
      'decision', a ->> 'decision' = b ->> 'decision'),
    'effect', v_effect,
    'groups', case when v_effect ->> 'into' is null then (select coalesce(json_agg(json_build_object('number',
        group_number(g.number), 'name', g.name) order by g.number desc), '[]') from (select y.* from position_group y
        where y.stage_id = s.id and y.state = 'open' order by y.number desc limit 100) g) else '[]' end,
    'count', least(proposal_count(s.id), 1000),
    'next_href', v_base || (select y.key from open_proposals(s.id, p, 1) y),
    'last', decided_proposals(s, p_consultation, 1) -> 0,
    'form', json_build_object('name', '', 'into', 'new'));
end $$;
