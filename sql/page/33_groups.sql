-- Helpers of the pages of like positions, and what their actions ask first.

-- A position as these pages show it, with the group it is in.
create or replace function app.grouped_position(s app.stage, p app.position, p_consultation text) returns json
language plpgsql stable as $$
declare
  g app.position_group := group_of_position(p.id);
  a app.released_answer;
begin
  select x.* into a from released_answer x where x.id = p.released_answer_id;
  return (select json_build_object('number', position_number(s.kind, s.number, p.number, p.part), 'target', t.key,
      'target_title', target_title(t), 'organisation', json_build_object('code', o.code, 'name', n.name,
        'short_name', n.short_name, 'level', p.level, 'seat_status', p.seat_status),
      'also_for', others_of(p), 'stance', coalesce(p.stance::text, 'no_position'),
      'body', case when p.part = 0 and a.value is not null then body_and_papers(cut(a.body, p.body_range), a.value)
        else cut(a.body, p.body_range) end,
      'proposal', cut(a.proposal, p.proposal_range), 'reason', cut(a.reason, p.reason_range),
      'confidential', a.confidential, 'decision', p.decision, 'is_current', p.is_current,
      'released_at', p.released_at, 'group', group_label(g),
      'href', answer_href(p, p_consultation))
    from target t, organisation o, name_on(o.id, today()) n where t.id = p.target_id and o.id = p.organisation_id);
end $$;

-- Who else has this position in the version that counts.
create or replace function app.others_of(p app.position) returns json
language plpgsql stable as $$
begin
  return (select coalesce(json_agg(v.organisation_short_name order by v.sort_key), '[]')
    from version_answer va join current_version c on c.response_version_id = va.response_version_id
      join response_version v on v.id = c.response_version_id
    where va.released_answer_id = p.released_answer_id and va.organisation_id <> p.organisation_id);
end $$;

-- With how many positions; above 1,000 it is not counted on, since lists show it
-- on each line.
create or replace function app.group_label(g app.position_group) returns json
language plpgsql stable as $$
begin
  return case when g.id is not null then (select json_build_object('number', group_number(g.number), 'name', g.name,
      'size', least(n.size, 1000), 'is_more', n.size > 1000)
    from (select count(*) as size from (select from group_member m join position x on x.id = m.position_id
      where m.group_id = g.id and m.left_at is null and x.is_current limit 1001) y) n) end;
end $$;

-- A line of a list: numbers and names, none of the words.
create or replace function app.proposal_line(s app.stage, p app.group_proposal, p_consultation text) returns json
language plpgsql stable as $$
declare
  v_two json := (select json_agg(json_build_object('number', position_number(s.kind, s.number, x.number, x.part),
      'organisation', n.short_name, 'group', group_label(group_of_position(x.id))) order by x.id)
    from position x, name_on(x.organisation_id, today()) n where x.id in (p.a_id, p.b_id));
begin
  return json_build_object('key', p.key, 'percent', p.percent, 'state', p.state, 'a', v_two -> 0, 'b', v_two -> 1,
    'href', '/consultations/' || p_consultation || '/groups/proposals/' || p.key);
end $$;

-- Open proposals of positions that count, the closest first, behind p_after.
create or replace function app.open_proposals(p_stage_id bigint, a app.group_proposal, p_limit int)
returns setof app.group_proposal
language plpgsql stable rows 50 as $$
begin
  return query select p.* from group_proposal p
      join position x on x.id = p.a_id and x.is_current join position y on y.id = p.b_id and y.is_current
    where p.stage_id = p_stage_id and p.state = 'open'
      and (a.id is null or p.percent <= a.percent and (p.percent < a.percent or p.id > a.id))
    order by p.percent desc, p.id limit p_limit;
end $$;

-- Counted to 1,001.
create or replace function app.proposal_count(p_stage_id bigint) returns bigint
language plpgsql stable as $$
begin
  return (select count(*) from open_proposals(p_stage_id, null, 1001));
end $$;

-- What was decided last, with the way back where there is one.
create or replace function app.decided_proposals(s app.stage, p_consultation text, p_limit int) returns json
language plpgsql stable as $$
begin
  return (select coalesce(json_agg(json_build_object('proposal', proposal_line(s, x, p_consultation),
      'state', x.state, 'at', x.decided_at, 'by', (select person_name(w) from person w where w.id = x.decided_by),
      'group', (select group_label(g) from position_group g where g.id = x.group_id),
      'can_undo', proposal_can_undo(x)) order by x.decided_at desc, x.id desc), '[]')
    from (select p.* from group_proposal p where p.stage_id = s.id and p.state <> 'open'
        and (p.state = 'kept_apart' or p.group_version is not null)
      order by p.decided_at desc, p.id desc limit p_limit) x);
end $$;

-- --- what the actions ask first ----------------------------------------------

-- An open proposal as the page showed it, with nobody else deciding meanwhile.
create or replace function app.proposal_open(p_stage_id bigint, p_key text, p_expected text) returns app.group_proposal
language plpgsql volatile set search_path = app, pg_temp as $$
declare
  p app.group_proposal := proposal_at(p_stage_id, p_key);
begin
  if p.id is null then
    perform fail('CN404', 'not_found');
  end if;
  perform group_lock(p_stage_id);
  p := proposal_at(p_stage_id, p_key);
  if p.state is distinct from 'open' then
    perform fail('CN409', 'proposal_decided');
  elsif p_expected is distinct from proposal_token(p) then
    perform fail('CN409', 'proposal_changed');
  end if;
  return p;
end $$;

-- An open group, in the version that the page showed where it matters.
create or replace function app.group_open(p_stage_id bigint, p_group text, p_version bigint) returns app.position_group
language plpgsql volatile set search_path = app, pg_temp as $$
declare
  g app.position_group := group_at(p_stage_id, p_group);
begin
  if g.id is null then
    perform fail('CN404', 'not_found');
  end if;
  perform group_lock(p_stage_id);
  g := group_at(p_stage_id, p_group);
  if g.state <> 'open' then
    perform fail('CN409', 'group_over');
  elsif p_version is not null and p_version <> g.version then
    perform fail('CN409', 'group_changed');
  end if;
  return g;
end $$;

-- Why a position cannot be put into a group; null when it can.
create or replace function app.group_obstacle(p_me app.caller, p app.position) returns text
language plpgsql stable set search_path = app, pg_temp as $$
begin
  return case when p.set_aside then case when p.part = 0 then 'position_cut' else 'position_taken_back' end
    when not p.is_current then 'position_old'
    when (group_of_position(p.id)).id is not null then 'position_grouped'
    when (locked_by_other(p.id)).id is not null then 'position_locked' end;
end $$;

-- Numbers as people write them, with commas or blanks between: current positions
-- that are in no group and that nobody else is writing about.
create or replace function app.positions_to_group(p_me app.caller, s app.stage, p_text text) returns bigint[]
language plpgsql stable set search_path = app, pg_temp as $$
declare
  v_ids bigint[] := array[]::bigint[];
  v_number text;
  p app.position;
  v_obstacle text;
begin
  for v_number in select x.word from regexp_split_to_table(upper(coalesce(p_text, '')), '[\s,;]+') x(word) loop
    continue when v_number = '';
    p := position_at(s.id, v_number);
    v_obstacle := group_obstacle(p_me, p);
    if p.id is null or v_number like '%\_%'
        or v_number is distinct from position_number(s.kind, s.number, p.number, p.part) then
      perform fail('CN422', 'position_unknown', 'positions', json_build_object('number', left(v_number, 40)));
    elsif v_obstacle is not null then
      perform fail('CN422', v_obstacle, 'positions', json_build_object('number', v_number,
        'group', group_number((group_of_position(p.id)).number), 'by', name_of((locked_by_other(p.id)).person_id)));
    end if;
    v_ids := v_ids || p.id;
  end loop;
  v_ids := array(select distinct x.id from unnest(v_ids) x(id) order by x.id);
  if cardinality(v_ids) = 0 then
    perform fail('CN422', 'required', 'positions');
  end if;
  return v_ids;
end $$;

-- After a decision: the next proposal, else the list.
create or replace function app.after_decision(s app.stage, p_consultation text, p app.group_proposal, p_notice text)
returns text
language plpgsql stable set search_path = app, pg_temp as $$
declare
  v_next text := (select x.key from open_proposals(s.id, p, 1) x);
begin
  v_next := coalesce(v_next, (select x.key from open_proposals(s.id, null, 1) x));
  return '/consultations/' || p_consultation || '/groups' || coalesce('/proposals/' || v_next, '')
    || '?notice=' || p_notice;
end $$;
