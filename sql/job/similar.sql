-- The comparison of texts of a stage, around what app/domain/similar.c computes:
-- what is to be compared, and what comes of it. One part is one stage.

-- Which stage is next: the one that was asked for ({"stage": ID}), else one with
-- positions that no comparison has seen. Null: none.
create or replace function job.similar_stage(p_args jsonb) returns bigint
language plpgsql volatile security definer set search_path = app, pg_temp as $$
begin
  if p_args ? 'stage' then
    return (p_args ->> 'stage')::bigint;
  end if;
  return (select s.id from stage s where exists (select from position p where p.stage_id = s.id and p.is_current
      and p.id > coalesce((select max(c.last_position_id) from comparison c where c.stage_id = s.id), 0))
    order by s.id limit 1);
end $$;

-- All current positions in the order of their ids: what each is about, the group
-- it is in, 0 for none, and all its words.
create or replace function job.similar_positions(p_stage_id bigint)
returns table (id bigint, target_id bigint, group_id bigint, words text)
language plpgsql volatile security definer set search_path = app, pg_temp as $$
begin
  return query select p.id, p.target_id, coalesce(m.group_id, 0), concat_ws(e'\n', cut(a.body, p.body_range),
      cut(a.proposal, p.proposal_range), cut(a.reason, p.reason_range))
    from position p join released_answer a on a.id = p.released_answer_id
      left join group_member m on m.position_id = p.id and m.left_at is null
    where p.stage_id = p_stage_id and p.is_current order by p.id;
end $$;

create or replace function job.similar_apart(p_stage_id bigint) returns table (a_id bigint, b_id bigint)
language plpgsql volatile security definer set search_path = app, pg_temp as $$
begin
  return query select p.a_id, p.b_id from group_proposal p where p.stage_id = p_stage_id and p.state = 'kept_apart'
    order by p.a_id, p.b_id;
end $$;

-- Open proposals become those of this run; what people have decided stays, also
-- what they decided while it ran. Gives how many parts are left.
create or replace function job.similar_end(p_id bigint, p_stage_id bigint, p_args jsonb, p_count int, p_last bigint,
  p_a bigint[], p_b bigint[], p_percent int[]) returns int
language plpgsql volatile security definer set search_path = app, pg_temp as $$
declare
  v_me app.caller;
  v_new int;
begin
  v_me.person_id := (select j.created_by from job j where j.id = p_id);
  perform group_lock(p_stage_id);
  delete from group_proposal p where p.stage_id = p_stage_id and p.state = 'open'
    and not exists (select from unnest(p_a, p_b) x(a, b) where x.a = p.a_id and x.b = p.b_id);
  with unit as (select p.id, coalesce(m.group_id, -p.id) as unit from position p
      left join group_member m on m.position_id = p.id and m.left_at is null where p.stage_id = p_stage_id),
    apart as (select least(a.unit, b.unit) as low, greatest(a.unit, b.unit) as high from group_proposal k
      join unit a on a.id = k.a_id join unit b on b.id = k.b_id where k.stage_id = p_stage_id and k.state = 'kept_apart')
  insert into group_proposal as g (stage_id, a_id, b_id, percent, found_at)
    select p_stage_id, x.a, x.b, x.percent, app.now() from unnest(p_a, p_b, p_percent) x(a, b, percent)
        join unit a on a.id = x.a join unit b on b.id = x.b
      where a.unit <> b.unit and not exists (select from apart k
        where k.low = least(a.unit, b.unit) and k.high = greatest(a.unit, b.unit))
      order by x.percent desc, x.a, x.b
    on conflict (a_id, b_id) do nothing;
  get diagnostics v_new = row_count;
  insert into comparison (stage_id, asked_by, finished_at, position_count, pair_count, new_count, last_position_id)
    select p_stage_id, v_me.person_id, app.now(), p_count, count(*), v_new, p_last
      from group_proposal p where p.stage_id = p_stage_id and p.state = 'open';
  perform audit(v_me, 'group.propose', 'stage', p_stage_id, null, null, v_new);
  return case when not p_args ? 'stage' and job.similar_stage(p_args) is not null then 1 else 0 end;
end $$;
