-- "Gilt noch?" for the desk: what was released of each point, with its base, and what still stands open there.

-- Positions of earlier stages at the points of a stage that were not adopted: by stage and key, so that they can be read.
create or replace function app.validity_inherited(s app.stage)
returns table (target_id bigint, count bigint, places json)
language plpgsql stable rows 60 set plan_cache_mode = force_custom_plan as $$
declare
  v_slug text := (select c.slug from consultation c where c.id = s.consultation_id);
begin
  return query select x.target_id, sum(x.n)::bigint, json_agg(json_build_object('stage', json_build_object('kind', x.kind, 'number', x.number),
      'target', x.key, 'count', x.n, 'href', '/consultations/' || v_slug || '.' || x.stage || '/synopsis?target=' || x.key)
      order by x.opens_at desc, x.key)
    from (select e.target_id, y.kind, y.number, y.key as stage, y.opens_at, o.key, count(*) as n
      from (select distinct z.target_id, z.earlier_id from earlier_targets(s.id, null) z) e join target o on o.id = e.earlier_id
        join stage y on y.id = o.stage_id and y.opens_at < s.opens_at
        join position p on p.target_id = o.id and p.is_current and not p.set_aside and p.decision in ('open', 'not_adopted', 'referred')
      group by e.target_id, y.kind, y.number, y.key, y.opens_at, o.key) x
    group by x.target_id;
end $$;

-- Findings on an item, whatever it was called in earlier editions.
create or replace function app.validity_findings(s app.stage, p_consultation text)
returns table (target_id bigint, count bigint, list json)
language plpgsql stable rows 60 set plan_cache_mode = force_custom_plan as $$
begin
  return query select x.target_id, count(*), json_agg(json_build_object('title', f.title, 'state', f.state,
      'href', '/consultations/' || p_consultation || '/inbox/' || f.key) order by f.id desc)
    from (select distinct b.target_id, v.item_id from came_from(s.id, null) b join item_version v on v.id = b.version_id) x
      join finding f on f.item_id = x.item_id and f.consultation_id = s.consultation_id
    group by x.target_id;
end $$;

-- Each point with its counts: of organisations, and among them of those that vote. What is out of date comes first.
create or replace function app.validity_rows(s app.stage, p_level text, p_seat text)
returns table (target_id bigint, base bigint, not_asked bigint, agree bigint, agree_changed bigint, reject bigint, other bigint, no_answer bigint,
  seats bigint, agree_seats bigint, agree_changed_seats bigint, reject_seats bigint, levels json)
language plpgsql stable rows 60 as $$
begin
  return query with o as (select x.target_id, x.level, min(x.sort_key) as first, sum(x.base)::bigint as base, sum(x.not_asked)::bigint as not_asked,
        sum(x.agree)::bigint as agree,
        sum(x.agree_changed)::bigint as changed, sum(x.reject)::bigint as reject,
        sum(x.note + x.no_position + x.nil + x.not_applicable)::bigint as other, sum(x.no_answer + x.outstanding)::bigint as none,
        coalesce(sum(x.base) filter (where x.seat_status = 'voting'), 0)::bigint as seats,
        coalesce(sum(x.agree) filter (where x.seat_status = 'voting'), 0)::bigint as agree_seats,
        coalesce(sum(x.agree_changed) filter (where x.seat_status = 'voting'), 0)::bigint as changed_seats,
        coalesce(sum(x.reject) filter (where x.seat_status = 'voting'), 0)::bigint as reject_seats
      from outcome_rows(s.id, null, p_seat) x where p_level is null or x.level = p_level group by x.target_id, x.level)
    select t.id, sum(o.base)::bigint, sum(o.not_asked)::bigint, sum(o.agree)::bigint, sum(o.changed)::bigint, sum(o.reject)::bigint, sum(o.other)::bigint,
        sum(o.none)::bigint, sum(o.seats)::bigint, sum(o.agree_seats)::bigint, sum(o.changed_seats)::bigint, sum(o.reject_seats)::bigint,
        json_agg(json_build_object('level', o.level, 'base', o.base, 'agree', o.agree, 'agree_changed', o.changed, 'reject', o.reject)
          order by o.first) filter (where o.base > 0)
      from validity_targets(s.id) t join o on o.target_id = t.id group by t.id, t.position
      order by sum(o.reject) desc, sum(o.changed) desc, t.position;
end $$;
