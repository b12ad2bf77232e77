-- Like positions: what is proposed, which groups there are, what was decided.

-- The last comparison, and one that waits or runs.
create or replace function app.comparison_json(s app.stage) returns json
language plpgsql stable as $$
declare
  c app.comparison;
  j app.job;
begin
  select x.* into c from comparison x where x.stage_id = s.id order by x.id desc limit 1;
  select x.* into j from job x where x.kind = 'similar' and x.dedupe_key = 'stage.' || s.id order by x.id desc limit 1;
  return json_build_object(
    'last', case when c.id is not null then json_build_object('at', c.finished_at, 'positions', c.position_count,
      'pairs', c.pair_count, 'new', c.new_count,
      'by', (select person_name(p) from person p where p.id = c.asked_by)) end,
    'fresh', (select count(*) from position p where p.stage_id = s.id and p.is_current
      and p.id > coalesce(c.last_position_id, 0)),
    'job', case when j.state in ('ready', 'running', 'failed') then json_build_object(
      'state', case when j.state = 'failed' then 'stopped'
        when j.state = 'ready' and j.run_at > clock_timestamp() then 'waiting'
        when jobs_asleep() is not null then 'asleep' else 'going' end,
      'at', j.created_at, 'run_at', j.run_at, 'note', j.note) end);
end $$;

create or replace function page.groups(p_me app.caller, p_consultation text, p_after text, p_older text) returns json
language plpgsql stable security definer set search_path = app, pg_temp
set plan_cache_mode = force_generic_plan as $$
declare
  c_size constant int := 50;
  s app.stage := desk_stage(p_consultation);
  v_base text := '/consultations/' || p_consultation || '/groups';
  a app.group_proposal := proposal_at(s.id, p_after);
  v_older int := (group_at(s.id, p_older)).number;
  v_count bigint;
  v_rows json;
  v_groups json;
begin
  if s.id is null then
    return null;
  end if;
  v_count := proposal_count(s.id);
  v_rows := (select coalesce(json_agg(proposal_line(s, x, p_consultation) order by x.percent desc, x.id), '[]')
    from open_proposals(s.id, a, c_size + 1) x);
  v_groups := (select coalesce(json_agg(to_jsonb(x) - 'id' || to_jsonb(w) || jsonb_build_object('href', v_base || '/' || x.number)
      order by x.id desc), '[]')
    from (select g.number as id, group_number(g.number) as number, g.name,
          positions_weight(group_members(g.id)) as weight
        from position_group g where g.stage_id = s.id and g.state = 'open' and (v_older is null or g.number < v_older)
        order by g.number desc limit c_size + 1) x, json_to_record(x.weight) w(positions bigint, organisations bigint, seats bigint));
  return json_build_object(
    'frame', frame_at(p_me, s, null, 'groups'),
    'consultation', consultation_json(s.consultation_id),
    'counts', json_build_object('proposals', least(v_count, 1000), 'is_capped', v_count > 1000,
      'groups', (select count(*) from position_group g where g.stage_id = s.id and g.state = 'open')),
    'proposals', (select coalesce(json_agg(x.value order by x.n), '[]') from json_array_elements(v_rows)
      with ordinality x(value, n) where x.n <= c_size),
    'next_href', case when json_array_length(v_rows) > c_size then v_base || '?after=' || (v_rows #>> array[(c_size - 1)::text, 'key']) end,
    'is_first', a.id is null,
    'groups', (select coalesce(json_agg(x.value order by x.n), '[]') from json_array_elements(v_groups)
      with ordinality x(value, n) where x.n <= c_size),
    'older_href', case when json_array_length(v_groups) > c_size then v_base || '?older=' || (v_groups #>> array[(c_size - 1)::text, 'number']) || '#gruppen' end,
    'decided', decided_proposals(s, p_consultation, 10),
    'comparison', comparison_json(s),
    'form', json_build_object('name', '', 'positions', ''));
end $$;
