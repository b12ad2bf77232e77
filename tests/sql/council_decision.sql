-- Numbers of Beschlüsse; what became of one is kept with it; the words of a
-- Protokollerklärung stand.
\ir t/setup.sql
select plan(17);

create function t.ref(p text) returns text language sql as $$
  select coalesce(r.ref, concat_ws(' ', r.code, r.near)) from app.council_ref(p) r
$$;
select is(t.ref(x.typed), x.wanted, 'read: ' || x.typed) from (values
  ('2024/40', '2024/40'), (' Beschluss 2024/40 ', '2024/40'), ('b-2025/33-it', 'B-2025/33-IT'), ('2024/4', 'ref_zero 2024/04'),
  ('2024–40', 'ref_slash 2024/40'), ('2024/040', 'ref_zeros 2024/40'), ('B-2025/33-ITX', 'ref_suffix B-2025/33-IT'),
  ('2024/00', 'ref_form'), ('2024/40/1', 'ref_form'), ('', 'ref_form')) x(typed, wanted);
select is((select count(*) from generate_series(2010, 2026) y, generate_series(1, 120) n
  where t.ref(y || '/' || lpad(n::text, greatest(2, length(n::text)), '0')) <> y || '/' || lpad(n::text, greatest(2, length(n::text)), '0')
    or t.ref(format('B-%s/%s-IT', y, lpad(n::text, greatest(2, length(n::text)), '0'))) !~ '^B-\d{4}/\d{2,3}-IT$'), 0::bigint,
  'every number that can be stored is read');

insert into app.council_decision_link (from_id, to_id, kind, clauses, since, added_at)
  values (app.council_decision_id('2025/03'), app.council_decision_id('2023/44'), 'repeals', 'Ziffern 2 und 3', '2025-03-26', app.now());
select is((select d.effects -> 0 ->> 'ref' from app.council_decision d where d.ref = '2023/44'), '2025/03', 'what became of it is kept with it');
delete from app.council_decision_link;
select is((select d.effects from app.council_decision d where d.ref = '2023/44'), '[]', 'and goes with the link');
select throws_ok($$ update app.council_decision set status = 'verified', checked_at = now() where ref = '2023/44' $$, '23514', null,
  'checked only with a title');

insert into app.protocol_statement (organisation_id, organisation_name, session_number, body, recorded_at)
  select min(o.id), 'Bayern', 42, 'Wortlaut', app.now() from app.organisation o;
select throws_ok($$ update app.protocol_statement set body = 'anders' $$, 'CN409', 'immutable', 'the wording stands');
select lives_ok($$ update app.protocol_statement set withdrawn_at = app.now(), withdrawn_reason = 'Irrtum' $$, 'it can be withdrawn');
select throws_ok($$ delete from app.protocol_statement $$, 'CN409', 'immutable', 'and stays');
select * from finish();
rollback;
