-- In random worlds, whatever causes are named and taken away, which positions are
-- grouped, taken out, cut, merged, unmerged, weighed, withdrawn and released anew: the closure is
-- what is computed from scratch, after each step; so are the counters of outcomes.
\ir t/setup.sql
select plan(9);

select t.do(t.save(w, x, 0, case when x in ('K3', 'K4') then null else 'agree_changed' end, 'Zu ' || x || ' sagt ' || w || '. Und noch etwas.'))
  from unnest(array['lorenz', 'thoms']) w, unnest(array['K4.G2.4', 'K4.G2.5', 'K3.N1', 'L-K4-1', 'K3', 'K4']) x;
select t.do(t.release('lorenz', 'T-MV'));
select t.do(t.release('thoms', 'T-KLEIN'));
select job.number_positions();
create table t.step (n int, what int, outcome text);
insert into app.group_proposal (stage_id, a_id, b_id, percent, found_at)
  select a.stage_id, a.id, b.id, 90, app.now() from app.position a join app.position b on b.id > a.id where (a.id + b.id) % 3 > 0;

update app.edition set state = 'published', published_at = app.now(), content_hash = job.edition_hash(id) where id = (select id from t.edition);
insert into app.edition (consultation_id, number, as_of, based_on_id) select e.consultation_id, 2, '2024-05-21', e.id from t.edition e;
create view t.draft as select e.* from app.edition e where e.number = 2;
insert into app.chapter (edition_id, key, number, position, title) select id, 'K4', 4, 4, 'Grundsätze' from t.draft;
insert into app.section (edition_id, chapter_id, key, letter, position, title) select k.edition_id, k.id, 'K4.G2', 'G2', 1, 'Technologie'
  from app.chapter k join t.draft e on e.id = k.edition_id;
insert into app.item_version (consultation_id, edition_id, item_id, section_id, position, title, body)
  select e.consultation_id, e.id, i.id, s.id, 1 + (i.key = 'K4.G2.5')::int, 'Neu: ' || i.key, 'Neuer Wortlaut.' from t.draft e
    join app.item i on i.key in ('K4.G2.4', 'K4.G2.5') and i.consultation_id = e.consultation_id join app.section s on s.edition_id = e.id;
insert into app.item_lineage (consultation_id, from_edition_id, to_edition_id, from_version_id, to_version_id, relation, text_changed)
  select e.consultation_id, e.based_on_id, e.id, o.id, n.id, case when n.id is null then 'dropped' else 'continues' end, n.id is not null
    from t.draft e join app.item_version o on o.edition_id = e.based_on_id left join app.item_version n on n.edition_id = e.id and n.item_id = o.item_id;

create function t.number(p app.position) returns text language sql as $$
  select app.position_number('consultation', 1, p.number, p.part)
$$;
-- Opened again and released, with one answer reworded or as it was.
create function t.anew(p_who text, p_org text, p_changed boolean) returns jsonb language plpgsql as $$
begin
  perform t.act(p_who, 'editor', format('action.correction(e, %L)', 'dachstrategie'));
  if p_changed then
    perform t.do(t.save(p_who, 'K4.G2.5', (t.answer(p_org, 'K4.G2.5')).version, 'reject', 'Anders: ' || random()));
  end if;
  return t.release(p_who, p_org);
end $$;
create function t.any_act(p_kind int) returns jsonb language plpgsql as $$
declare
  p app.position;
  w app.position;
  g app.position_group;
  q app.group_proposal;
  v_who text := (array['lorenz', 'thoms'])[1 + (random() * 1.98)::int % 2];
  v_org text := case v_who when 'lorenz' then 'T-MV' else 'T-KLEIN' end;
  v_item text := (array['K4.G2.4', 'K4.G2.5', 'K3.N1'])[1 + (random() * 2)::int];
  v_two text := (select string_agg(t.number(x), ', ') from (select y.* from app.position y where y.is_current and not y.is_grouped order by random() limit 2) x);
begin
  select x.* into p from app.position x order by x.is_current or random() < 0.1 desc, random() limit 1;
  select x.* into w from app.position x where x.part > 0 and not x.set_aside order by random() limit 1;
  select x.* into g from app.position_group x where x.state = 'open' order by random() limit 1;
  select x.* into q from app.group_proposal x join app.position a on a.id = x.a_id and a.is_current join app.position b on b.id = x.b_id and b.is_current
    where x.state = 'open' order by random() limit 1;
  return case when p_kind = 9 then t.act(v_who, 'releaser', format('action.response_withdraw(e, %L, %L)', 'dachstrategie',
        (select v.receipt_no from app.current_version c join app.response_version v on v.id = c.response_version_id
          join app.organisation o on o.id = v.organisation_id where o.code = v_org)))
    when p_kind = 10 then t.anew(v_who, v_org, false) when p_kind = 11 then t.anew(v_who, v_org, true) else
  t.act('sander', 'moderator', case p_kind
    when 0 then format('action.cause_add(e, %L, %L, %L, %L, %L, %L)', 'dachstrategie', '2', v_item,
      coalesce((select json_object_agg(a.id, '1') from (select distinct y.assessment_id as id from app.position y where y.is_current and y.assessment_id is not null limit 3) a), '{}'), '', '2024/40')
    when 1 then format('action.cause_add(e, %L, %L, %L, %L, %L, %L)', 'dachstrategie', '2', v_item, '{}',
      case when random() < 0.5 then t.number(p) else app.group_number(g.number) end, '')
    when 2 then format('action.cause_remove(e, %L, %L, %L, %L)', 'dachstrategie', '2', v_item, coalesce((select json_object_agg(c.id, '1')
      from (select x.id from app.change_cause x order by random() limit 1) c), '{}'))
    when 3 then format('action.group_form(e, %L, %L, %L)', 'dachstrategie', 'Von Hand', v_two)
    when 4 then format('action.group_add(e, %L, %L, %L)', 'dachstrategie', app.group_number(g.number), t.number(p))
    when 5 then format('action.group_remove(e, %L, %L, %L, %L)', 'dachstrategie', app.group_number(g.number),
      (select t.number(y) from app.group_member m join app.position y on y.id = m.position_id where m.group_id = g.id and m.left_at is null
        order by random() limit 1), g.version)
    when 6 then format('action.cut_form(e, %L, %L, %L, null, null, null, null, null, null)', 'dachstrategie', t.number(p), '{"body-1": "1"}')
    when 7 then format('action.cut_undo(e, %L, %L, %L)', 'dachstrategie', t.number(w), t.number(w))
    when 8 then format('action.group_assessment_save(e, %L, %L, %s, %L, null, %L, %L, null)', 'dachstrategie', app.group_number(g.number),
      (select coalesce(max(a.version), 0) from app.assessment a where a.group_id = g.id), 'adopted', 'K4.G2.5', 'Für alle ' || random())
    when 13 then format('action.proposal_merge(e, %L, %L, %L, %L, null)', 'dachstrategie', q.key, app.proposal_token(q), 'Zusammen')
    when 14 then format('action.proposal_reopen(e, %L, %L)', 'dachstrategie', (select x.key from app.group_proposal x where x.state = 'merged' order by random() limit 1))
    else format('action.assessment_save(e, %L, %L, %s, %L, null, %L, %L, null)', 'dachstrategie', t.number(p),
      (select coalesce(max(a.version), 0) from app.assessment a where a.position_id = p.id), 'partly', 'K4.G2.5', 'Einzeln ' || random()) end) end;
end $$;

do $$
declare
  v_kind int;
  v_result jsonb;
  v_fault text;
begin
  perform setseed(0.4);
  for i in 1..400 loop
    v_kind := case when random() < 0.06 then 9 when random() < 0.15 then 10 when random() < 0.08 then 11 when random() < 0.25 then 12
      when random() < 0.2 then 13 when random() < 0.2 then 14
      else (random() * 8)::int end;
    v_result := t.any_act(v_kind);
    insert into t.step values (i, v_kind, coalesce(v_result ->> 'error', 'done'));
    perform job.number_positions();
    v_fault := (select string_agg(f.fault || ' ' || f.position_id, ', ') from app.cause_faults() f);
    if v_kind in (9, 10) then -- who counts has changed; some of it waits, some is folded
      v_fault := concat_ws(', ', v_fault, (select string_agg(f.name || ' ' || f.fault, ', ') from job.outcome_faults() f));
      if i % 5 < 2 then
        perform job.fold_outcomes();
        v_fault := concat_ws(', ', v_fault, (select string_agg(f.name || ' ' || f.fault, ', ') from job.outcome_faults() f));
      end if;
      v_fault := nullif(v_fault, '');
    end if;
    if v_fault is not null then
      raise exception 'step %, kind %: %', i, v_kind, v_fault;
    end if;
    insert into t.step select i, -1, 'grew to ' || count(*) from app.cause;
  end loop;
end $$;

select cmp_ok((select count(*) from t.step s where s.what >= 0 and s.outcome = 'done'), '>', 100::bigint, 'enough was done');
select cmp_ok((select count(distinct s.what) from t.step s where s.what >= 0 and s.outcome = 'done'), '>=', 14::bigint, 'by nearly every act');
select cmp_ok((select count(distinct s.outcome) from t.step s where s.what = -1), '>', 5::bigint, 'and who stands behind changes grew and shrank');
select is_empty($$ select distinct s.outcome from t.step s where s.what >= 0 and s.outcome !~ '^[a-z_]+$' $$, 'nothing was refused by the database itself');

-- What verify names.
select t.do(t.act('sander', 'moderator', format('action.cause_add(e, %L, %L, %L, %L, %L, %L)', 'dachstrategie', '2', 'K4.G2.4',
  (select json_object_agg(p.assessment_id, '1') from app.position p where p.is_current and p.assessment_id is not null
    and not exists (select from app.change_cause x where x.assessment_id = p.assessment_id)), '', '2024/40')))
  where not exists (select from app.cause);
delete from app.cause where ctid = (select min(ctid) from app.cause);
select is((select count(*) from job.cause_faults() f where f.fault = 'a cause is missing'), 1::bigint, 'one that is missing is named');
select matches((select f.name from job.cause_faults() f), '^dachstrategie, edition 2, K\S+: R1-\d{4}(\.\d+)? of T-', 'with its place');

update app.outcome_count set organisations = organisations + 1 where id = (select min(id) from app.outcome_count where outcome = 'invited');
select matches((select f.name || ': ' || f.fault from job.outcome_faults() f), '^dachstrategie, s1, base, .*invited: the counter says (\d+), the rows \d+$', 'a counter that is wrong is named');

-- Once published, causes are added and never taken away.
update app.edition set state = 'published', published_at = app.now(), content_hash = job.edition_hash(id) where number = 2;
select throws_ok($$ delete from app.change_cause $$, 'CN409', 'edition_published', 'none is taken away');
select throws_ok($$ update app.change_cause set added_at = app.now() $$, 'CN409', 'immutable', 'none becomes another');
select * from finish();
rollback;
