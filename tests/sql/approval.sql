-- Freeze, approve, give back, release: what is released is what was approved.
\ir t/setup.sql
select plan(65);

create function t.step(p_who text, p_audience text, p_action text) returns jsonb language sql as $$
  select t.act(p_who, p_audience, format('action.%s', p_action))
$$;
create function t.freeze(p_who text) returns jsonb language sql as $$
  select t.step(p_who, 'editor', $a$release_freeze(e, 'dachstrategie')$a$)
$$;
create function t.thaw(p_who text) returns jsonb language sql as $$
  select t.step(p_who, 'editor', $a$release_thaw(e, 'dachstrategie')$a$)
$$;
create function t.reject(p_who text, p_reason text) returns jsonb language sql as $$
  select t.step(p_who, 'releaser', format($a$release_reject(e, 'dachstrategie', %L)$a$, p_reason))
$$;
create function t.mark(p_who text, p_target text, p_words text, p_reason text default 'Sicherheit',
  p_part text default null, p_start text default null, p_instead text default null) returns jsonb language sql as $$
  select t.step(p_who, 'member', format('redaction_mark(e, %L, %L, %L, %L, %L, %L, %L)', 'dachstrategie', p_target,
    p_words, p_reason, p_part, p_start, p_instead))
$$;
create function t.page(p_who text, p_path text) returns jsonb language sql as $$
  select t.read(p_who, 'member', $a$page.release(e, 'dachstrategie')$a$) #> p_path::text[]
$$;
create function t.state(p_org text) returns text language sql as $$
  select r.state from app.response r join app.organisation o on o.id = r.organisation_id where o.code = p_org
$$;
-- A house of two that both release and write.
insert into app.membership (person_id, organisation_id, role)
  select p.id, o.id, 'releaser' from app.person p, app.organisation o where p.mail = 'huber@t.example' and o.code = 'T-BY';
create function t.rule(p_approvals int) returns void language sql as $$
  insert into app.house_rule (organisation_id, approvals, changed_by, changed_at)
    select o.id, p_approvals, p.id, app.now() from app.organisation o, app.person p
      where o.code = 'T-BY' and p.mail = 'brandl@t.example'
    on conflict (organisation_id) do update set approvals = excluded.approvals
$$;

-- Four eyes.
select t.do(t.save('brandl', 'K4.G2.5', 0, 'agree', 'Zustimmung zum Grundsatz.'));
select is(t.release('brandl', 'T-BY') ->> 'error', 'sole_author', 'who wrote it all does not release it');
select is(t.page('brandl', '{blockers,0,code}'), '"sole_author"', 'and reads why');
select is(t.release('huber', 'T-BY', p_hash => repeat('0', 64)) ->> 'error', 'hash_changed', 'somebody else may');
update app.participation set single_release = true where organisation_id = (select id from app.organisation where code = 'T-BY');
select is(t.page('brandl', '{blockers}'), '[]', 'with leave of the moderators it takes one');
select is(t.page('brandl', '{release,is_single}'), 'true', 'and the page says so');
update app.participation set single_release = false where organisation_id = (select id from app.organisation where code = 'T-BY');
select t.do(t.save('huber', 'K4.G2.4', 0, 'nil'));
select is(t.page('brandl', '{blockers}'), '[]', 'a second author is enough');
select t.do(t.save('huber', 'K4.G2.4', 1));
select is(t.page('brandl', '{blockers,0,code}'), '"sole_author"', 'until nothing of hers is in it');
select t.do(t.step('huber', 'editor', $$nil_rest(e, 'dachstrategie', true)$$));
select is(t.page('brandl', '{blockers}'), '[]', 'nil for the rest is a part of the text');
select t.do(t.step('huber', 'editor', $$nil_rest(e, 'dachstrategie', false)$$));
select t.do(t.save('huber', 'L-K4-1', 0, 'note', 'Der Umzug des Rechenzentrums Süd ist für 2025 geplant. Er ist geplant.'));

-- Freezing.
select is(t.freeze('graf') ->> 'state', 'CN403', 'who co-signs does not put up for release');
select is(t.freeze('huber') - 'location', '{"state": "frozen"}', 'an editor does');
select is(t.state('T-BY'), 'frozen', 'the response is frozen');
select is(t.freeze('huber') ->> 'error', 'frozen', 'once');
select is(t.save('huber', 'L-K4-1', 1, 'note', 'Heimlich.') ->> 'error', 'not_draft', 'nobody edits it');
select is(t.step('huber', 'editor', $$nil_rest(e, 'dachstrategie', true)$$) ->> 'error', 'not_draft', 'in no way');
select results_eq($$select p.mail from app.mail m join app.person p on p.id = m.person_id where m.template = 'release_asked'$$,
  $$values ('brandl@t.example')$$, 'who can release hears of it, who put it up does not');
select is((select count(*) from app.mail m where m.args::text ~ 'Rechenzentrum|Zustimmung'), 0::bigint, 'and not of its words');
select is(t.page('brandl', '{release,frozen,by}'), '"Huber"', 'the page says who put it up');
select is((select count(*) from app.answer a where not exists (select from app.answer_revision r
  where r.answer_id = a.id and r.content_hash = a.content_hash)), 0::bigint, 'every text is sealed');
select throws_ok($$update app.answer set body = 'Vorbei an allem.'$$, 'CN409', 'not_draft', 'the table refuses, too');
select throws_ok($$update app.response set state = 'draft'; set constraints all immediate$$, 'CN409', 'candidate_open',
  'no text opens beside an open candidate');
select throws_ok($$update app.release_candidate set content_hash = sha256('x')$$, 'CN409', 'immutable', 'a candidate keeps its hash');
select throws_ok($$delete from app.release_candidate$$, 'CN409', 'immutable', 'and stays');

-- Giving back.
select is(t.reject('brandl', '  ') - 'args', '{"error": "reject_reason", "state": "CN422", "field": "reason"}', 'a reason is needed');
select is(t.step('graf', 'releaser', $$release_reject(e, 'dachstrategie', 'Nein.')$$) ->> 'state', 'CN403', 'not by everybody');
select is(t.reject('brandl', 'Bitte das Jahr prüfen: „2025“ stimmt nicht.') - 'location', '{"state": "draft"}', 'given back');
select is(t.page('huber', '{release,rejected,reason}'), '"Bitte das Jahr prüfen: „2025“ stimmt nicht."', 'the house reads why');
select results_eq($$select p.mail from app.mail m join app.person p on p.id = m.person_id where m.template = 'release_rejected'$$,
  $$values ('huber@t.example')$$, 'the editor hears of it');
select is((select count(*) from app.mail m where m.args::text ~ '2025'), 0::bigint, 'but not the reason, which may quote');
select is(t.reject('brandl', 'Noch einmal.') ->> 'error', 'not_frozen', 'once');
select t.clock('2024-04-22 09:20');
select t.do(t.save('huber', 'L-K4-1', 1, 'note', 'Der Umzug des Rechenzentrums Süd ist für 2026 geplant. Er ist geplant.'));
select t.do(t.freeze('huber'));
select is(t.page('brandl', '{changes,since}'), '"verdict"', 'who gave it back sees what changed since');
select is(t.page('brandl', '{changes,rows}') #- '{0,title}', jsonb_build_array(jsonb_build_object('target', 'L-K4-1',
  'change', 'changed', 'signers', '[]'::jsonb, 'fields', jsonb_build_array(jsonb_build_object('name', 'body',
  'diff_of', jsonb_build_object('old', 'Der Umzug des Rechenzentrums Süd ist für 2025 geplant. Er ist geplant.',
  'new', 'Der Umzug des Rechenzentrums Süd ist für 2026 geplant. Er ist geplant.'))))), 'field by field');
select is(t.page('huber', '{changes}'), 'null', 'for others it is still the first release');
select is(t.thaw('graf') ->> 'state', 'CN403', 'who co-signs does not take back');
select is(t.thaw('huber') - 'location', '{"state": "draft"}', 'an editor does');
select is(t.page('huber', '{release,rejected}'), 'null', 'what was given back before is settled');

-- Two approvals.
select t.rule(2);
select is(t.release('brandl', 'T-BY') ->> 'state', 'frozen', 'the first of two approvals freezes');
select is((select count(*) from app.response_version), 0::bigint, 'and releases nothing');
select is(t.page('huber', '{release,frozen,count}'), '1', 'one of two');
select is(t.release('brandl', 'T-BY') ->> 'error', 'approved', 'the same person is not the second');
select t.do(t.thaw('huber'));
select t.do(t.save('huber', 'K4.G2.5', 1, 'agree_changed', 'Zustimmung zum Grundsatz.', 'Nur für Neuvorhaben'));
select is(t.release('huber', 'T-BY') ->> 'state', 'frozen', 'after thaw and edit the first approval counts no more');
select is((select array_agg(c.closed_as order by c.id) from app.release_candidate c), '{rejected,thawed,thawed,NULL}',
  'its candidate is closed');
select throws_ok($$insert into app.approval (candidate_id, response_id, stage_id, organisation_id, content_hash, person_id, verdict, at)
  select c.id, c.response_id, c.stage_id, c.organisation_id, c.content_hash, p.id, 'approve', app.now()
    from app.release_candidate c, app.person p where c.closed_as = 'thawed' and p.mail = 'graf@t.example' limit 1$$,
  'CN409', 'candidate_closed', 'nothing closed is approved');
select throws_ok($$insert into app.approval (candidate_id, response_id, stage_id, organisation_id, content_hash, person_id, verdict, at)
  select c.id, c.response_id, c.stage_id, c.organisation_id, sha256('anders'), p.id, 'approve', app.now()
    from app.release_candidate c, app.person p where c.closed_at is null and p.mail = 'graf@t.example'$$,
  '23503', null, 'nor another content');
select throws_ok($$update app.approval set verdict = 'reject', reason = 'x'$$, 'CN409', 'immutable', 'an approval stays');

-- Marks.
select is(t.mark('graf', 'L-K4-1', 'Umzug') ->> 'state', 'CN403', 'who co-signs marks nothing');
select is(t.release('brandl', 'T-BY', 'shortened') ->> 'error', 'redaction_none', 'gekürzt needs a passage');
select is(t.mark('huber', 'L-K4-1', 'Rechenzentrums Nord') - 'args', '{"error": "words_unknown", "state": "CN422", "field": "words"}', 'of its words');
select is(t.mark('huber', 'L-K4-1', 'geplant') ->> 'args', '{"count" : 2}', 'that stand once');
select t.do(t.mark('huber', 'L-K4-1', 'geplant', p_part => 'body', p_start => '62'));
select is((select row(d.field, d.range)::text from app.redaction d), '(body,"[62,69)")', 'or whose place is said');
select t.do(t.mark('brandl', 'L-K4-1', e' Umzug  des\nRechenzen\u00adtrums Süd ', 'Schutz der Anlage'));
select is((select app.cut(a.body, d.range) from app.redaction d join app.answer a on a.id = d.answer_id order by d.id desc limit 1),
  'Umzug des Rechenzentrums Süd', 'whatever white space is between');
select is(t.mark('huber', 'L-K4-1', 'Rechenzentrums') ->> 'error', 'redaction_overlap', 'once a place');
select is(t.page('brandl', '{redactions}'), '{"count": 2, "void": 0}', 'counted');
select is(t.page('brandl', '{release,frozen,is_current}'), 'true', 'what was approved without cuts is as it was');
select is(t.release('brandl', 'T-BY', 'shortened') ->> 'state', 'frozen', 'another choice replaces the candidate');
select is((select count(*) from app.response_version), 0::bigint, 'and with it the approval of the other choice');
select is(t.release('huber', 'T-BY', 'shortened') ->> 'version', '1', 'two that chose the same release');
select is((select c.closed_as from app.release_candidate c join app.response_version v on v.candidate_id = c.id), 'released',
  'the candidate is the version');
select is((select array_agg(row(x.key, d.field, d.range, d.reason)::text order by d.range) from app.released_redaction d
  join app.target x on x.id = d.target_id), array['(L-K4-1,body,"[4,32)","Schutz der Anlage")', '(L-K4-1,body,"[62,69)",Sicherheit)'],
  'with what is cut');
select is((select v.content_hash::bytea from app.response_version v), (select app.canon_hash(app.version_canon(v.id)) from app.response_version v),
  'which its hash covers');
select throws_ok($$delete from app.released_redaction$$, 'CN409', 'immutable', 'for good');
select is(t.mark('huber', 'L-K4-1', 'ist für') ->> 'error', 'not_draft', 'nothing is marked in what is submitted');

-- A changed text voids its marks, and says so.
select t.do(t.step('huber', 'editor', $$correction(e, 'dachstrategie')$$));
select t.do(t.save('huber', 'L-K4-1', 2, 'note', 'Inzwischen ist der Umzug des Rechenzentrums Süd beschlossen.'));
select is(t.page('huber', '{redactions}'), '{"count": 0, "void": 2}', 'marks of another text');
select is(t.release('brandl', 'T-BY', 'shortened') ->> 'error', 'redaction_void', 'are not released silently');
select t.do(t.mark('huber', 'L-K4-1', 'Umzug des Rechenzentrums Süd', p_instead => (select d.key from app.redaction d where lower(d.range) = 4)));
select is(t.page('huber', '{redactions}'), '{"count": 1, "void": 1}', 'one is set anew in its place');
select is((select count(*) from app.audit a where a.act in ('response.freeze', 'response.approve', 'response.reject', 'response.thaw',
  'redaction.mark')), 14::bigint, 'each act has its entry');

select * from finish();
rollback;
