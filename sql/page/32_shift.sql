-- What became of the positions of one stage in the next: for each item, each
-- question that both ask, and organisation its stance before and after. Of what is released only.

-- The stage that the other one is compared with: the one that is named, else the last that began before it.
create or replace function app.shift_from(s app.stage, p_from text) returns app.stage
language plpgsql stable as $$
declare
  f app.stage;
begin
  select x.* into f from stage x where x.consultation_id = s.consultation_id and x.opens_at < s.opens_at
    and (p_from is null or x.key = p_from) order by x.opens_at desc limit 1;
  return f;
end $$;

-- Items, and questions that were asked before; not what a question asks of each item.
create or replace function app.is_shifting(f app.stage, t app.target) returns boolean
language plpgsql stable as $$
begin
  return case when t.question_version_id is null then t.item_version_id is not null
    else t.item_version_id is null and exists (select from question_version q join question_version x on x.question_id = q.question_id
      join target o on o.question_version_id = x.id and o.item_version_id is null and o.stage_id = f.id where q.id = t.question_version_id) end;
end $$;

-- before: none had no answer there, several had different ones on what was
-- merged. after: not_again is in, but without a word on it; outstanding is not in
-- yet; not_invited is not asked there any more.
create or replace function app.shift_rows(f app.stage, s app.stage, p_target_id bigint, p_level text, p_seat text)
returns table (target_id bigint, organisation_id bigint, level text, seat_status text, sort_key text,
  before text, after text, before_ids bigint[], after_id bigint)
language plpgsql stable rows 1000 set plan_cache_mode = force_custom_plan as $$
begin
  return query with e as materialized (select distinct x.target_id, x.earlier_id, o.position
      from earlier_targets(s.id, p_target_id) x join target o on o.id = x.earlier_id and o.stage_id = f.id
        and o.chapter_id is null),
    b as (select e.target_id, v.organisation_id, array_agg(v.released_answer_id order by e.position) as ids,
        array_agg(distinct coalesce(form_stance(a.kind, a.stance), 'unstated')) as stances
      from e join version_answer v on v.target_id = e.earlier_id
        join current_version c on c.response_version_id = v.response_version_id
        join released_answer a on a.id = v.released_answer_id
      group by e.target_id, v.organisation_id),
    a as (select v.target_id, v.organisation_id, v.released_answer_id as id, coalesce(form_stance(x.kind, x.stance), 'unstated') as stance
      from target t join version_answer v on v.target_id = t.id
        join current_version c on c.response_version_id = v.response_version_id
        join released_answer x on x.id = v.released_answer_id
      where t.stage_id = s.id and t.chapter_id is null and is_shifting(f, t)
        and (p_target_id is null or t.id = p_target_id)),
    k as (select coalesce(b.target_id, a.target_id) as target_id, coalesce(b.organisation_id, a.organisation_id) as organisation_id,
        b.ids, b.stances, a.id, a.stance
      from b full join a on a.target_id = b.target_id and a.organisation_id = b.organisation_id)
    select k.target_id, k.organisation_id, coalesce(p.level, q.level)::text, coalesce(p.seat_status, q.seat_status)::text,
        coalesce(p.sort_key, q.sort_key)::text,
        case when k.stances is null then 'none' when cardinality(k.stances) > 1 then 'several' else k.stances[1] end,
        case when k.id is not null then k.stance when p.stage_id is null
          or not target_asks((select t.audience from target t where t.id = k.target_id), p.level, p.seat_status) then 'not_invited' when v.id is null then 'outstanding'
          when v.nil_rest then 'nil' else 'not_again' end, k.ids, k.id
      from k left join participation p on p.stage_id = s.id and p.organisation_id = k.organisation_id
        left join participation q on q.stage_id = f.id and q.organisation_id = k.organisation_id
        left join response r on r.stage_id = s.id and r.organisation_id = k.organisation_id
        left join current_version c on c.response_id = r.id left join response_version v on v.id = c.response_version_id
      where (p_level is null or coalesce(p.level, q.level) = p_level)
        and (p_seat is null or coalesce(p.seat_status, q.seat_status) = p_seat);
end $$;

create or replace function app.shift_change(p_before text, p_after text) returns text
language sql immutable parallel safe as $$
  select case when p_after in ('outstanding', 'not_invited', 'not_again') then p_after when p_before = 'none' then 'new'
    when p_before = p_after then 'same' else 'moved' end
$$;

-- The numbers of positions that were made of an answer, as links.
create or replace function app.shift_numbers(s app.stage, p_ids bigint[], p_slug text) returns json
language plpgsql stable as $$
begin
  return (select coalesce(json_agg(json_build_object('number', x.number, 'href', '/consultations/' || p_slug || '.' || s.key
      || '/positions/' || x.number) order by x.id), '[]')
    from (select p.id, position_number(s.kind, s.number, p.number, p.part) as number from position p
      where p.released_answer_id = any (p_ids) and p.is_current and p.number is not null limit 20) x);
end $$;

create or replace function app.shift_stage(s app.stage) returns json
language sql stable parallel safe as $$
  select json_build_object('key', s.key, 'kind', s.kind, 'number', s.number, 'title', s.title)
$$;

-- Two bars for each target, before and after, over the same organisations: the base of both.
create or replace function app.shift_chart(f app.stage, s app.stage, p_moves json) returns json
language plpgsql stable as $$
declare
  c_classes constant text[] := array['agree', 'agree_changed', 'reject', 'note', 'no_position', 'nil', 'not_applicable', 'unstated',
    'several', 'no_answer', 'outstanding', 'not_invited'];
begin
  return (with x as (select m.* from json_to_recordset(p_moves) m(target_id bigint, before text, after text, count bigint)),
    c as materialized (select x.target_id, b.side, b.class, sum(x.count) as count from x
      cross join lateral (values (1, case x.before when 'none' then 'no_answer' else x.before end),
        (2, case x.after when 'not_again' then 'no_answer' else x.after end)) b(side, class) group by 1, 2, 3),
    k as (select u.class, u.place from unnest(c_classes) with ordinality u(class, place) where exists (select from c where c.class = u.class)),
    b as (select y.target_id, y.side, sum(y.count) as base from c y group by 1, 2),
    w as (select t.position, b.side, json_build_object('label', t.key || ', ' || upper(case b.side when 1 then f.key else s.key end), 'n', b.base,
        'values', (select json_agg(coalesce(z.count, 0) order by k.place) from k
          left join c z on z.target_id = b.target_id and z.side = b.side and z.class = k.class)) as row
      from b join target t on t.id = b.target_id order by t.position, b.side limit 500)
    select json_build_object('kind', 'stacked', 'id', 'shift', 'title', 'chart:shift', 'desc', 'chart:shift_desc',
      'classes', (select json_agg(k.class order by k.place) from k),
      'classes_labels', (select json_agg('shift_stance:' || k.class order by k.place) from k),
      'rows', json_agg(w.row order by w.position, w.side)) from w having count(*) > 0);
end $$;
