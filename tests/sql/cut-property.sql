-- In random worlds, whatever is cut, tagged, taken back, grouped and released
-- anew: no text and no range changes, each number exists once and none is given
-- again, a whole position is set aside exactly while it has parts in use, and
-- each step that is undone leaves the state before it, to the byte.
\ir t/setup.sql
select plan(9);

select t.do(t.save(w, x, 0, case when x in ('K3', 'K4') then null else 'agree_changed' end,
    'Größe 😀 zählt für ' || w || '. Das gilt z. B. auch für Nr. 5. Am Ende: ' || x || '!', '', 'Weil 𝄞 klingt. Und weil es hilft.'))
  from unnest(array['lorenz', 'thoms']) w, unnest(array['K4.G2.4', 'K4.G2.5', 'K3.N1', 'K4']) x;
select t.do(t.release('lorenz', 'T-MV'));
select t.do(t.release('thoms', 'T-KLEIN'));
select job.number_positions();
insert into app.topic (consultation_id, name) select s.consultation_id, n from t.stage s, unnest(array['Technik', 'Geld', 'Recht']) n;
update app.topic set assignee_id = (select id from app.person where mail = 'sander@t.example') where name = 'Geld';
create table t.step (n int, what text, outcome text);

-- What a person sees and what an undo has to give back: all that counts, with its
-- topics; and the whole ones that are set aside.
create function t.world() returns text language sql as $$
  select concat_ws(e'\n', (select string_agg(p::text, e'\n' order by p.id) from app.position p where p.is_current or p.part = 0),
    (select string_agg(g::text, e'\n' order by g.position_id, g.topic_id) from app.position_topic g
      join app.position p on p.id = g.position_id and (p.is_current or p.part = 0)))
$$;
create function t.texts() returns text language sql as $$
  select string_agg(a::text, e'\n' order by a.id) from app.released_answer a
$$;
create function t.number(p app.position) returns text language sql as $$
  select app.position_number('consultation', 1, p.number, p.part)
$$;
create function t.sums() returns text language sql set search_path = app, pg_temp as $$
  select (select string_agg(x::text, ' ' order by x.target_id) from (select b.target_id, b.organisations
      from t.stage s, app.position_bases(s.id, null, null) b) x)
    || (select (app.position_sums(x, null)).organisations::text from t.stage s join app.stage x on x.id = s.id)
$$;
create function t.broken() returns text language sql set search_path = app, pg_temp as $$
  select string_agg(x.what, ', ') from (
    select t.number(w) || ' is current beside its parts' as what from app.position w where w.part = 0 and w.set_aside <> exists (
        select from app.position p where p.stage_id = w.stage_id and p.number = w.number and p.part > 0 and not p.set_aside)
    union all select t.number(p) || ' is ' || p.is_current from app.position p where p.is_current <> (not p.set_aside and app.is_answer_held(p.released_answer_id))
    union all select 'a step of ' || t.number(p) from app.position p left join app.position_cut c on c.position_id = p.id
        where p.part > 0 and (c.undone_at is not null) is distinct from p.set_aside
    union all select 'words of ' || t.number(p) from app.position p join app.released_answer a on a.id = p.released_answer_id
        where p.part > 0 and coalesce(app.cut(a.body, p.body_range), app.cut(a.reason, p.reason_range), '') = '') x
$$;

create function t.any_act(p_kind int) returns jsonb language plpgsql as $$
declare
  w app.position;
  p app.position;
  v_key text := (select x.key from app.topic x order by random() limit 1);
  v_from int := 1 + (random() * 20)::int;
begin
  select x.* into w from app.position x where x.part = 0 order by random() limit 1;
  select x.* into p from app.position x where x.part > 0 order by x.set_aside, random() limit 1;
  return t.act('sander', 'moderator', case p_kind
    when 0 then format('action.cut_form(e, %L, %L, %L, null, null, null, null, null, %L)', 'dachstrategie', t.number(w),
      json_build_object('body-' || (1 + random() * 2)::int, '1', 'reason-' || (1 + random() * 2)::int, '1'),
      case when random() < 0.3 then 'K3.N1' end)
    when 1 then format('action.cut_form(e, %L, %L, %L, %L, %L, %L, %L, %L, null)', 'dachstrategie', t.number(w), '{}',
      (array['body', 'reason', 'proposal'])[1 + (random() * 2)::int], '1', v_from, (1 + random())::int, v_from + (random() * 12 - 2)::int)
    when 2 then format('action.cut_undo(e, %L, %L, %L)', 'dachstrategie', t.number(p), t.number(p))
    when 3 then format('action.topic_tag(e, %L, %L, %L, %L, %L)', 'dachstrategie', v_key, (array['add', 'replace', 'remove'])[1 + (random() * 2)::int],
      (select json_object_agg(t.number(x), '1') from (select y.* from app.position y order by random() limit 3) x), '')
    when 4 then format('action.topic_bulk_undo(e, %L, %L)', 'dachstrategie', (select b.key from app.topic_bulk b order by random() limit 1))
    when 5 then format('action.group_form(e, %L, %L, %L)', 'dachstrategie', 'Von Hand', (select string_agg(t.number(x), ' ')
      from (select y.* from app.position y where y.is_current order by random() limit 2) x))
    else format('action.group_dissolve(e, %L, %L, %L)', 'dachstrategie',
      (select app.group_number(g.number) from app.position_group g where g.state = 'open' order by random() limit 1), 1) end);
end $$;

create temp table before as select t.texts() as texts, t.sums() as sums, (select max(number) from app.position) as last;
create temp table given (number text primary key, position_id bigint not null);

do $$
declare
  v_worlds text[] := '{}';
  v_undos text[] := '{}';
  v_world text;
  v_kind int;
  r jsonb;
begin
  perform setseed(0.4);
  for i in 1..600 loop
    v_kind := case when random() < 0.3 then -1 when random() < 0.5 then (random() * 1)::int else 2 + (random() * 4)::int end;
    v_world := t.world();
    if v_kind = -1 then
      continue when cardinality(v_undos) = 0;
      r := t.act('sander', 'moderator', v_undos[cardinality(v_undos)]);
      if r ? 'error' then
        raise exception 'step %: the last step was not undone: % %', i, v_undos[cardinality(v_undos)], r;
      elsif t.world() is distinct from v_worlds[cardinality(v_worlds)] then
        raise exception 'step %: undone by %, and not as before', i, v_undos[cardinality(v_undos)];
      end if;
      v_undos := v_undos[:cardinality(v_undos) - 1];
      v_worlds := v_worlds[:cardinality(v_worlds) - 1];
      insert into t.step values (i, 'undo of the last', 'done');
      continue;
    end if;
    r := t.any_act(v_kind);
    if r ? 'error' then
      if t.world() is distinct from v_world then
        raise exception 'step %: refused, and something changed', i;
      end if;
    elsif v_kind in (0, 1, 3) then
      v_worlds := v_worlds || v_world;
      v_undos := v_undos || case when v_kind = 3 then format('action.topic_bulk_undo(e, %L, %L)', 'dachstrategie', r ->> 'bulk')
        else format('action.cut_undo(e, %L, %L, %L)', 'dachstrategie', r ->> 'number', r ->> 'number') end;
    else -- somebody does something else: what came before is another story
      v_worlds := '{}';
      v_undos := '{}';
    end if;
    if v_kind in (0, 1) and not r ? 'error' then
      insert into given select r ->> 'number', p.id from app.position p where t.number(p) = r ->> 'number';
    end if;
    insert into t.step values (i, v_kind::text, coalesce(r ->> 'error', 'done'));
    if t.broken() is not null then
      raise exception 'step %, %: %', i, v_kind, t.broken();
    end if;
  end loop;
end $$;

select cmp_ok((select count(*) from t.step s where s.what = 'undo of the last'), '>', 30::bigint, 'enough was undone');
select cmp_ok((select count(distinct s.what) from t.step s where s.outcome = 'done'), '>=', 7::bigint, 'by every act');
select is_empty($$ select s.* from t.step s where s.outcome not in ('done', 'none_ticked', 'selection_beyond', 'selection_gap', 'selection_turned',
  'selection_blank', 'bad_choice', 'cut_grouped', 'cut_undone', 'cut_many', 'not_found', 'topic_nothing', 'topic_bulk_over', 'topic_bulk_changed',
  'position_grouped', 'group_of_two', 'group_changed', 'required') $$, 'and never refused for want of a guard further inside');
select is(t.texts(), (select texts from before), 'no text has changed');
select is(t.sums(), (select sums from before), 'whoever counts, counts as before');
select is((select max(number) from app.position), (select last from before), 'no whole number was given');
select results_eq($$ select number, position_id from given order by number $$,
  $$ select t.number(p), p.id from app.position p where p.part > 0 order by 1 $$, 'each number of a part exists once and is its own');
select cmp_ok((select count(*) from given), '>', 60::bigint, 'of which there are many');
select is_empty($$ select p.number from app.position p group by p.stage_id, p.number having max(p.part) <> count(*) - 1 $$, 'and without gaps');

select * from finish();
rollback;
