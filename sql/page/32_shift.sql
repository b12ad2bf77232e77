-- What became of the positions of one stage in the next: for each item and
-- organisation its stance before and after. Of what is released only.

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
        and o.item_version_id is not null),
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
      where t.stage_id = s.id and t.item_version_id is not null and t.question_version_id is null
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
