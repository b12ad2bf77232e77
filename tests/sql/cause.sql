-- Who stands behind a change: by whom it is held, what the public is told of how
-- many, and what keeps causes from being taken away.
\ir t/setup.sql
select plan(14);

select t.do(t.save(w, 'K4.G2.5', 0, 'agree_changed', 'Wie ' || w || ' sagt.')) from unnest(array['lorenz', 'thoms']) w;
select t.do(t.release('lorenz', 'T-MV', 'no', true, null, true));
select t.do(t.release('thoms', 'T-KLEIN'));
select job.number_positions();
update app.edition set state = 'published', published_at = app.now(), content_hash = job.edition_hash(id) where id = (select id from t.edition);
insert into app.edition (consultation_id, number, as_of, based_on_id) select e.consultation_id, 2, '2024-05-21', e.id from t.edition e;
insert into app.item_lineage (consultation_id, from_edition_id, to_edition_id, from_version_id, relation)
  select e.consultation_id, e.based_on_id, e.id, v.id, 'dropped' from app.edition e join app.item_version v on v.edition_id = e.based_on_id
    join app.item i on i.id = v.item_id and i.key = 'K4.G2.5' where e.number = 2;
create view t.behind as select o.code, p.number from app.cause k join app.organisation o on o.id = k.organisation_id join app.position p on p.id = k.position_id;
create function t.number(p_org text) returns text language sql as $$
  select app.position_number('consultation', 1, p.number, p.part) from app.position p join app.organisation o on o.id = p.organisation_id
    where o.code = p_org and p.is_current order by p.id desc limit 1
$$;
create function t.cause(p_numbers text) returns jsonb language sql as $$
  select t.act('sander', 'moderator', format('action.cause_add(e, %L, %L, %L, %L, %L, %L)', 'dachstrategie', '2', 'K4.G2.5', '{}', p_numbers, ''))
$$;
select t.do(t.act('sander', 'moderator', format('action.assessment_save(e, %L, %L, 0, %L, null, %L, %L, null)', 'dachstrategie', t.number(o), 'partly', 'K4.G2.5', 'Gut.')))
  from unnest(array['T-MV', 'T-KLEIN']) o;

select is(t.cause(t.number('T-MV') || ' ' || lower(t.number('T-KLEIN'))) ->> 'added', '2', 'two at once, as people write them');
select set_eq('select code from t.behind', array['T-MV', 'T-KLEIN'], 'behind it stand their authors');
select t.do(t.save('huber', 'K4.G2.5', 0, 'agree_changed', 'Wie lorenz sagt.'));
select t.do(t.act('huber', 'editor', format('action.join_adopt(e, %L, %L, %L, %L, %L, %L, %L, false)', 'dachstrategie', 'T-MV',
  (select v.receipt_no from app.response_version v join app.organisation o on o.id = v.organisation_id where o.code = 'T-MV'),
  '{"K4.G2.5": "1"}', '{"K4.G2.5": "1"}', null, null)));
update app.participation p set single_release = true from app.organisation o where o.id = p.organisation_id and o.code = 'T-BY';
select t.do(t.release('brandl', 'T-BY'));
select set_eq('select code from t.behind', array['T-MV', 'T-KLEIN', 'T-BY'], 'and who has taken it over');
select is((select count(distinct number) from t.behind), 2::bigint, 'with the position of the author');
select t.do(t.act('lorenz', 'releaser', format('action.response_withdraw(e, %L, %L)', 'dachstrategie',
  (select v.receipt_no from app.current_version c join app.response_version v on v.id = c.response_version_id join app.organisation o on o.id = v.organisation_id
    where o.code = 'T-MV'))));
select set_eq('select code from t.behind', array['T-KLEIN', 'T-BY'], 'when the author withdraws, the other one still stands there');
select is_empty('select * from app.cause_faults()', 'as computed anew');
select is(t.read('huber', 'member', $$ to_json((select count(*) from (select app.levels_behind(c.id) from app.change c) x)) $$) ->> 'state', '42501',
  'the web role itself asks nothing of it');

-- How many, for the public.
create function t.behind_are(p_levels text[]) returns json language plpgsql as $$
begin
  delete from app.cause;
  with n as (select l.level, row_number() over () as n from unnest(p_levels) l(level)),
    o as (insert into app.organisation (code, level) select 'C' || upper(substr(md5(random()::text || n.n), 1, 12)), case when n.level = 'land' then 'sonstige' else n.level end from n returning id)
    insert into app.cause (change_id, position_id, organisation_id, sort_key, level, seat_status)
      select (select min(id) from app.change), (select min(id) from app.position), x.id, '', n.level, 'none'
        from n join (select o.id, row_number() over () as n from o) x on x.n = n.n;
  return app.levels_behind((select min(id) from app.change));
end $$;
select is(t.behind_are(array_fill('bund'::text, array[4]))::jsonb, null, 'of four organisations nothing');
select is(t.behind_are(array_fill('bund'::text, array[5]))::jsonb, '{"organisations": 5, "levels": [{"level": "bund", "count": 5}], "rest": null}', 'of five their level');
select is(t.behind_are(array_fill('wirtschaft'::text, array[5]) || '{bund}')::jsonb, '{"organisations": 6, "levels": [], "rest": 6}', 'the sixth of another level is not left over');
select is(t.behind_are(array_fill('wirtschaft'::text, array[6]) || array_fill('aufsicht'::text, array[5]) || '{bund}')::jsonb,
  '{"organisations": 12, "levels": [{"level": "wirtschaft", "count": 6}], "rest": 6}', 'few of one level hide behind the next larger one');
select is(t.behind_are(array_fill('wirtschaft'::text, array[7]) || '{bund,bund,aufsicht,aufsicht,sonstige}')::jsonb,
  '{"organisations": 12, "levels": [{"level": "wirtschaft", "count": 7}], "rest": 5}', 'several small ones behind each other');

-- Published causes stay.
update app.edition set state = 'published', published_at = app.now(), content_hash = job.edition_hash(id) where number = 2;
select is(t.act('sander', 'moderator', format('action.cause_remove(e, %L, %L, %L, %L)', 'dachstrategie', '2', 'K4.G2.5',
  (select json_object_agg(c.id, '1') from app.change_cause c))) ->> 'error', 'cause_fixed', 'none is taken away');
select throws_ok('delete from app.change_cause', 'CN409', 'edition_published', 'whoever tries');
select * from finish();
rollback;
