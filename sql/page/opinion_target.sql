-- The words on one target, in the order of the senders: what was said, not
-- what was left out.
create or replace function app.target_words(p_me app.caller, p_consultation text, p_target text) returns json
language plpgsql stable set search_path = app, pg_temp as $$
begin
  return (select coalesce(json_agg(json_build_object('number', r.number,
      'organisation', json_build_object('code', r.organisation_code, 'name', r.organisation),
      'level', r.level, 'land', r.land, 'land_name', r.land_name, 'seat_status', r.seat_status,
      'stance', r.stance, 'kind', 'answered', 'body', r.body, 'proposal', r.proposal, 'reason', r.reason,
      'confidential', r.confidential, 'released_at', r.released_at,
      'href', '/consultations/' || p_consultation || '/submissions/' || r.organisation_code || '#' || r.target)
      order by r.n), '[]')
    from (select x.*, row_number() over () as n from page.synopsis_rows(p_me, p_consultation, p_target,
      null, null, null, null, null, 500) x) r);
end $$;

-- The classes summed up by level or by seat status, and over all.
create or replace function app.outcome_by(p_stage_id bigint, p_target_id bigint, p_by text) returns json
language plpgsql stable set search_path = app, pg_temp as $$
begin
  return (with r as (select case p_by when 'level' then x.level when 'seat_status' then x.seat_status
        else 'all' end as key, min(x.sort_key) as first, sum(x.base)::bigint as base, array[sum(x.agree),
        sum(x.agree_changed), sum(x.reject), sum(x.note), sum(x.no_position), sum(x.nil),
        sum(x.not_applicable), sum(x.no_answer), sum(x.outstanding)]::bigint[] as counts
      from outcome_rows(p_stage_id, p_target_id) x group by 1)
  select json_build_object(
    'rows', coalesce(json_agg(json_build_object('key', r.key, p_by, r.key, 'base', r.base,
      'counts', counts_json(r.counts)) order by r.first), '[]'),
    'bars', coalesce(json_agg(json_build_object('label', case p_by when 'level' then 'level_many:'
      else p_by || ':' end || r.key, 'n', r.base, 'values', to_json(r.counts)) order by r.first), '[]'))
    from r);
end $$;

create or replace function app.opinion_link(p_target_id bigint, p_slug text) returns json
language plpgsql stable set search_path = app, pg_temp as $$
begin
  return (select json_build_object('key', t.key, 'title', coalesce(iv.title, q.body, k.title),
      'href', '/consultations/' || p_slug || '/opinion/' || t.key)
    from target t left join item_version iv on iv.id = t.item_version_id
      left join question_version q on q.id = t.question_version_id
      left join chapter k on k.id = t.chapter_id
    where t.id = p_target_id);
end $$;

create or replace function page.opinion_target(p_me app.caller, p_consultation text, p_target text)
returns json
language plpgsql stable security definer set search_path = app, pg_temp as $$
declare
  s app.stage := desk_stage(p_consultation);
  t app.target;
  v_level json;
  v_seat json;
begin
  select x.* into t from target x where x.stage_id = s.id and x.key = p_target;
  if not found then
    return null;
  end if;
  v_level := outcome_by(s.id, t.id, 'level');
  v_seat := outcome_by(s.id, t.id, 'seat_status');
  return json_build_object(
    'frame', frame(p_me, s.consultation_id, 'opinion'),
    'consultation', consultation_json(s.consultation_id),
    'target', target_json(t, p_consultation),
    'classes', outcome_classes(),
    'by_level', v_level -> 'rows',
    'by_seat_status', v_seat -> 'rows',
    'chart', chart_stacked('opinion-level', 'opinion_target', v_level -> 'bars'),
    'chart_seats', chart_stacked('opinion-seats', 'opinion_seats', v_seat -> 'bars'),
    'sums', outcome_by(s.id, t.id, 'over') -> 'rows' -> 0,
    'words', target_words(p_me, p_consultation, p_target),
    'previous', opinion_link((select x.id from target x where x.stage_id = s.id
      and x.position < t.position order by x.position desc limit 1), p_consultation),
    'next', opinion_link((select x.id from target x where x.stage_id = s.id
      and x.position > t.position order by x.position limit 1), p_consultation));
end $$;
