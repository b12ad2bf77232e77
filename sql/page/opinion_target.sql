-- The words on one target, in the order of the senders: what was said, not
-- what was left out.
create or replace function app.target_words(p_me app.caller, p_consultation text, p_target text) returns json
language plpgsql stable as $$
begin
  return (select coalesce(json_agg(json_build_object('number', r.number,
      'organisation', json_build_object('code', r.organisation_code, 'name', r.organisation),
      'level', r.level, 'land', r.land, 'land_name', r.land_name, 'seat_status', r.seat_status,
      'stance', r.stance, 'kind', 'answered', 'body', r.body, 'proposal', r.proposal, 'reason', r.reason,
      'confidential', r.confidential, 'released_at', r.released_at,
      'organisations', r.organisations, 'is_held', r.is_held, 'also_for', r.joined,
      'href', '/consultations/' || p_consultation || '/submissions/' || r.organisation_code || '#' || r.target)
      order by r.n), '[]')
    from (select x.*, row_number() over () as n from page.synopsis_rows(p_me, p_consultation, p_target,
      p_limit => 500) x) r);
end $$;

-- The classes summed up by level, by seat status and over all.
create or replace function app.outcome_sums(p_stage_id bigint, p_target_id bigint, out by_level json,
  out by_seat_status json, out sums json, out bars json, out seat_bars json)
language plpgsql stable as $$
begin
  with r as (select x.level, x.seat_status, min(x.sort_key) as first, sum(x.base)::bigint as base, sum(x.not_asked)::bigint as not_asked,
      array[sum(x.agree), sum(x.agree_changed), sum(x.reject), sum(x.note), sum(x.no_position), sum(x.nil),
        sum(x.not_applicable), sum(x.no_answer), sum(x.outstanding)]::bigint[] as counts,
      grouping(x.level) as g_level, grouping(x.seat_status) as g_seat
    from outcome_rows(p_stage_id, p_target_id, null) x group by grouping sets ((x.level), (x.seat_status), ()))
  select coalesce(json_agg(json_build_object('level', r.level, 'base', r.base, 'not_asked', r.not_asked,
      'counts', counts_json(r.counts)) order by r.first) filter (where r.g_level = 0), '[]'),
    coalesce(json_agg(json_build_object('seat_status', r.seat_status, 'base', r.base, 'not_asked', r.not_asked,
      'counts', counts_json(r.counts)) order by r.first) filter (where r.g_seat = 0), '[]'),
    (json_agg(json_build_object('base', r.base, 'not_asked', r.not_asked, 'counts', counts_json(r.counts)))
      filter (where r.g_level = 1 and r.g_seat = 1)) -> 0,
    json_agg(json_build_object('label', 'level_many:' || r.level, 'n', r.base,
      'values', to_json(r.counts)) order by r.first) filter (where r.g_level = 0 and r.base > 0),
    json_agg(json_build_object('label', 'seat_status:' || r.seat_status, 'n', r.base,
      'values', to_json(r.counts)) order by r.first) filter (where r.g_seat = 0 and r.base > 0)
    into by_level, by_seat_status, sums, bars, seat_bars from r;
end $$;

-- How many organisations have picked each option; the base are those that have
-- picked anything. Of a ranking also how often it stands first, of a table each
-- item has its own counts.
create or replace function app.picked_counts(p_stage_id bigint, p_target_id bigint, q app.question_version) returns json
language plpgsql stable as $$
begin
  return (with a as (select ra.value from current_version c
        join version_answer va on va.response_version_id = c.response_version_id and va.target_id = p_target_id
        join released_answer ra on ra.id = va.released_answer_id
      where c.stage_id = p_stage_id and jsonb_typeof(ra.value) = 'object'),
    r as (select x.r ->> 'item' as item, x.r ->> 'key' as key, x.n
      from a, jsonb_array_elements(a.value -> q.shape) with ordinality x (r, n)),
    i as (select * from table_items(q.id) where q.shape = 'table' union all select 1, null, null where q.shape <> 'table')
    select json_build_object('shape', q.shape, 'base', (select count(*) from a), 'groups',
      (select coalesce(json_agg(json_build_object('key', i.key, 'title', i.title, 'base',
          (select count(*) from r where r.item is not distinct from i.key and q.shape = 'table'), 'rows',
          (select json_agg(json_build_object('key', o.key, 'body', o.body,
              'count', (select count(*) from r where r.key = o.key and r.item is not distinct from i.key),
              'first', (select count(*) from r where r.key = o.key and r.n = 1)) order by o.place) from options_of(q) o))
        order by i.place), '[]') from i)));
end $$;

create or replace function page.opinion_target(p_me app.caller, p_consultation text, p_target text)
returns json
language plpgsql stable security definer set search_path = app, pg_temp
set plan_cache_mode = force_generic_plan as $$
declare
  s app.stage := desk_stage(p_consultation);
  t app.target;
  r record;
  o record;
  v_base text := '/consultations/' || p_consultation || '/opinion/';
begin
  select x.* into t from target x where x.stage_id = s.id and x.key = p_target;
  if not found then
    return null;
  end if;
  select * into r from target_of(t);
  select * into o from outcome_sums(s.id, t.id);
  return json_build_object(
    'frame', frame_at(p_me, s, null, 'opinion'),
    'consultation', consultation_json(s.consultation_id),
    'target', target_json(t, p_consultation, r.i, r.v, r.q, r.q_key, r.k),
    'audience', audience_json(t.audience, null),
    'chapter', chapter_json(r.k, p_consultation),
    'classes', outcome_classes(),
    'by_level', json_build_object('rows', o.by_level),
    'by_seat_status', json_build_object('rows', o.by_seat_status), 'sums', o.sums,
    'chart', chart_stacked('opinion-level', 'opinion_target', o.bars),
    'chart_seats', chart_stacked('opinion-seats', 'opinion_seats', o.seat_bars),
    'bases', coalesce((select json_build_object('positions', b.positions, 'organisations', b.organisations)
      from position_bases(s.id, t.id, null) b), json_build_object('positions', 0, 'organisations', 0)),
    'withdrawn', withdrawn_json(s.id),
    'pick_counts', case when (r.q).shape in ('choice', 'multi', 'ranking', 'table') then picked_counts(s.id, t.id, r.q) end,
    'words', target_words(p_me, p_consultation, p_target),
    'amendments', amendment_link(s.id, t.item_version_id, p_consultation),
    'previous', target_neighbour(t, false, v_base),
    'next', target_neighbour(t, true, v_base));
end $$;
