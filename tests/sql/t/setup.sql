-- A small world for the tests, on 22.04.2024 in the window of stage 1. Rolled
-- back with the transaction of the file that includes this one.
\set ON_ERROR_STOP on
\set QUIET on
\pset format unaligned
\pset tuples_only on
\pset pager off
begin;
set local client_min_messages = warning;
set local timezone = 'Europe/Berlin';
create extension if not exists pgtap;
set local role resonanz_owner;
\ir ../../../sql/access/clock.sql
reset role;
update app.clock set shift = make_interval(secs =>
  extract(epoch from timestamptz '2024-03-18 09:00' - pg_catalog.now())::float8);

create schema t;
grant usage on schema t to public;
-- A job that reminds, as the jobs connect and with no more rights than they have.
create function t.remind(p_job text) returns int language plpgsql as $$
declare
  v_count int;
begin
  perform set_config('session_authorization', 'resonanz_jobs', true);
  execute format('select job.%I()', p_job) into v_count;
  reset session authorization;
  return v_count;
end $$;

insert into app.consultation (slug, title, subtitle, vision, status_note, aliases)
values ('dachstrategie', 'Eine interföderale Strategie der (digitalen) Verwaltung der Zukunft',
  'Erste Eckpunkte und Ideen', 'Wir bauen die Verwaltung der Zukunft – wirksam, digital, nah.',
  'Diskussionsgrundlage, unverbindlich', '{Dachstrategie}');
insert into app.edition (consultation_id, number, as_of)
  select id, 1, '2024-03-20' from app.consultation where slug = 'dachstrategie';
create view t.edition as
  select e.* from app.edition e join app.consultation c on c.id = e.consultation_id where c.slug = 'dachstrategie';
insert into app.chapter (edition_id, key, number, position, title, summary)
  select e.id, v.key, v.n, v.n, v.title, 'Kurz: ' || v.title from t.edition e, (values
    ('K3', 3, 'Wir wollen gemeinsam ein Zukunftsbild für die Verwaltung entwickeln'),
    ('K4', 4, 'Übergreifende verbindliche Grundsätze')) v (key, n, title);
insert into app.section (edition_id, chapter_id, key, letter, position, title)
  select c.edition_id, c.id, v.key, v.letter, 1, v.title
    from (values ('K3', 'K3.N', 'N', 'Anforderungen der Nutzenden'),
      ('K4', 'K4.G2', 'G2', 'Technologie, Anwendungen, Architekturen, Standards')) v (chapter, key, letter, title)
    join app.chapter c on c.key = v.chapter and c.edition_id = (select id from t.edition);
insert into app.item (consultation_id, key, kind, is_judgeable)
  select e.consultation_id, v.key, v.kind, v.kind <> 'requirement' from t.edition e, (values
    ('K3.N1', 'user_group'), ('K3.N1.1', 'requirement'), ('K4.G2.4', 'principle'), ('K4.G2.5', 'principle'))
    v (key, kind);
insert into app.item_version (consultation_id, edition_id, item_id, section_id, position, title, body)
  select e.consultation_id, e.id, i.id, s.id, v.position, v.title, v.body
    from t.edition e, (values
      ('K3.N1', 'K3.N', 1, 'Bürger:innen', 'Verwaltung als Unterstützung im Leben.'),
      ('K4.G2.4', 'K4.G2', 4, 'Offene Standards', 'Offene Standards und Schnittstellen.'),
      ('K4.G2.5', 'K4.G2', 5, 'Cloud und Souveränität', 'Mehrere Anbieter, Wechselmöglichkeit.'))
      v (key, section, position, title, body), app.item i, app.section s
    where i.key = v.key and i.consultation_id = e.consultation_id and s.key = v.section and s.edition_id = e.id;
insert into app.item_version (consultation_id, edition_id, item_id, section_id, parent_id, position, body)
  select p.consultation_id, p.edition_id, i.id, p.section_id, p.id, 1, 'Eingehen auf individuelle Bedürfnisse.'
    from app.item_version p join app.item pi on pi.id = p.item_id and pi.key = 'K3.N1'
      join app.item i on i.key = 'K3.N1.1' and i.consultation_id = p.consultation_id
    where p.edition_id = (select id from t.edition);
insert into app.question_set (edition_id, key, position, label, heading_verbatim, chapter_id)
  select c.edition_id, 'L-K4', 1, 'Kapitel 4: Grundsätze', 'Leitfragen – hier Kapitel 4:', c.id
    from app.chapter c where c.key = 'K4' and c.edition_id = (select id from t.edition);
insert into app.question (consultation_id, key)
  select consultation_id, k from t.edition, unnest(array['L-K12-4', 'L-K4-1']) k;
insert into app.question_version (consultation_id, edition_id, question_id, question_set_id, position, body, shape)
  select e.consultation_id, e.id, q.id, s.id, v.position, v.body, v.shape
    from t.edition e, (values
      ('L-K12-4', 1, 'Auf welche Papiere sollte sich die Strategie unbedingt beziehen?', 'list'),
      ('L-K4-1', 2, 'Müssen Grundsätze angepasst werden? Fehlen wichtige Grundsätze?', 'per_item'))
      v (key, position, body, shape), app.question q, app.question_set s
    where q.key = v.key and q.consultation_id = e.consultation_id and s.edition_id = e.id;
insert into app.stage (consultation_id, edition_id, key, number, title)
  select consultation_id, id, 's1', 1, 'Erstellungsprozess und inhaltlicher Impuls' from t.edition;
create view t.stage as
  select s.* from app.stage s join t.edition e on e.id = s.edition_id where s.key = 's1';
insert into app.target (stage_id, edition_id, key, position, question_version_id)
  select s.id, s.edition_id, q.key, v.position, v.id from t.stage s
    join app.question_version v on v.edition_id = s.edition_id join app.question q on q.id = v.question_id;
insert into app.target (stage_id, edition_id, key, position, item_version_id)
  select s.id, s.edition_id, i.key, 10 + v.position, v.id from t.stage s
    join app.item_version v on v.edition_id = s.edition_id
    join app.item i on i.id = v.item_id and i.is_judgeable;
insert into app.target (stage_id, edition_id, key, position, chapter_id, takes_stance)
  select s.id, s.edition_id, c.key, 90 + c.position, c.id, false from t.stage s
    join app.chapter c on c.edition_id = s.edition_id;
update app.stage set opens_at = '2024-03-25 00:00', closes_at = '2024-04-26 23:59:59'
  where id = (select id from t.stage);

insert into app.organisation (code, level, land_code, ars) values
  ('T-BY', 'land', '09', null), ('T-MV', 'land', '13', null), ('T-KLEIN', 'kommune', '13', '130999999902');
insert into app.organisation_name (organisation_id, name, short_name)
  select o.id, v.name, v.short_name from (values ('T-BY', 'Freistaat Bayern', 'Bayern'),
      ('T-MV', 'Land Mecklenburg-Vorpommern', 'Mecklenburg-Vorpommern'),
      ('T-KLEIN', 'Gemeinde Kleinbeispiel', 'Kleinbeispiel')) v (code, name, short_name)
    join app.organisation o using (code);
insert into app.seat (key, name, seat_status, position) values
  ('t-by', 'Bayern', 'voting', 901), ('t-mv', 'Mecklenburg-Vorpommern', 'voting', 902);
insert into app.seat_holding (seat_id, organisation_id, valid)
  select s.id, o.id, daterange('2010-01-01', null) from app.seat s
    join app.organisation o on o.code = upper(s.key) where s.key in ('t-by', 't-mv');
insert into app.participation (stage_id, organisation_id, invited_at, single_release, level, land_code, seat_status,
    sort_key)
  select s.id, o.id, '2024-03-20 10:00', o.code <> 'T-BY', o.level, o.land_code, app.seat_status_on(o.id, '2024-03-20'),
      app.participation_sort_key(o.id, '2024-03-20')
    from t.stage s, app.organisation o where o.code in ('T-BY', 'T-MV', 'T-KLEIN');

insert into app.person (mail, name, state, password_hash)
  select lower(n) || '@t.example', n, 'active', '$argon2id$v=19$m=19456,t=2,p=1$keine$echte'
    from unnest(array['Huber', 'Graf', 'Brandl', 'Lorenz', 'Thoms', 'Sander', 'Voss', 'Adler']) n;
insert into app.membership (person_id, organisation_id, role)
  select p.id, o.id, v.role from (values ('huber', 'T-BY', 'editor'), ('graf', 'T-BY', 'cosigner'),
      ('brandl', 'T-BY', 'releaser'), ('brandl', 'T-BY', 'editor'), ('lorenz', 'T-MV', 'editor'),
      ('lorenz', 'T-MV', 'releaser'), ('thoms', 'T-KLEIN', 'editor'), ('thoms', 'T-KLEIN', 'releaser'))
    v (who, org, role) join app.person p on p.mail = v.who || '@t.example'
    join app.organisation o on o.code = v.org;
insert into app.platform_role (person_id, role)
  select p.id, v.role from (values ('sander', 'moderator'), ('voss', 'auditor'), ('adler', 'administrator'))
    v (who, role) join app.person p on p.mail = v.who || '@t.example';
insert into app.session (token_hash, person_id, organisation_id, factor_at, ends_at)
  select sha256(convert_to(split_part(p.mail, '@', 1), 'UTF8')), p.id,
      (select min(m.organisation_id) from app.membership m where m.person_id = p.id),
      clock_timestamp(), clock_timestamp() + interval '12 hours'
    from app.person p where p.mail like '%@t.example';

-- The clock of the consultation, local time.
create function t.clock(p_at text) returns void language sql as $$
  update app.clock set shift = make_interval(secs =>
    extract(epoch from p_at::timestamptz - pg_catalog.now())::float8);
$$;

-- Runs one statement as the web role, entered as p_who (null: nobody), and
-- undoes whatever it changed in the session; with p_keep its writes stay.
-- Gives its one value as JSON, or {"error": code, "state", "field", "args"}.
create function t.web(p_who text, p_audience text, p_sql text, p_keep boolean) returns jsonb
language plpgsql as $$
declare
  v_result text;
  v_message text; v_state text; v_field text; v_detail text;
  v_hash bytea := sha256(convert_to(p_who, 'UTF8'));
begin
  begin
    perform set_config('session_authorization', 'resonanz_web', true);
    execute 'select (' || p_sql || ')::text from app.' || case when p_keep then 'enter' else 'enter_read' end
      || '($1, $2, ''t-request'') e' into v_result using p_audience, v_hash;
    if not p_keep then
      raise exception using errcode = 'TT000';
    end if;
    set constraints all immediate;
    set constraints all deferred;
  exception when sqlstate 'TT000' then
    null;
  when others then
    get stacked diagnostics v_message = message_text, v_state = returned_sqlstate,
      v_field = column_name, v_detail = pg_exception_detail;
    v_result := json_build_object('error', v_message, 'state', v_state, 'field', v_field, 'args', v_detail)::text;
  end;
  reset session authorization;
  perform set_config('app.person_id', '', true), set_config('app.organisation_id', '', true),
    set_config('app.roles', '', true);
  return to_jsonb(v_result::json);
exception when invalid_text_representation then
  return to_jsonb(v_result);
end $$;

create function t.act(p_who text, p_audience text, p_sql text) returns jsonb
language sql as $$ select t.web(p_who, p_audience, p_sql, true) $$;
create function t.read(p_who text, p_audience text, p_sql text) returns jsonb
language sql as $$ select t.web(p_who, p_audience, p_sql, false) $$;

-- A save as the form sends it; what is not given is empty.
create function t.save(p_who text, p_target text, p_version int, p_stance text default null,
  p_body text default '', p_proposal text default '', p_reason text default '',
  p_confidential boolean default false, p_confidential_reason text default '',
  p_title text default '[]', p_source text default '[]', p_then text default null) returns jsonb
language sql as $$
  select t.act(p_who, 'editor', format('action.answer_save(e, %L, %L, %L, %L, %L, %L, %L, %L, %L, %L, %L, %L)',
    'dachstrategie', p_target, p_version, p_stance, p_body, p_proposal, p_reason, p_confidential,
    p_confidential_reason, p_title, p_source, p_then))
$$;

-- A release of the response as its preview stands.
create function t.release(p_who text, p_org text, p_publication text default 'no',
  p_declaration boolean default true, p_hash text default null, p_joinable boolean default false) returns jsonb
language sql as $$
  select t.act(p_who, 'releaser', format('action.release_submit(e, %L, %L, %L, %L, %L, %L)', 'dachstrategie',
    coalesce(p_hash, (select app.preview_hash(r.id) from app.response r
      join app.organisation o on o.id = r.organisation_id where o.code = p_org
        and r.stage_id = (select id from t.stage))), p_publication, p_joinable,
    (select app.adopted_hash(r.id) from app.response r join app.organisation o on o.id = r.organisation_id
      where o.code = p_org and r.stage_id = (select id from t.stage)), p_declaration))
$$;

create function t.answer(p_org text, p_target text) returns app.answer
language sql as $$
  select a.* from app.answer a join app.target x on x.id = a.target_id
    join app.organisation o on o.id = a.organisation_id
    where o.code = p_org and x.key = p_target and a.stage_id = (select id from t.stage)
$$;

-- A step on the way: must succeed, prints nothing.
create function t.do(p_result jsonb) returns void
language plpgsql as $$
begin
  if p_result ? 'error' then
    raise exception 'step failed: %', p_result;
  end if;
end $$;

select t.clock('2024-04-22 09:00');
