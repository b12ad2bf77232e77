-- A paper for a session: a draft reads live, and what is frozen stays as it was,
-- to the byte, whatever is decided, released anew or withdrawn afterwards.
\ir t/setup.sql
select plan(43);

update app.edition e set state = 'published', published_at = app.now(), content_hash = job.edition_hash(e.id) where e.id = (select id from t.edition);
insert into app.person (mail, name, state, password_hash) values ('petersen@t.example', 'Petersen', 'active', '$argon2id$v=19$m=19456,t=2,p=1$keine$echte');
insert into app.platform_role (person_id, role) select p.id, 'reporter' from app.person p where p.mail = 'petersen@t.example';
insert into app.session (token_hash, person_id, factor_at, ends_at)
  select sha256('petersen'), p.id, clock_timestamp(), clock_timestamp() + interval '12 hours' from app.person p where p.mail = 'petersen@t.example';

create function t.error(r jsonb) returns text language sql as $$
  select concat_ws(' ', r ->> 'state', r ->> 'error', nullif(r ->> 'field', ''))
$$;
create function t.number(p_org text, p_target text) returns text language sql as $$
  select app.position_number('consultation', 1, p.number, p.part) from app.position p join app.organisation o on o.id = p.organisation_id
    join app.target x on x.id = p.target_id where o.code = p_org and x.key = p_target order by p.id desc limit 1
$$;
create function t.assess(p_org text, p_target text, p_base int, p_decision text) returns jsonb language sql as $$
  select t.act('sander', 'moderator', format('action.assessment_save(e, ''dachstrategie'', %L, %s, %L, null, %L, %L, null)',
    t.number(p_org, p_target), p_base, p_decision, 'K4.G2.5', 'Geprüft und entschieden: ' || p_decision))
$$;
create function t.create() returns text language sql as $$
  select (regexp_match(t.act('petersen', 'reporter', $a$action.report_create(e, 'dachstrategie', 'interim', '44', '19.06.2024', '4',
    'Zwischenbericht zur Dachstrategie', 'Petersen', 'note', 'Nur für Mitglieder')$a$) ->> 'location', '/reports/([^/]+)/'))[1]
$$;
create function t.write(p_key text, p_section int, p_body text) returns jsonb language sql as $$
  select t.act('petersen', 'reporter', format('action.report_section_save(e, ''dachstrategie'', %L, %L, %s, %L)', p_key, p_section,
    (select x.version from app.report_section x join app.report r on r.id = x.report_id where r.key = p_key and x.number = p_section), p_body))
$$;
create function t.shown(p_key text) returns text language sql as $$
  select t.read('petersen', 'reporter', format('page.report_freeze(e, ''dachstrategie'', %L)', p_key)) ->> 'hash'
$$;
create function t.freeze(p_key text, p_hash text default null) returns jsonb language sql as $$
  select t.act('petersen', 'reporter_confirmed', format('action.report_freeze_confirm(e, ''dachstrategie'', %L, %L, true)', p_key, coalesce(p_hash, t.shown(p_key))))
$$;
create function t.page(p_who text, p_key text) returns jsonb language sql as $$
  select t.read(p_who, 'desk', format('page.report(e, ''dachstrategie'', %L)', p_key))
$$;
-- All that is kept of a report.
create function t.kept(p_key text) returns text language sql as $$
  select concat(md5(r.data), encode(r.data_hash, 'hex'), encode(r.template_hash, 'hex'), r::text, t.page('petersen', p_key) -> 'document',
    (select md5(string_agg(b::text, ',' order by b.position_id)) from app.report_basis b where b.report_id = r.id))
    from app.report r where r.key = p_key
$$;
create function t.receipt(p_org text) returns text language sql as $$
  select v.receipt_no from app.current_version c join app.response_version v on v.id = c.response_version_id
    join app.organisation o on o.id = v.organisation_id where o.code = p_org
$$;

select t.do(t.save(w, x, 0, 'agree_changed', 'Zu ' || x || ' sagt ' || w || '.')) from unnest(array['lorenz', 'thoms']) w, unnest(array['K4.G2.4', 'K4.G2.5']) x;
select t.do(t.release('lorenz', 'T-MV'));
select t.do(t.release('thoms', 'T-KLEIN'));
do $$ begin perform job.number_positions(); end $$;
select t.do(t.assess('T-MV', 'K4.G2.5', 0, 'noted'));
select t.do(t.assess('T-KLEIN', 'K4.G2.5', 0, 'partly'));

-- Drafts.
create table t.key as select t.create() as one, t.create() as two;
select is((select count(*) from app.report_section), 14::bigint, 'each draft begins with seven sections');
select is(t.error(t.write(one, 3, e'Ein Satz.\n\nDer Anteil ist {{zahl:unbekannt}}.')), 'CN422 report_place body', 'an unknown placeholder is refused at its field') from t.key;
select is(t.write(one, 3, e'Ein Satz.\n\nDer Anteil ist {{zahl:unbekannt}}.') ->> 'args', '{"line" : 3, "what" : "zahl:unbekannt"}', 'by its line and name') from t.key;
select is(t.error(t.write(one, 3, 'Im Satz {{tabelle:ruecklauf}} steht keine Tabelle.')), 'CN422 report_block body', 'a table stands alone on its line') from t.key;
select t.do(t.write(one, 3, 'Eingegangen: {{zahl:eingegangen}}, das sind {{zahl:quote}}.')) from t.key;
select is(t.page('petersen', one) #>> '{document,figures,quote,value}', '2', 'a figure is a count') from t.key;
select is(t.error(t.act('sander', 'reporter', format('action.report_section_save(e, %L, %L, %L, 1, %L)', 'dachstrategie', one, 2, 'Nein.'))), 'CN403 audience', 'moderators write no paper') from t.key;
select is(t.error(t.freeze(one, repeat('0', 64))), 'CN409 report_changed', 'nothing is frozen that was not shown') from t.key;
select throws_ok($$update app.report set number = 7, state = 'frozen', frozen_at = app.now(), frozen_by = created_by, data = '{}', data_hash = sha256('{}'),
  template_hash = app.keep_template() where key = (select one from t.key)$$, 'CN409', 'immutable', 'numbers have no gap, whoever writes them');
select throws_ok($$insert into app.report (consultation_id, stage_id, kind, title, purpose, mark, created_at, created_by, state, number, frozen_at, frozen_by, data,
    data_hash, template_hash) select consultation_id, stage_id, kind, title, purpose, mark, created_at, created_by, 'frozen', 1, app.now(), created_by, '{}', sha256('{}'),
    app.keep_template() from app.report limit 1$$, 'CN409', 'immutable', 'nothing begins as frozen');
select throws_ok($$update app.report set number = 1, state = 'frozen', frozen_at = app.now(), frozen_by = created_by, data = '{}', data_hash = sha256('{ }'),
  template_hash = app.keep_template() where key = (select one from t.key)$$, '23514', null, 'the hash is that of the data');
select throws_ok($$update app.report set data = '{}', data_hash = sha256('{}') where key = (select one from t.key)$$, '23514', null, 'a draft has no data of its own');
select throws_ok($$insert into app.template_copy (hash, data, kept_at) values (sha256('a'), 'b', app.now())$$, '23514', null, 'a template is kept under its own hash');
select throws_ok($$insert into app.artifact (report_id, format, data, size, hash, made_at) select r.id, 'html', 'x', 1, sha256('x'), app.now() from app.report r limit 1$$,
  'CN409', 'not_allowed', 'a draft has no files');
select is(t.act('petersen', 'reporter', format('action.report_outcome_save(e, %L, %L, 0, %L, %L, %L)', 'dachstrategie', one, 'noted', '', '')) ->> 'state', 'CN404',
  'nor an outcome') from t.key;

-- Frozen.
select t.do(t.freeze(one)) from t.key;
create table t.before as select t.kept(one) as kept from t.key;
select is((select count(*) from app.report_basis), 4::bigint, 'the basis has each position');
select is((select array_agg(r.number) from app.report r where r.state = 'frozen'), '{1}', 'the first one has the number 1');
select is(sha256(convert_to(app.canon_json(convert_from(r.data, 'UTF8')::jsonb), 'UTF8')), r.data_hash::bytea, 'its bytes are canonical') from app.report r where r.number = 1;
select is(t.error(t.freeze(one, repeat('0', 64))), 'CN409 report_frozen', 'once') from t.key;
select is(t.error(t.write(one, 2, 'Anders.')), 'CN409 report_frozen', 'nobody writes in it') from t.key;
select throws_ok(format('update app.report set %s where number = 1', x), 'CN409', 'immutable', 'refused: ' || x)
  from unnest(array['title = ''Anders''', 'frozen_at = app.now()', $$state = 'draft', number = null, frozen_at = null, frozen_by = null, data = null, data_hash = null, template_hash = null$$]) x;
select throws_ok('delete from app.report where number = 1', 'CN409', 'immutable', 'it stays');
select throws_ok(x, 'CN409', 'immutable', x) from unnest(array[
  'update app.report_section x set body = ''Anders.'' from app.report r where r.id = x.report_id and r.number = 1',
  'delete from app.report_section x using app.report r where r.id = x.report_id and r.number = 1',
  'update app.report_basis set assessment_id = null', 'delete from app.report_basis',
  'insert into app.report_dissent (report_id, stage_id, position_id, marked_at, marked_by) select r.id, r.stage_id, p.id, app.now(), 1 from app.report r, app.position p where r.number = 1',
  'update app.template_copy set kept_at = app.now()', 'truncate app.report_basis']) x;

-- Whatever comes afterwards: another decision, a first one, a new version, a withdrawal.
select is(t.page('petersen', one) #>> '{since,count}', '0', 'nothing has changed yet') from t.key;
select t.do(t.assess('T-MV', 'K4.G2.5', 1, 'adopted'));
select t.do(t.assess('T-MV', 'K4.G2.4', 0, 'partly'));
select is(t.page('petersen', one) #>> '{since,count}', '2', 'two were decided otherwise') from t.key;
select is(t.page('petersen', one) #> '{since,rows}' @? '$[*] ? (@.before == "noted" && @.now == "adopted" && @.saved_by == "Sander")', true,
  'what it was, what it is, and for the reporters who decided') from t.key;
select is(t.page('huber', one) ->> 'state', 'CN403', 'houses read no paper') from t.key;
select is(t.web('huber', 'member', format('app.desk_name(%s)', (select p.id from app.person p where p.mail = 'sander@t.example')), false) ->> 'state', '42501',
  'nor is a name told but by the paper');
select t.do(t.act('lorenz', 'editor', $$action.correction(e, 'dachstrategie')$$));
select t.do(t.save('lorenz', 'K4.G2.4', (t.answer('T-MV', 'K4.G2.4')).version, 'reject', 'Nun doch dagegen.'));
select t.do(t.release('lorenz', 'T-MV'));
do $$ begin perform job.number_positions(); end $$;
select t.do(t.act('thoms', 'releaser', format('action.response_withdraw(e, %L, %L)', 'dachstrategie', t.receipt('T-KLEIN'))));
select is(t.page('petersen', one) #>> '{document,figures,eingegangen,value}', '2', 'the paper says what it said') from t.key;
select is(t.page('petersen', two) #>> '{document,figures,eingegangen,value}', '1', 'a draft what is now') from t.key;
select is(jsonb_array_length(t.page('petersen', one) #> '{since,rows}'), (t.page('petersen', one) #>> '{since,count}')::int, 'as many rows as are counted') from t.key;
select is((t.page('petersen', one) #>> '{since,count}')::bigint, (select count(*) from app.position p left join app.report_basis b on b.position_id = p.id
  where b.position_id is null and p.is_current or b.position_id is not null and not p.is_current or b.position_id is not null and p.assessment_id is distinct from b.assessment_id),
  'each position that is decided otherwise, new or gone') from t.key;
select is(t.kept(one), (select kept from t.before), 'data, hash, number and basis are byte-equal') from t.key;

-- The next one; and what the session made of the first.
select t.do(t.freeze(two)) from t.key;
select is((select array_agg(r.number order by r.number) from app.report r), '{1,2}', 'numbers follow each other');
select t.do(t.act('petersen', 'reporter', format('action.report_outcome_save(e, %L, %L, 0, %L, %L, %L)', 'dachstrategie', one, 'noted', '2024/31', 'Ohne Aussprache.'))) from t.key;
select is(t.error(t.act('petersen', 'reporter', format('action.report_outcome_save(e, %L, %L, 0, %L, %L, %L)', 'dachstrategie', one, 'deferred', '', ''))), 'CN409 stale',
  'an outcome is corrected by who has read it') from t.key;
select is(t.kept(one), (select kept from t.before), 'it changes nothing of the paper') from t.key;
select * from finish();
rollback;
