-- The people of roles.tsv and the objects they try, in the demo world of 22.04.
-- matrix.mjs fills in the roles. Run by the superuser.
create schema matrix;
create table matrix.house as
  select x.house, o.id, o.code from (values ('own', 'BY'), ('foreign', 'NI'), ('own_submitted', 'MV'),
    ('foreign_submitted', 'HE'), ('uninvited', 'MATRIX')) x (house, code) left join app.organisation o using (code);
insert into app.organisation (code, level) values ('MATRIX', 'sonstige');
insert into app.organisation_name (organisation_id, name, short_name)
  select o.id, 'Stelle ohne Einladung', 'Ohne Einladung' from app.organisation o where o.code = 'MATRIX';
update matrix.house h set id = o.id, code = o.code from app.organisation o where o.code = 'MATRIX' and h.house = 'uninvited';

create table matrix.role as
  select r.*, case when r.session = 'locked' then 'locked' else 'active' end as state,
      'matrix-' || replace(r.role, '_', '-') || '@pruefung.example' as mail
    from jsonb_to_recordset('$ROLES$') r (role text, house text, grants text, more text, session text, token text);
insert into app.person (mail, name, state, password_hash, factor_demanded)
  select r.mail, 'Prüfperson ' || r.role, r.state, '$argon2id$v=19$m=19456,t=2,p=1$keine$echte', r.session = 'demanded'
    from matrix.role r where r.session <> 'none';

-- Each in both houses of his side: with a draft, and with what was released.
create table matrix.grants as
  select r.role, r.session, split_part(g, ':', 2) as name, h.id as organisation_id
    from matrix.role r cross join lateral (
      select case when r.house = 'platform' then 'platform:' else r.house || ':' end || x
        from string_to_table(r.grants, ',') x
      union all
      select case when x like '%:%' then x when x in ('moderator', 'reporter', 'auditor', 'administrator')
          then 'platform:' || x else 'own:' || x end from string_to_table(r.more, ',') x) v (g)
      left join matrix.house h on h.house in (split_part(g, ':', 1), split_part(g, ':', 1) || '_submitted')
    where split_part(g, ':', 2) <> '';
insert into app.membership (person_id, organisation_id, role, valid)
  select p.id, g.organisation_id, g.name,
      daterange('2024-01-01', case when g.session = 'ended' then date '2024-03-01' end)
    from matrix.grants g join matrix.role r using (role) join app.person p on p.mail = r.mail
    where g.organisation_id is not null;
insert into app.platform_role (person_id, role)
  select p.id, g.name from matrix.grants g join matrix.role r using (role) join app.person p on p.mail = r.mail
    where g.organisation_id is null;
insert into app.session (token_hash, person_id, organisation_id, is_pending, factor_at, stepped_up_at,
    created_at, touched_at, ends_at)
  select sha256(convert_to(n.prefix || r.token, 'UTF8')), p.id, h.id, r.session = 'pending',
      case when r.session not in ('bare', 'demanded', 'pending') then clock_timestamp() end,
      clock_timestamp() - case when r.session = 'stale' then interval '1 hour' else interval '0' end,
      clock_timestamp() - interval '11 hours',
      clock_timestamp() - case when r.session = 'idle' then interval '31 minutes' else interval '0' end,
      clock_timestamp() + case when r.session = 'expired' then interval '-1 minute' else interval '1 hour' end
    from matrix.role r join app.person p on p.mail = r.mail left join matrix.house h on h.house = r.house,
      (values (''), ('other ')) n (prefix);

insert into app.access_token (token_hash, person_id, organisation_id, name, writes, has_factor, ends_at)
  select sha256(convert_to('token ' || r.token, 'UTF8')), p.id, h.id, 'Abfrage', true, true, clock_timestamp() + interval '1 hour'
    from matrix.role r join app.person p on p.mail = r.mail left join matrix.house h on h.house = r.house;

-- One row at least in each table that nobody has filled yet.
insert into app.invitation (person_id, organisation_id, purpose, created_at, ends_at)
  select m.person_id, m.organisation_id, 'invitation', app.now(), app.now() + interval '1 hour'
    from app.membership m join app.person p on p.id = m.person_id join matrix.house h on h.id = m.organisation_id
    where p.mail like 'matrix-%reader@%' and h.house in ('own', 'foreign');
insert into app.mail (template, person_id, organisation_id, invitation_id)
  select 'invitation', i.person_id, i.organisation_id, i.id from app.invitation i;
insert into app.recovery_code (person_id, code_hash)
  select i.person_id, sha256(convert_to(i.key, 'UTF8')) from app.invitation i;
insert into app.login_attempt (account_hash, address) values (sha256('a'), '192.0.2.7');
insert into app.job (kind) values ('matrix');
insert into app.job_period (kind, seconds) values ('matrix', 1);
insert into app.mail_event (mail_id, event) select m.id, 'sending' from app.mail m;
insert into app.organisation_import (file_name, file_hash, encoding, separator, rows, uploaded_by, uploaded_at)
  select 'adressen.csv', sha256('a'), 'UTF-8', ';', '[]', p.id, app.now()
    from app.person p where p.mail like 'matrix-administrator@%';
insert into app.setting (key, value) values ('operator.draft', '{"operator_name": "Stelle im Entwurf"}');
insert into app.signing_key (id, public_key)
  select left(encode(sha256(k), 'hex'), 16), k from (select decode(repeat('11', 32), 'hex')) x(k);
update app.receipt set key_id = (select id from app.signing_key), signature = decode(repeat('00', 64), 'hex');
insert into app.withdrawal (response_version_id, response_id, stage_id, organisation_id, withdrawn_at)
  select v.id, v.response_id, v.stage_id, v.organisation_id, app.now() from app.response_version v
    join matrix.house h on h.id = v.organisation_id;
insert into app.extension (stage_id, organisation_id, verdict, until, reason, decided_by, decided_at)
  select p.stage_id, p.organisation_id, 'granted', app.now(), 'Gremium', (select min(x.id) from app.person x), app.now()
    from app.participation p;
insert into app.comparison (stage_id, finished_at, position_count, pair_count, new_count, last_position_id)
  select s.id, app.now(), 0, 0, 0, 0 from app.stage s;
create table matrix.position as select p.id, p.stage_id, row_number() over (order by p.id) as n from app.position p order by p.id limit 4;
insert into app.group_proposal (stage_id, a_id, b_id, percent, found_at)
  select a.stage_id, a.id, b.id, 90, app.now() from matrix.position a, matrix.position b where a.n = 1 and b.n = 2;
insert into app.position_group (stage_id, number, name, made_at, made_by)
  select p.stage_id, 1, 'Ansprechpartner', app.now(), (select min(x.id) from app.person x) from matrix.position p where p.n = 3;
insert into app.group_member (group_id, stage_id, position_id, joined_at, joined_by)
  select g.id, g.stage_id, p.id, app.now(), g.made_by from app.position_group g, matrix.position p where p.n > 2;
insert into app.assessment (stage_id, position_id, version, decision, body, content_hash, saved_at, saved_by)
  select p.stage_id, p.id, 1, 'noted', 'Wird in der Redaktion geprüft.', sha256('a'), app.now(), (select min(x.id) from app.person x)
    from matrix.position p where p.n = 1;
insert into app.assessment_approval (assessment_id, content_hash, organisation_id, asked_at, asked_by)
  select a.id, a.content_hash, (select min(o.id) from app.organisation o), a.saved_at, a.saved_by from app.assessment a;
insert into app.assessment_review (assessment_id, content_hash, reviewed_at, reviewed_by)
  select a.id, a.content_hash, a.saved_at, a.saved_by from app.assessment a;
insert into app.sponsor (consultation_id, organisation_id)
  select c.id, h.id from app.consultation c, matrix.house h where h.house <> 'uninvited' on conflict do nothing;
insert into app.row_lock (stage_id, position_id, person_id, taken_at, ends_at)
  select p.stage_id, p.id, (select min(x.id) from app.person x), app.now(), app.now() + interval '15 minutes'
    from matrix.position p where p.n = 4;
with b as (insert into app.bulk (stage_id, kind, made_at, made_by)
    select p.stage_id, 'assign', app.now(), (select min(x.id) from app.person x) from matrix.position p where p.n = 1 returning *)
  insert into app.bulk_position (bulk_id, position_id, stage_id) select b.id, p.id, p.stage_id from b, matrix.position p where p.n = 1;
insert into app.topic (consultation_id, name) select c.id, 'Multivendor' from app.consultation c;
insert into app.position_topic (position_id, topic_id, stage_id, tagged_at, tagged_by)
  select p.id, t.id, p.stage_id, app.now(), (select min(x.id) from app.person x) from matrix.position p, app.topic t where p.n = 1;
insert into app.text_block (consultation_id, name, body) select c.id, 'Muster', 'Zu {{Nummer}}: Ein Muster wird bereitgestellt.' from app.consultation c;
with b as (insert into app.topic_bulk (stage_id, topic_name, mode, made_at, made_by, skipped)
    select g.stage_id, 'Multivendor', 'add', g.tagged_at, g.tagged_by, '{}' from app.position_topic g returning *),
  p as (insert into app.topic_bulk_position (bulk_id, position_id, stage_id, version)
    select b.id, g.position_id, b.stage_id, 1 from b, app.position_topic g returning *)
  insert into app.topic_bulk_tag (bulk_id, position_id, topic_id, was_added, tagged_at, tagged_by)
    select p.bulk_id, p.position_id, g.topic_id, true, g.tagged_at, g.tagged_by from p join app.position_topic g on g.position_id = p.position_id;
update app.position p set is_current = false, set_aside = true where p.number = 5;
with c as (insert into app.position (stage_id, organisation_id, number, part, kind, released_answer_id, target_id, body_range, released_at,
      sort_target, sort_key, stance, level, land_code, seat_status)
    select p.stage_id, p.organisation_id, p.number, 1, 'part', p.released_answer_id, p.target_id, int4range(0, 10), p.released_at,
        p.sort_target, p.sort_key, p.stance, p.level, p.land_code, p.seat_status from app.position p where p.number = 5 returning *)
  insert into app.position_cut (position_id, whole_id, stage_id, made_at, made_by)
    select c.id, p.id, c.stage_id, app.now(), (select min(x.id) from app.person x) from c join app.position p on p.number = 5 and p.part = 0 and p.stage_id = c.stage_id;
insert into app.saved_view (consultation_id, person_id, is_shared, name, filter, view, columns, saved_at)
  select c.id, (select min(x.id) from app.person x), true, 'Offene', '{"decision": "open"}', 'work', '{}', app.now() from app.consultation c;
-- The next edition is being drafted: one item, reworded because of a position.
insert into app.edition (consultation_id, number, as_of, title, based_on_id)
  select e.consultation_id, e.number + 1, e.as_of + 60, 'Fassung im Entwurf', e.id from app.edition e where e.state = 'published';
with e as (select * from app.edition where state = 'draft'),
  k as (insert into app.chapter (edition_id, key, number, position, title) select id, 'K4', 4, 1, 'Kapitel im Entwurf' from e returning *),
  s as (insert into app.section (edition_id, chapter_id, key, position, title)
    select edition_id, id, 'K4.G2', 1, 'Abschnitt im Entwurf' from k returning *)
  insert into app.item_version (consultation_id, edition_id, item_id, section_id, position, title, body)
    select e.consultation_id, e.id, i.id, s.id, 1, 'Im Entwurf', 'Abweichungen sind zu begründen.'
      from e, s, app.item i where i.consultation_id = e.consultation_id and i.key = 'K4.G2.5';
delete from app.job where kind = 'lineage'; -- that the draft has asked for
insert into app.edition_upload (consultation_id, file_name, file_size, file_hash, bytes, uploaded_at, uploaded_by)
  select e.consultation_id, 'Papier.md', 6, sha256('# Eins'), '# Eins', app.now(), (select min(id) from app.person) from app.edition e where e.state = 'draft';
insert into app.item_lineage (consultation_id, from_edition_id, to_edition_id, from_version_id, to_version_id, relation, text_changed)
  select n.consultation_id, o.edition_id, n.edition_id, o.id, n.id, 'continues', true
    from app.item_version n join app.edition e on e.id = n.edition_id and e.state = 'draft'
      join app.item_version o on o.item_id = n.item_id and o.edition_id = e.based_on_id;
insert into app.change (edition_id, to_version_id, reason, changed_at)
  select l.to_edition_id, l.to_version_id, 'Grund im Entwurf', app.now() from app.item_lineage l;
insert into app.change_cause (change_id, assessment_id, added_at) select c.id, a.id, app.now() from app.change c, app.assessment a;
insert into app.cause (change_id, position_id, organisation_id, stance, sort_key, level, seat_status)
  select c.id, p.id, p.organisation_id, p.stance, p.sort_key, p.level, p.seat_status from app.change c, app.position p on conflict do nothing;
insert into app.reanchor (position_id, edition_id, to_version_id, reason, anchored_at, anchored_by)
  select m.id, l.to_edition_id, l.to_version_id, 'Gehört inhaltlich hierher.', app.now(), (select min(x.id) from app.person x)
    from matrix.position m, app.item_lineage l where m.n = 2;
insert into app.reminder (stage_id, subject, body, sent_by, sent_at)
  select min(p.stage_id), 'Erinnerung', 'Bitte', (select min(x.id) from app.person x), app.now() from app.participation p;
insert into app.reminder_recipient (reminder_id, stage_id, organisation_id)
  select r.id, p.stage_id, p.organisation_id from app.reminder r join app.participation p on p.stage_id = r.stage_id;
-- Replies that were released the day before; the guards know no day before.
set local session_replication_role = replica;
insert into app.reply (stage_id, organisation_id, body, saved_at, saved_by)
  select v.stage_id, v.organisation_id, 'Danke', app.now(), (select min(x.id) from app.person x) from app.current_version v
    join matrix.house h on h.id = v.organisation_id;
insert into app.reply_release (stage_id, number, at, ask_back_until)
  select min(p.stage_id), 1, app.now() - interval '1 day', app.now() + interval '28 days' from app.participation p;
insert into app.reply_release_step (release_id, kind, at, made_at, made_by)
  select r.id, 'scheduled', r.at, app.now(), (select min(x.id) from app.person x) from app.reply_release r;
insert into app.reply_version (release_id, stage_id, organisation_id, response_version_id, body)
  select r.id, r.stage_id, v.organisation_id, v.response_version_id, 'Danke' from app.reply_release r
    join app.current_version v on v.stage_id = r.stage_id join matrix.house h on h.id = v.organisation_id;
insert into app.reply_point (release_id, stage_id, position_id)
  select r.id, r.stage_id, p.id from app.reply_release r join app.position p on p.stage_id = r.stage_id;
insert into app.ask_back (stage_id, organisation_id, position_id, body, asked_at, asked_by)
  select p.stage_id, p.organisation_id, max(p.id), 'Warum?', app.now(), (select min(x.id) from app.person x)
    from app.position p join matrix.house h on h.id = p.organisation_id group by p.stage_id, p.organisation_id;
-- Two statements and the counts are public; one house has taken its consent back since.
insert into app.publication (response_version_id, response_id, stage_id, organisation_id, is_shortened, organisation_name,
    organisation_short_name, level, land_code, sort_key, published_at, published_by)
  select v.id, v.response_id, v.stage_id, v.organisation_id, false, v.organisation_name, v.organisation_short_name, v.level, v.land_code,
      v.sort_key, app.now(), (select min(x.id) from app.person x)
    from app.response_version v join app.current_version c on c.response_version_id = v.id join matrix.house h on h.id = v.organisation_id;
insert into app.published_answer (publication_id, stage_id, organisation_id, target_id, released_answer_id, adopted, kind, stance, body)
  select p.id, p.stage_id, p.organisation_id, a.target_id, a.id, false, a.kind, a.stance, a.body
    from app.publication p join app.version_answer va on va.response_version_id = p.response_version_id and not va.adopted
      join app.released_answer a on a.id = va.released_answer_id where not a.confidential;
insert into app.consent_withdrawal (response_version_id, response_id, stage_id, organisation_id, withdrawn_at, withdrawn_by)
  select v.id, v.response_id, v.stage_id, v.organisation_id, app.now(), (select min(x.id) from app.person x)
    from app.response_version v join matrix.house h on h.id = v.organisation_id;
insert into app.result_release (stage_id, released_at, released_by)
  select min(p.stage_id), app.now(), (select min(x.id) from app.person x) from app.participation p;
set local session_replication_role = origin;
insert into app.intake (stage_id, organisation_id, received_on, channel, entered_by, entered_at, changed_at)
  select p.stage_id, p.organisation_id, '2024-04-20', 'letter', (select min(x.id) from app.person x), app.now(), app.now()
    from app.participation p join matrix.house h on h.id = p.organisation_id;
insert into app.intake_answer (intake_id, stage_id, organisation_id, target_id, kind, body, author_id, changed_at)
  select i.id, i.stage_id, i.organisation_id, t.id, 'answered', 'Vom Papier.', i.entered_by, app.now()
    from app.intake i join app.target t on t.stage_id = i.stage_id and t.key = 'K4.G2.5';
update app.intake i set state = 'waiting', content_hash = app.intake_hash(i.id), handed_by = i.entered_by,
  handed_at = app.now();
update app.deviation set is_public = false; -- what no house has agreed to
insert into app.deviation (commitment_id, organisation_id, subject, since, reason, reason_released_at, released_at, changed_at)
  select c.id, h.id, 'Archiv', '2024-04-01', 'Kosten', app.now(), app.now(), app.now() from app.commitment c, matrix.house h where c.number = 'V2-01';
insert into app.cooperation_declaration (commitment_id, organisation_id, act, on_day, declared_at, verdict, decided_at)
  select c.id, h.id, 'join', '2024-06-01', app.now(), 'taken_back', app.now() from app.commitment c, matrix.house h where c.number = 'V3-01';
insert into app.project_link (commitment_id, name, added_at) select c.id, 'Portalverbund', app.now() from app.commitment c where c.number = 'V3-01';
insert into app.council_decision_link (from_id, to_id, kind, added_at)
  select min(d.id), max(d.id), 'amends', app.now() from app.council_decision d;
insert into app.protocol_statement (organisation_id, organisation_name, session_number, body, recorded_at)
  select h.id, 'Haus', 42, 'Wortlaut', app.now() from matrix.house h;
insert into app.retention_run (is_dry, result) values (true, '[]');
insert into app.audit_block (number, epoch, xid_from, xid_to, entry_count, previous_hash, entry_hashes, hash, key_id, signature)
  select coalesce(max(number), 0) + 1, 999, '1', '2', 0, sha256('a'), '', sha256('b'), 'matrix', decode(repeat('00', 64), 'hex')
    from app.audit_block;
insert into app.audit_check (started_at, block_count, entry_count, unsealed_count) values (clock_timestamp(), 0, 0, 0);
insert into app.checkpoint (block_number, block_hash, body, key_id, signature)
  select number, hash, 'matrix', key_id, signature from app.audit_block where key_id = 'matrix';

-- The sessions of houses move to the house that has released.
create function matrix.set_state(p_state text) returns void language sql as $$
  update app.session s set organisation_id = h.id
    from matrix.role r, app.person p, matrix.house h
    where p.id = s.person_id and p.mail = r.mail
      and h.house = r.house || case when p_state = 'submitted' and r.house in ('own', 'foreign') then '_submitted' else '' end
$$;

insert into app.finding (consultation_id, organisation_id, item_id, title, body, recorded_at)
  select c.id, h.id, i.id, 'Vergaberecht neu', 'Seit dem Frühjahr gilt anderes.', app.now() from app.consultation c, matrix.house h, app.item i
    where i.consultation_id = c.id and i.key = 'K4.G2.5' and h.house in ('own', 'foreign', 'own_submitted', 'foreign_submitted');
insert into app.barrier_report (number, page, body, name, mail, received_at, due_on)
  values ('B-2024-0001', '/search', 'Die Treffer haben keine Überschriften.', 'Ada Wolf', 'ada.wolf@post.example', app.now(), app.today() + 42);
insert into app.stage_wave (stage_id, wave, opens_at, groups)
  select s.id, 2, app.now() + interval '90 days', '{others}' from app.stage s where s.key = 's2';
insert into app.stage_act (stage_id, act, at, closed_at, closes_at, reason)
  select s.id, 'extended', app.now(), s.closes_at, s.closes_at + interval '1 day', 'Ostern' from app.stage s where s.key = 's1';

-- What stands for a part of a path or a field that names an object: of the own
-- house, of a foreign one, and one that does not exist.
-- owned: organisation receipt session person membership invitation mail cosign_request
create table matrix.object (role text, name text not null, own text, foreign_one text, random text);
insert into matrix.object (name, own, foreign_one, random) values
  ('consultation', 'dachstrategie-2024', '-', 'gibt-es-nicht'),
  ('chapter', 'K4', '-', 'K9'),
  ('item', 'K4.G2.5', '-', 'K4.G2.99'),
  ('question', 'L-K4-1', '-', 'L-K4-99'),
  ('edition', '1', '-', '99'),
  ('target', 'K4.G2.5', '-', 'K4.G2.99'),
  ('seat', 'BY', '-', 'XX'),
  ('organisation', 'BY', 'NI', 'XX-GIBT-ES-NICHT');
insert into matrix.object (name, own, foreign_one, random) select 'upload', u.key, '-', 'aaaaaaaaaaaa' from app.edition_upload u;
insert into matrix.object (name, own, foreign_one, random)
  select n, split_part(d.ref, '/', case n when 'year' then 1 else 2 end), '-', '1'
    from (select min(c.ref) as ref from app.council_decision c where c.ref like '2%') d, unnest(array['year', 'number']) n;
insert into matrix.object (name, own, foreign_one, random) values
  ('commitment', 'V3-01', '-', 'V3-99'), ('focus_topic', 'data', '-', 'gibt-es-nicht');
insert into matrix.object (name, own, foreign_one, random)
  select 'saved_view', max(v.key), '-', 'abcdef012345' from app.saved_view v;
insert into matrix.object (name, own, foreign_one, random)
  select 'receipt', max(r.number) filter (where h.house = 'own_submitted'),
      max(r.number) filter (where h.house = 'foreign_submitted'), 'R1-MV-1-0000'
    from app.receipt r join matrix.house h on h.id = r.organisation_id;
insert into matrix.object (role, name, own, foreign_one, random)
  select r.role, 'session', coalesce((select max(s.id) from app.session s where s.person_id = p.id)::text, '1'),
      (select max(s.id) from app.session s join app.person x on x.id = s.person_id
        where x.mail like 'matrix-foreign-reader@%' and x.id is distinct from p.id
          or x.mail like 'matrix-reader@%' and r.role = 'foreign_reader')::text, '987654321'
    from matrix.role r left join app.person p on p.mail = r.mail;
insert into matrix.object (role, name, own, foreign_one, random)
  select r.role, 'access_token', coalesce((select max(t.id) from app.access_token t where t.person_id = p.id)::text, '1'),
      (select max(t.id) from app.access_token t join app.person x on x.id = t.person_id
        where x.mail like 'matrix-foreign-reader@%' and x.id is distinct from p.id
          or x.mail like 'matrix-reader@%' and r.role = 'foreign_reader')::text, '987654321'
    from matrix.role r left join app.person p on p.mail = r.mail;
insert into matrix.object (name, own, foreign_one, random)
  select 'person', min(p.key) filter (where p.mail like 'matrix-cosigner@%'),
      min(p.key) filter (where p.mail like 'matrix-foreign-cosigner@%'), 'abcdef012345' from app.person p;
insert into matrix.object (name, own, foreign_one, random)
  select 'membership', min(m.key) filter (where p.mail like 'matrix-cosigner@%' and m.organisation_id = h.id),
      min(m.key) filter (where p.mail like 'matrix-foreign-cosigner@%' and m.organisation_id = f.id), 'abcdef012345'
    from app.membership m join app.person p on p.id = m.person_id, matrix.house h, matrix.house f
    where h.house = 'own' and f.house = 'foreign';

-- Asked about an answer of the house: who co-signs there.
insert into app.answer_revision (answer_id, revision, organisation_id, kind, stance, body, proposal, reason, value, content_hash,
    author_id, written_at, sealed_at)
  select distinct on (a.organisation_id) a.id, 1000, a.organisation_id, a.kind, a.stance, a.body, a.proposal, a.reason, a.value,
      a.content_hash, a.author_id, a.changed_at, app.now()
    from app.answer a join matrix.house h on h.id = a.organisation_id join app.response r on r.id = a.response_id
    where h.house in ('own', 'foreign') and app.is_open(r.state) and a.kind is not null order by a.organisation_id, a.id;
insert into app.answer_step (answer_id, organisation_id, version, kind, stance, body, confidential, author_id, written_at)
  select r.answer_id, r.organisation_id, 0, r.kind, r.stance, r.body, false, r.author_id, r.written_at
    from app.answer_revision r where r.revision = 1000;
insert into app.cosign_request (organisation_id, answer_id, revision, content_hash, person_id, asked_by, asked_at, due_on, silence)
  select r.organisation_id, r.answer_id, r.revision, r.content_hash, p.id, r.author_id, app.now(), '2024-04-25', 'waits'
    from app.answer_revision r join matrix.house h on h.id = r.organisation_id
      join app.person p on p.mail like case h.house when 'own' then 'matrix-cosigner@%' else 'matrix-foreign-cosigner@%' end
    where r.revision = 1000;
insert into matrix.object (name, own, foreign_one, random)
  select 'cosign_request', min(q.key) filter (where h.house = 'own'), min(q.key) filter (where h.house = 'foreign'), 'abcdef012345'
    from app.cosign_request q join matrix.house h on h.id = q.organisation_id;

insert into matrix.object (name, own, foreign_one, random)
  select 'invitation', min(i.key) filter (where h.house = 'own'), min(i.key) filter (where h.house = 'foreign'), 'abcdef012345'
    from app.invitation i join matrix.house h on h.id = i.organisation_id;

insert into matrix.object (name, own, foreign_one, random)
  select 'proposal', min(p.key), '-', 'abcdef012345' from app.group_proposal p
  union all values ('group', 'G-01', '-', 'G-99')
  union all select 'bulk', min(b.key), '-', 'abcdef012345' from app.bulk b;
insert into matrix.object (name, own, foreign_one, random)
  select 'import', min(i.key), '-', 'abcdef012345' from app.organisation_import i
  union all select 'topic', min(t.key), '-', 'abcdef012345' from app.topic t
  union all select 'topic_bulk', min(b.key), '-', 'abcdef012345' from app.topic_bulk b
  union all select 'block', min(b.key), '-', 'abcdef012345' from app.text_block b;
insert into matrix.object (name, own, foreign_one, random)
  select 'position', min(app.position_number('consultation', 1, p.number, p.part)) filter (where h.house = 'own_submitted'),
      min(app.position_number('consultation', 1, p.number, p.part)) filter (where h.house = 'foreign_submitted'), 'R1-9999'
    from app.position p join matrix.house h on h.id = p.organisation_id
  union all select 'ask_back', min(b.key) filter (where h.house = 'own_submitted'), '-', 'abcdef012345'
    from app.ask_back b join matrix.house h on h.id = b.organisation_id;
insert into matrix.object (name, own, foreign_one, random)
  select 'mail', min(m.key) filter (where h.house = 'own'), min(m.key) filter (where h.house = 'foreign'), 'abcdef012345'
    from app.mail m join matrix.house h on h.id = m.organisation_id where m.template = 'invitation'
  union all select 'job', min(j.key), '-', 'abcdef012345' from app.job j where j.kind = 'matrix';

-- A draft of a paper, and one that was frozen.
insert into app.report (consultation_id, stage_id, kind, title, purpose, mark, created_at, created_by)
  select s.consultation_id, s.id, 'interim', 'Zwischenbericht ' || n, 'note', 'Nur für Mitglieder', app.now(), (select min(p.id) from app.person p)
    from app.stage s, generate_series(1, 2) n where s.key = 's1';
insert into app.report_section (report_id, number, body, saved_at) select r.id, n, 'Abschnitt', app.now() from app.report r, generate_series(1, 7) n;
insert into app.report_dissent (report_id, stage_id, position_id, marked_at, marked_by)
  select r.id, r.stage_id, p.id, app.now(), r.created_by from app.report r, matrix.position p where p.n = 1;
insert into app.report_basis (report_id, stage_id, position_id) select r.id, r.stage_id, p.id from app.report r, matrix.position p where r.title = 'Zwischenbericht 2';
insert into app.template_copy (hash, data, kept_at) values (sha256('x'), 'x', app.now());
update app.report r set state = 'frozen', number = 1, frozen_at = app.now(), frozen_by = r.created_by, data = '{}', data_hash = sha256('{}'), template_hash = sha256('x')
  where r.title = 'Zwischenbericht 2';
insert into app.report_outcome (report_id, result, recorded_at, recorded_by) select r.id, 'noted', app.now(), r.created_by from app.report r where r.state = 'frozen';
insert into app.artifact (report_id, format, data, size, hash, made_at) select r.id, 'pdf', 'x', 1, sha256('x'), app.now() from app.report r where r.state = 'frozen';
insert into matrix.object (name, own, foreign_one, random)
  select 'report', r.key, '-', 'abcdef012345' from app.report r where r.state = 'draft';

-- The value of a name for a role: what is own of one side is foreign to the other.
insert into matrix.object (name, own, foreign_one, random) values ('stage', 's2', '-', 's9')
  , ('finding', (select min(f.key) from app.finding f), '-', 'abcdef012345')
  , ('barrier', 'B-2024-0001', '-', 'B-2024-9999')
  , ('barrier_report', (select min(r.key) from app.barrier_report r), '-', 'abcdef012345');

create function matrix.value(p_role text, p_name text, p_object text) returns text language sql stable as $$
  select case when p_object = 'random' then o.random
      when o.foreign_one = '-' then o.own -- belongs to nobody
      when (p_object = 'own') = (coalesce(r.house, 'own') <> 'foreign' or o.role is not null)
        then o.own else o.foreign_one end
    from matrix.object o left join matrix.role r on r.role = p_role
    where o.name = p_name and (o.role is null or o.role = p_role)
$$;
create function matrix.context(p_role text) returns text language sql stable as $$
  select coalesce(o.code, 'platform') from matrix.role r join app.person p on p.mail = r.mail
    join app.session s on s.person_id = p.id left join app.organisation o on o.id = s.organisation_id
    where r.role = p_role limit 1
$$;
