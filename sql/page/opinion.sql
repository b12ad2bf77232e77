-- One chart and one table for each kind of target, counted over the voting
-- seats; the numbers by level and status are one page further.
create or replace function page.opinion(p_me app.caller, p_consultation text) returns json
language plpgsql stable security definer set search_path = app, pg_temp
set plan_cache_mode = force_generic_plan as $$
declare
  s app.stage := desk_stage(p_consultation);
  v_base text := '/consultations/' || p_consultation || '/opinion/';
begin
  if s.id is null then
    return null;
  end if;
  return (with r as (select x.target_id, sum(x.base)::bigint as base, array[sum(x.agree), sum(x.agree_changed),
        sum(x.reject), sum(x.note), sum(x.no_position), sum(x.nil), sum(x.not_applicable),
        sum(x.no_answer), sum(x.outstanding)]::bigint[] as counts,
        sum(x.not_asked)::bigint as not_asked
      from outcome_rows(s.id, null, 'voting') x group by x.target_id),
    t as (select r.*, coalesce(b.positions, 0) as positions, t.key, t.position, t.audience, coalesce(iv.title, q.body, k.title) as title,
        target_kind(i.kind, t.question_version_id) as kind
      from r join target t on t.id = r.target_id
        left join position_bases(s.id, null, 'voting') b on b.target_id = r.target_id
        left join item_version iv on iv.id = t.item_version_id left join item i on i.id = iv.item_id
        left join question_version q on q.id = t.question_version_id
        left join chapter k on k.id = t.chapter_id),
    c as (select g.place, g.key, g.kind, max(t.base) as base, json_agg(t.key order by t.position) filter (where t.base = 0 and t.not_asked > 0) as apart,
        json_agg(json_build_object('target', t.key, 'title', t.title, 'kind', t.kind,
          'href', v_base || t.key, 'counts', counts_json(t.counts), 'base', t.base,
          'not_asked', t.not_asked, 'audience', audience_json(t.audience, null),
          'positions', t.positions) order by t.position) as rows,
        json_agg(json_build_object('label', t.key || ' ' || t.title, 'n', t.base, 'values', to_json(t.counts))
          order by t.position) filter (where t.base > 0) as bars
      from (values (1, 'principles', 'principle'), (2, 'cornerstones', 'cornerstone'), (3, 'ideas', 'idea'),
          (4, 'questions', 'question'), (5, 'user_groups', 'user_group'), (6, 'statements', 'statement'),
          (7, 'comments', 'chapter')) g(place, key, kind)
        join t on t.kind = g.kind
      group by g.place, g.key, g.kind)
  select json_build_object(
    'frame', frame_at(p_me, s, null, 'opinion'),
    'consultation', consultation_json(s.consultation_id),
    'totals', opinion_totals(s.id, 10000),
    'withdrawn', withdrawn_json(s.id),
    'intake_count', intake_count(s.id),
    'classes', outcome_classes(),
    'charts', (select coalesce(json_agg(json_build_object('key', c.key, 'title', c.key, 'kind', c.kind,
      'base', c.base, 'apart', coalesce(c.apart, '[]'), 'chart', chart_stacked('opinion-' || c.key, 'opinion_' || c.key, c.bars),
      'rows', c.rows) order by c.place), '[]') from c)));
end $$;
