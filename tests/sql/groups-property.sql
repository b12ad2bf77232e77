-- In random worlds, whatever is merged, kept apart, put together by hand and
-- taken apart, and whoever weighs what meanwhile: what a position says does not
-- change, none is in two groups, a proposal is merged if and only if both are
-- together, numbers are given once, the assessment that holds is the one of the
-- group or else the own one, and each decision that is undone leaves the state
-- before it, to the byte.
\ir t/setup.sql
select plan(8);

select t.do(t.save(w, x, 0, case when x in ('K3', 'K4') then null else 'note' end, 'Zu ' || x || ' von ' || w || '.'))
  from unnest(array['lorenz', 'thoms']) w, unnest(array['K4.G2.4', 'K4.G2.5', 'K3.N1', 'L-K4-1', 'K3', 'K4']) x;
select t.do(t.release('lorenz', 'T-MV'));
select t.do(t.release('thoms', 'T-KLEIN'));
select job.number_positions();
create table t.step (n int, what text, outcome text);

create function t.positions() returns text language sql as $$
  select string_agg(p::text, e'\n' order by p.id) from app.position p
$$;
-- What they say, whatever the desk makes of it.
create function t.said() returns text language sql as $$
  select string_agg((to_jsonb(p) - array['decision', 'assessment_id', 'place_id', 'version', 'is_approved', 'is_grouped'])::text, e'\n' order by p.id) from app.position p
$$;
create function t.world() returns text language sql as $$
  select concat_ws(e'\n', t.positions(),
    (select string_agg(m::text, e'\n' order by m.id) from app.group_member m where m.left_at is null),
    (select string_agg(g::text, e'\n' order by g.id) from app.position_group g where g.state = 'open'),
    (select string_agg(p::text, e'\n' order by p.id) from app.group_proposal p))
$$;
create function t.broken() returns text language sql as $$
  select string_agg(x.what, ', ') from (
    select 'a proposal of ' || p.state as what from app.group_proposal p where (p.state = 'merged') <> exists (
        select from app.group_member a join app.group_member b on b.group_id = a.group_id and b.left_at is null
          where a.left_at is null and a.position_id = p.a_id and b.position_id = p.b_id) and p.state <> 'kept_apart'
    union all select 'a group of ' || count(m.id) from app.position_group g left join app.group_member m
        on m.group_id = g.id and m.left_at is null group by g.id having (count(m.id) < 2) = (g.state = 'open')
    union all select 'the assessment of another' from app.position p left join app.assessment a on a.id = p.assessment_id
      where p.decision <> coalesce(a.decision, 'open') or p.assessment_id is distinct from coalesce(
        (select b.id from app.assessment b join app.group_member m on m.group_id = b.group_id and m.left_at is null
          where m.position_id = p.id order by b.version desc limit 1),
        (select b.id from app.assessment b where b.position_id = p.id order by b.version desc limit 1))) x
$$;
insert into app.group_proposal (stage_id, a_id, b_id, percent, found_at)
  select a.stage_id, a.id, b.id, 50 + (random() * 49)::int, app.now() from app.position a join app.position b on b.id > a.id
    where (a.id + b.id) % 3 > 0;
create temp table before as select t.said() as said;

create function t.any_act(p_kind int) returns jsonb language plpgsql as $$
declare
  p app.group_proposal;
  g app.position_group;
  v_two text := (select string_agg('R1-' || lpad(x.number::text, 4, '0'), ',') from (select y.number from app.position y order by random() limit 2) x);
begin
  -- half the time one that brings two groups together, where there is one
  select x.* into p from app.group_proposal x
      left join app.group_member a on a.position_id = x.a_id and a.left_at is null
      left join app.group_member b on b.position_id = x.b_id and b.left_at is null
    where x.state = 'open' order by case when random() < 0.7 then (a.group_id <> b.group_id) is not true end, random() limit 1;
  select x.* into g from app.position_group x where x.state = 'open' order by random() limit 1;
  return t.act('sander', 'moderator', case p_kind
    when 0 then format('action.proposal_merge(e, %L, %L, %L, %L, %L)', 'dachstrategie', p.key, app.proposal_token(p), 'Thema',
      case when random() < 0.3 then app.group_number(g.number) end)
    when 1 then format('action.proposal_keep_apart(e, %L, %L, %L)', 'dachstrategie', p.key, app.proposal_token(p))
    when 2 then format('action.group_form(e, %L, %L, %L)', 'dachstrategie', 'Von Hand', v_two)
    when 3 then format('action.group_add(e, %L, %L, %L)', 'dachstrategie', app.group_number(g.number), left(v_two, 7))
    when 4 then format('action.group_remove(e, %L, %L, %L, %L)', 'dachstrategie', app.group_number(g.number),
      (select 'R1-' || lpad(y.number::text, 4, '0') from app.group_member m join app.position y on y.id = m.position_id
        where m.group_id = g.id and m.left_at is null order by random() limit 1), g.version)
    when 5 then format('action.group_dissolve(e, %L, %L, %L)', 'dachstrategie', app.group_number(g.number), g.version)
    when 6 then format('action.assessment_save(e, %L, %L, %s, %L, null, %L, %L, null)', 'dachstrategie', left(v_two, 7),
      (select coalesce(max(a.version), 0) from app.assessment a join app.position y on y.id = a.position_id where y.number = substr(v_two, 4, 4)::int),
      (array['adopted', 'partly', 'noted', 'open'])[1 + floor(random() * 4)::int], 'K4.G2.5 Satz 2', 'Begründung ' || random())
    when 7 then format('action.group_assessment_save(e, %L, %L, %s, %L, null, %L, %L, null)', 'dachstrategie', app.group_number(g.number),
      (select coalesce(max(a.version), 0) from app.assessment a where a.group_id = g.id),
      (array['adopted', 'not_adopted', 'open'])[1 + floor(random() * 3)::int], 'K4.G2.4', 'Für alle ' || random())
    else format('action.proposal_reopen(e, %L, %L)', 'dachstrategie',
      (select x.key from app.group_proposal x where x.state <> 'open' order by random() limit 1)) end);
end $$;

do $$
declare
  v_worlds text[] := '{}';
  v_keys text[] := '{}';
  v_world text;
  v_kind int;
  v_result jsonb;
  v_groups int; -- open before the step
  v_merged int := 0; -- steps that made one group of two
begin
  perform setseed(0.7);
  for i in 1..700 loop
    v_kind := case when random() < 0.4 then 0 when random() < 0.3 then 1 when random() < 0.5 then -1 else 2 + (random() * 6)::int end;
    v_world := t.world();
    if v_kind = -1 and cardinality(v_keys) > 0 then
      v_result := t.act('sander', 'moderator', format('action.proposal_reopen(e, %L, %L)', 'dachstrategie', v_keys[cardinality(v_keys)]));
      if v_result ? 'error' then
        raise exception 'step %: the last decision was not undone: %', i, v_result;
      elsif t.world() is distinct from v_worlds[cardinality(v_worlds)] then
        raise exception 'step %: undone, and not as before', i;
      end if;
      v_keys := v_keys[:cardinality(v_keys) - 1];
      v_worlds := v_worlds[:cardinality(v_worlds) - 1];
      insert into t.step values (i, 'undo of the last', 'done');
      continue;
    end if;
    v_groups := (select count(*) from app.position_group g where g.state = 'open');
    v_result := t.any_act(v_kind);
    if v_result ? 'error' then
      if t.world() is distinct from v_world then
        raise exception 'step %: refused, and something changed', i;
      end if;
    elsif v_kind in (0, 1) then
      v_keys := v_keys || (select p.key from app.group_proposal p where p.state <> 'open' and (v_kind = 1 or p.group_version is not null)
        and position(p::text in v_world) = 0 order by p.decided_at desc limit 1);
      v_worlds := v_worlds || v_world;
      v_merged := v_merged + (v_kind = 0 and (select count(*) from app.position_group g where g.state = 'open') < v_groups)::int;
    else -- others do something else: what came before is another story
      v_keys := '{}';
      v_worlds := '{}';
    end if;
    insert into t.step values (i, v_kind::text, coalesce(v_result ->> 'error', 'done'));
    if t.broken() is not null then
      raise exception 'step %, %: %', i, v_kind, t.broken();
    end if;
  end loop;
  insert into t.step select 0, 'groups merged', 'done' from generate_series(1, v_merged);
end $$;

select cmp_ok((select count(*) from t.step s where s.what = 'undo of the last'), '>', 15::bigint, 'enough was undone');
select cmp_ok((select count(*) from t.step s where s.what = 'groups merged'), '>', 5::bigint, 'groups were merged');
select cmp_ok((select count(distinct s.what) from t.step s where s.outcome = 'done'), '>=', 9::bigint, 'by every act');
select is_empty($$ select s.* from t.step s where s.outcome not in ('done', 'proposal_decided', 'position_grouped', 'group_changed_since', 'not_found',
  'group_over', 'proposal_is_open', 'position_not_in_group', 'required', 'group_gone',
  'weighed_in_group') $$, 'and never refused for want of a guard further inside');
select is(t.said(), (select said from before), 'no position says anything else');
select cmp_ok((select count(*) from app.assessment), '>', 5::bigint, 'enough was weighed');
select is_empty($$ select m.position_id from app.group_member m where m.left_at is null group by m.position_id having count(*) > 1 $$, 'none is in two groups');
select is((select count(*) from app.position_group), (select max(number)::bigint from app.position_group), 'each number was given once');

select * from finish();
rollback;
