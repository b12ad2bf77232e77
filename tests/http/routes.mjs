// with asan
// Every row of the map answers: to nobody, to a member, to a moderator, by the
// right status; wrong methods, unknown paths, HEAD, OPTIONS and the JSON twin.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, before, describe, test } from 'node:test';
import { nextEdition, publishEdition } from '../lib/next-edition.mjs';
import '../lib/jobs.mjs';
import { publish } from '../lib/publication.mjs';
import { PEOPLE } from '../lib/people.mjs';
import { FREEZE } from '../lib/report.mjs';
import { BASE, world } from '../lib/server.mjs';

// A path for each route; what `the release of Mecklenburg-Vorpommern` needs is
// filled in from the database.
const PATHS = {
  start: '/', consultations: '/consultations', consultation: BASE,
  chapter: `${BASE}/chapters/K4`, item: `${BASE}/items/K4.G2.5`, question: `${BASE}/questions/L-K4-1`,
  council_decisions: '/council-decisions', council_decision: null, council_decisions_csv: '/council-decisions.csv', protocol_statements: '/protocol-statements',
  results: `${BASE}/results`, results_csv: `${BASE}/results.csv`, results_json: `${BASE}/results.json`, results_codebook: `${BASE}/results/codebook`,
  codebook_csv: `${BASE}/results/codebook.csv`, statements: `${BASE}/results/statements`, statements_csv: `${BASE}/results/statements.csv`,
  statements_json: `${BASE}/results/statements.json`, statement: null, result: `${BASE}/results/K4.G2.5`,
  publications: `${BASE}/publications`, publication_publish: `${BASE}/publications`, publication_preview: `${BASE}/publications/preview`,
  result_publish: `${BASE}/publications/results`, result_revoke: `${BASE}/publications/results/revoke`, publication: `${BASE}/publications/MV`,
  publication_revoke: `${BASE}/publications/MV/revoke`, publication_consent: `${BASE}/response/publication`, consent_withdraw: `${BASE}/response/publication`,
  settings_licence: '/settings/open-data',
  commitments: '/commitments', commitments_csv: '/commitments.csv', commitment: '/commitments/V3-01', convergence: '/commitments/convergence',
  convergence_csv: '/commitments/convergence.csv', focus_topic: '/commitments/convergence/data', convergence_field: '/commitments/V3-01/convergence/data',
  convergence_state: '/commitments/V3-01/convergence/data', focus_topic_save: '/commitments/convergence/data', commitment_new: '/commitments/new',
  commitment_create: '/commitments/new', commitment_edit: '/commitments/V3-01/edit', commitment_save: '/commitments/V3-01/edit',
  commitment_event_record: '/commitments/V3-01/events', member_record: '/commitments/V3-01/members', member_declare: '/commitments/V3-01/declarations',
  member_decide: '/commitments/V3-01/declarations/decide', deviations: '/commitments/V3-01/deviations', deviation_save: '/commitments/V3-01/deviations',
  deviation_release: '/commitments/V3-01/deviations/release', deviation_discard: '/commitments/V3-01/deviations/discard',
  deviation_record: '/commitments/V3-01/deviations/record', project_link_add: '/commitments/V3-01/projects', project_link_remove: '/commitments/V3-01/projects/remove',
  council_decision_new: '/council-decisions/new', council_decision_create: '/council-decisions/new',
  council_decision_edit: '/council-decisions/2023/44/edit', council_decision_save: '/council-decisions/2023/44/edit',
  council_decision_link_add: '/council-decisions/2023/44/links', council_decision_link_remove: '/council-decisions/2023/44/links/remove',
  protocol_statement_record: '/protocol-statements', protocol_statement_withdraw: '/protocol-statements/withdraw',
  search: '/search?q=Verwaltung', help: '/help', glossary: '/glossary', visibility: '/visibility', accessibility: '/accessibility',
  easy_language: '/easy-language', privacy: '/privacy', imprint: '/imprint',
  barrier_new: '/barriers/new', barrier_report: '/barriers/new', barrier_received: null, barriers: '/barriers', barrier: '/barriers/B-2024-0001', barrier_handle: '/barriers/B-2024-0001',
  login: '/login', login_post: '/login', logout: '/logout', account: '/account', session_end: '/account/sessions',
  link: null, link_accept: null, password_reset: '/password-reset', password_reset_ask: '/password-reset',
  account_welcome: '/account/welcome', account_password: '/account/password', password_change: '/account/password',
  sessions_end: '/account/sessions/others', account_tokens: '/account/tokens', token_create: '/account/tokens', token_revoke: '/account/tokens/revoke',
  api_guide: '/help/api', openapi: '/openapi.json', account_stay: '/account/stay', account_context: '/account/context', context_switch: '/account/context',
  second_factor: '/login/second-factor', second_factor_post: '/login/second-factor', step_up: '/account/step-up', step_up_post: '/account/step-up',
  account_factor: '/account/second-factor', factor_set: '/account/second-factor', factor_codes: '/account/second-factor/recovery-codes',
  factor_removal: '/account/second-factor/removal', factor_remove: '/account/second-factor/removal',
  response: `${BASE}/response`, answer: `${BASE}/response/answers/L-K12-2`, answer_save: `${BASE}/response/answers/L-K12-2`,
  answer_history: `${BASE}/response/answers/L-K12-2/history`, answer_restore: `${BASE}/response/answers/L-K12-2/history`,
  answer_diff: `${BASE}/response/answers/K4.G2.5/diff`, nil_rest: `${BASE}/response/nil-rest`, release: `${BASE}/response/release`, release_submit: `${BASE}/response/release`,
  release_freeze: `${BASE}/response/freeze`, release_thaw: `${BASE}/response/thaw`, release_reject: `${BASE}/response/reject`,
  assignments: `${BASE}/response/assignments`, assign: `${BASE}/response/assignments`, assignment_done: `${BASE}/response/answers/L-K12-2/done`,
  comment_write: `${BASE}/response/answers/L-K12-2/comments`, comment_withdraw: `${BASE}/response/answers/L-K12-2/comments/withdraw`,
  redactions: `${BASE}/response/redactions`, redaction: `${BASE}/response/redactions/K4.G2.5`,
  redaction_mark: `${BASE}/response/redactions/K4.G2.5`, redaction_remove: `${BASE}/response/redactions/K4.G2.5/remove`,
  response_cosigns: `${BASE}/response/cosigns`, cosign_ask: `${BASE}/response/cosigns`, cosign_remind: `${BASE}/response/cosigns/remind`,
  cosign_withdraw: `${BASE}/response/cosigns/aaaaaaaaaaaa/withdraw`, cosigns: '/cosigns', cosign: null, cosign_decide: null, cosign_undo: null,
  house_rules: '/house/rules', house_rules_save: '/house/rules',
  joinable: `${BASE}/response/joinable`, joinable_response: `${BASE}/response/joinable/SH`, join_adopt: `${BASE}/response/joinable/SH`,
  join_stay: `${BASE}/response/joinable/SH/stay`, join_leave: `${BASE}/response/joinable/SH/leave`, join_leave_answer: `${BASE}/response/answers/L-K12-2/leave`,
  short: `${BASE}/response/short`, short_save: `${BASE}/response/short`,
  correction: `${BASE}/response/correction`, withdrawal: `${BASE}/response/withdrawal`, response_withdraw: `${BASE}/response/withdrawal`, extension: `${BASE}/response/extension`, extension_ask: `${BASE}/response/extension`, response_print: `${BASE}/response/print`, receipt: null, receipt_print: null, receipt_proof: null, receipt_response: null, receipt_keys: '/receipts/keys',
  returns: `${BASE}/returns`, opinion: `${BASE}/opinion`, opinion_csv: `${BASE}/opinion.csv`, opinion_xlsx: `${BASE}/opinion.xlsx`, matrix: `${BASE}/matrix`, matrix_csv: `${BASE}/matrix.csv`, matrix_svg: `${BASE}/matrix.svg`, matrix_xlsx: `${BASE}/matrix.xlsx`, opinion_target: `${BASE}/opinion/K4.G2.5`, reminder: `${BASE}/returns/reminder`, reminder_send: `${BASE}/returns/reminder`, participation: `${BASE}/participations/BY`, response_reopen: `${BASE}/participations/BY/reopening`, extension_decide: `${BASE}/participations/BY/extension`, single_release_set: `${BASE}/participations/BY/single-release`, submission: null, amendments: `${BASE}/amendments`, amendment: `${BASE}/amendments/K4.G2.5`,
  desk: `${BASE}/desk`, workflow: `${BASE}/workflow`, workflow_save: `${BASE}/workflow`, workflow_sponsor: `${BASE}/workflow/sponsors`,
  bulk_new: `${BASE}/bulk`, bulk_start: `${BASE}/bulk`, bulk: null, bulk_do: null, bulk_undo: null, position_assign: `${BASE}/positions/R1-0001/assignment`,
  position: `${BASE}/positions/R1-0001`, assessment_save: `${BASE}/positions/R1-0001/assessment`, assessment_lock: `${BASE}/positions/R1-0001/lock`, assessment_carry: `${BASE}/positions/R1-0001/carry`,
  assessment_review: `${BASE}/positions/R1-0001/review`, approval_ask: `${BASE}/positions/R1-0001/approvals`, approvals: `${BASE}/approvals`, approval_decide: `${BASE}/approvals`, approval_take_back: `${BASE}/approvals/undo`,
  outcome: `${BASE}/response/outcome`, outcome_print: `${BASE}/response/outcome/print`, ask_back: null, ask_back_write: null,
  earlier: `${BASE}/response/earlier`, earlier_confirm: `${BASE}/response/earlier`, earlier_take: `${BASE}/response/answers/L-K12-2/earlier`,
  validity: `${BASE}/response/validity`, validity_save: `${BASE}/response/validity`, validity_counts: `${BASE}/validity`, validity_csv: `${BASE}/validity.csv`,
  shift: `${BASE}/shift`, shift_csv: `${BASE}/shift.csv`, shift_target: null,
  consultation_new: '/consultations/new', consultation_create: '/consultations/new', consultation_edit: `${BASE}/edit`, consultation_save: `${BASE}/edit`,
  findings: `${BASE}/response/findings`, finding_write: `${BASE}/response/findings`, inbox: `${BASE}/inbox`, finding_record: `${BASE}/inbox`, finding: null, finding_handle: null,
  timeline: `${BASE}/timeline`, stages: `${BASE}/stages`, stage_new: `${BASE}/stages/new`, stage_create: `${BASE}/stages/new`, stage_edit: `${BASE}/stages/s2`, stage_save: `${BASE}/stages/s2`, stage_preview: `${BASE}/stages/s1/preview`, stage_audience: `${BASE}/stages/s2/audience`, stage_audience_save: `${BASE}/stages/s2/audience`, stage_extend: `${BASE}/stages/s1/extension`, stage_advance: `${BASE}/stages/s1/state`,
  replies: `${BASE}/replies`, reply: `${BASE}/replies/MV`, reply_save: `${BASE}/replies/MV`, reply_print: `${BASE}/replies/MV/print`,
  reply_release: `${BASE}/replies/release`, reply_schedule: `${BASE}/replies/release`, reply_move: `${BASE}/replies/release/move`,
  reply_cancel: `${BASE}/replies/release/cancel`, reply_ask_back: null, ask_back_answer: null,
  chain: `${BASE}/editions/1/items/K4.G2.5/chain`, position_chain: `${BASE}/positions/R1-0001/chain`, change: `${BASE}/editions/2/changes/K4.G2.5`, cause_add: `${BASE}/editions/2/changes/K4.G2.5/causes`,
  cause_remove: `${BASE}/editions/2/changes/K4.G2.5/causes/remove`, chain_gaps: `${BASE}/editions/2/chain-gaps`,
  groups: `${BASE}/groups`, groups_compare: `${BASE}/groups/comparison`, group_new: `${BASE}/groups/new`, group_form: `${BASE}/groups`, proposal: null, proposal_merge: null,
  proposal_keep_apart: null, proposal_reopen: null, position_group: null, group_save: null, group_add: null, group_assessment_save: null, group_assessment_block: null, group_assessment_lock: null, group_assessment_review: null, group_approval_ask: null, group_remove: null, group_dissolve: null,
  topics: `${BASE}/topics`, topic_create: `${BASE}/topics`, topic_template: `${BASE}/topics/template`, topic_assign: `${BASE}/topics/assign`, topic_tag: `${BASE}/topics/assign`,
  topic_bulk_undo: `${BASE}/topics/bulk/aaaaaaaaaaaa/undo`, text_blocks: `${BASE}/topics/blocks`, text_block_create: `${BASE}/topics/blocks`,
  editions: `${BASE}/editions`, edition_create: `${BASE}/editions`, edition: `${BASE}/editions/1`, edition_end: null, edition_discard: null,
  edition_import: `${BASE}/editions/import`, edition_upload_post: `${BASE}/editions/import`, edition_upload: null, edition_take: null,
  anchors: null, anchor_confirm: null, anchors_confirm_same: null, edition_publish: null, edition_make_public: null, compare: null, orphans: null, reanchor: null, reanchor_write: null,
  edition_text: null, edition_text_save: null, edition_chapter: null, edition_chapter_save: null,
  topic: null, topic_save: null, topic_end: null, topic_remove: null, text_block: null, text_block_save: null, text_block_remove: null,
  cut: `${BASE}/answers/R1-0001/cut`, cut_form: `${BASE}/answers/R1-0001/cut`, cut_undo: `${BASE}/answers/R1-0001/cut/undo`, assessment_block: `${BASE}/positions/R1-0001/block`,
  intake: `${BASE}/participations/BY/intake`, intake_save: `${BASE}/participations/BY/intake`, intake_hand_over: `${BASE}/participations/BY/intake/handover`, intake_recall: `${BASE}/participations/BY/intake/recall`, intake_discard: `${BASE}/participations/BY/intake/discard`, intake_answer: null, intake_answer_save: `${BASE}/participations/BY/intake/answers/K4.G2.5`, intake_review: null, intake_confirm: `${BASE}/response/intake/confirm`, intake_return: `${BASE}/response/intake/return`, intake_take_over: `${BASE}/response/intake/draft`,
  reports: `${BASE}/reports`, report_new: `${BASE}/reports/new`, report_create: `${BASE}/reports/new`, report: null, report_edit: null, report_save: null, report_section_save: null,
  report_dissent_mark: null, report_freeze: null, report_freeze_confirm: null, report_outcome: null, report_outcome_save: null, report_files: null, report_files_make: null, report_file: null,
  synopsis: `${BASE}/synopsis`, synopsis_csv: `${BASE}/synopsis.csv`, synopsis_json: `${BASE}/synopsis.json`, synopsis_xlsx: `${BASE}/synopsis.xlsx`, synopsis_print: `${BASE}/synopsis/print`, synopsis_row: null,
  nature: `${BASE}/synopsis/nature`, nature_set: `${BASE}/synopsis/nature`, saved_views: `${BASE}/synopsis/views`, saved_view_save: `${BASE}/synopsis/views`,
  saved_view: null, saved_view_change: null, saved_view_delete: null,
  people: '/people', person_new: '/people/new', person_invite: '/people/new', person: null, person_edit: null, person_save: null,
  role_new: null, role_grant: null, platform_role_new: null, platform_role_grant: null, role_end: null, role_stop: null,
  person_lock: null, person_block: null, person_unblock: null, person_factor: null, person_factor_demand: null, person_factor_reset: null,
  house: '/house', house_invite: '/house/invite', house_invite_send: '/house/invite', house_resend: '/house/people/aaaaaaaaaaaa/invitation',
  house_role_end: null, house_role_stop: null, house_deputy: '/house/deputy', house_deputy_name: '/house/deputy',
  house_handover: '/house/handover', house_hand_over: '/house/handover',
  invitations: '/invitations', invitation_new: '/invitations/new', invitation_make: '/invitations/new',
  invitation_resend: '/invitations/aaaaaaaaaaaa/resend', invitation_withdraw: '/invitations/aaaaaaaaaaaa/withdraw',
  account_data: '/account/data', account_data_json: '/account/data.json', person_data: null, person_data_json: null,
  erasure: null, person_erase: null, retention: '/retention', retention_limits: '/retention/limits',
  settings: '/settings', settings_draft: '/settings', settings_preview: '/settings/preview', settings_publish: '/settings/preview',
  settings_discard: '/settings/discard', settings_idle: '/settings/sessions', settings_checkpoints: '/settings/checkpoints',
  settings_factor: '/settings/consultations/dachstrategie-2024',
  retention_preview: '/retention/run', retention_now: '/retention/run',
  organisations: '/organisations', organisations_csv: '/organisations.csv', organisation_new: '/organisations/new', organisation_create: '/organisations/new',
  organisation: '/organisations/BY', organisation_edit: '/organisations/BY/edit', organisation_save: '/organisations/BY/edit',
  organisation_name: '/organisations/BY/name', organisation_rename: '/organisations/BY/name',
  organisation_successor: '/organisations/BY/successor', organisation_succeed: '/organisations/BY/successor',
  organisation_end: '/organisations/BY/end', organisation_finish: '/organisations/BY/end',
  seats: '/seats', seat: '/seats/BY', seat_holders: '/seats/BY/holders', seat_change: '/seats/BY/holders', seat_undo: '/seats/BY/undo',
  address_import: '/invitations/import', address_import_upload: '/invitations/import', address_template: '/invitations/import/template.csv',
  address_import_result: null, address_import_confirm: null, address_import_discard: null,
  mail: '/mail', mail_item: '/mail/aaaaaaaaaaaa', mail_again: '/mail/aaaaaaaaaaaa/again', mail_withdraw: '/mail/aaaaaaaaaaaa/withdraw',
  mail_return: '/mail/aaaaaaaaaaaa/returned', jobs: '/jobs', job_retry: '/jobs/aaaaaaaaaaaa/retry',
  audit: '/audit', audit_csv: '/audit.csv', audit_json: '/audit.json', audit_verification: '/audit/verification', audit_verify: '/audit/verification',
  audit_checkpoints: '/audit/checkpoints', audit_exports: '/audit/exports',
  health: '/health', security_txt: '/.well-known/security.txt',
};

const ROWS = [...readFileSync(new URL('../../app/routes.def', import.meta.url), 'utf8')
  .matchAll(/^(PAGE|VIEW|ACTION|CUSTOM)\((\w+),\s*(?:METHOD_(\w+),\s*)?"([^"]+)",\s*"(\w+)"/gm)]
  .map(([, kind, name, method, path, audience]) => ({ kind: kind === 'VIEW' ? 'PAGE' : kind, name, path, audience, method: method ?? (kind === 'ACTION' ? 'POST' : 'GET') }));

const AUDIENCE = {
  public: { nobody: 200, member: 200, moderator: 200, administrator: 200, auditor: 200 },
  pending: { nobody: 303, member: 303, moderator: 303, administrator: 303, auditor: 303 }, // see factor.mjs
  signed_in: { nobody: 303, member: 200, moderator: 200, administrator: 200, auditor: 200 },
  member: { nobody: 303, member: 200, moderator: 403, administrator: 403, auditor: 403 },
  editor: { nobody: 303, member: 200, moderator: 403, administrator: 403, auditor: 403 },
  releaser: { nobody: 303, member: 200, moderator: 403, administrator: 403, auditor: 403 },
  desk: { nobody: 303, member: 403, moderator: 200, administrator: 403, auditor: 403 },
  moderator: { nobody: 303, member: 403, moderator: 200, administrator: 403, auditor: 403 },
  administrator: { nobody: 303, member: 403, moderator: 403, administrator: 200, auditor: 403 },
  auditor: { nobody: 303, member: 403, moderator: 403, administrator: 403, auditor: 200 },
  reporter: { nobody: 303, member: 403, moderator: 403, administrator: 403, auditor: 403, reporter: 200 },
  inviter: { nobody: 303, member: 403, moderator: 200, administrator: 200, auditor: 403 },
};
/** What a person gets; NAME_confirmed is NAME for who has just signed in. */
const expects = (row, person) => AUDIENCE[row.audience.replace(/_confirmed$/, '')][person];

let w;
const who = {};
before(async () => {
  w = await world();
  await w.sql(`insert into app.setting (key, value) values ('operator.draft', '{"responsible": "Pressestelle"}')`);
  who.nobody = w.client();
  who.member = await w.as(PEOPLE.lorenz);
  who.moderator = await w.as(PEOPLE.sander);
  who.reporter = await w.as(PEOPLE.petersen);
  who.administrator = await w.as(PEOPLE.adler);
  const [[list]] = await w.sql(`insert into app.organisation_import (file_name, file_hash, encoding, separator, rows, uploaded_by, uploaded_at)
    select 'adressen.csv', sha256('a'), 'utf-8', ';', '[]', p.id, app.now() from app.person p where p.mail = '${PEOPLE.adler}' returning key`);
  Object.assign(PATHS, { address_import_result: `/invitations/import/${list}`, address_import_confirm: `/invitations/import/${list}`,
    address_import_discard: `/invitations/import/${list}/discard` });
  who.auditor = await w.as(PEOPLE.voss);
  const [[person, role]] = await w.sql(`
    select p.key, m.key from app.person p join app.membership m on m.person_id = p.id where p.mail = '${PEOPLE.huber}'`);
  const own = await w.value(`select m.key from app.person p join app.membership m on m.person_id = p.id where p.mail = '${PEOPLE.lorenz}' and m.role = 'editor'`);
  Object.assign(PATHS, { house_role_end: `/house/roles/${own}/end`, house_role_stop: `/house/roles/${own}/end`, person: `/people/${person}`, person_edit: `/people/${person}/edit`, person_save: `/people/${person}/edit`,
    role_new: `/people/${person}/roles/new`, role_grant: `/people/${person}/roles/new`,
    platform_role_new: `/people/${person}/platform-roles/new`, platform_role_grant: `/people/${person}/platform-roles/new`,
    role_end: `/people/${person}/roles/${role}/end`, role_stop: `/people/${person}/roles/${role}/end`,
    person_lock: `/people/${person}/lock`, person_block: `/people/${person}/lock`, person_unblock: `/people/${person}/unlock`,
    person_factor: `/people/${person}/second-factor`, person_factor_demand: `/people/${person}/second-factor/demand`,
    person_factor_reset: `/people/${person}/second-factor/reset`,
    person_data: `/people/${person}/data`, person_data_json: `/people/${person}/data.json`,
    erasure: `/people/${person}/erasure`, person_erase: `/people/${person}/erasure` });
  const [[organisation, receipt]] = await w.sql(`
    select o.code, r.number from app.receipt r join app.organisation o on o.id = r.organisation_id
      where o.code = 'MV' order by r.number desc limit 1`);
  PATHS.receipt = `/receipts/${receipt}`;
  Object.assign(PATHS, { receipt_print: `${PATHS.receipt}/print`, receipt_proof: `${PATHS.receipt}/proof.json`, receipt_response: `${PATHS.receipt}/response` });
  await w.jobs('--once'); // signs it
  await w.sql(`insert into app.intake (stage_id, organisation_id, received_on, channel, state, content_hash, entered_by, entered_at, changed_at, handed_by, handed_at)
    select p.stage_id, p.organisation_id, '2024-04-20', 'letter', 'waiting', sha256('a'), m.id, app.now(), app.now(), m.id, app.now()
      from app.participation p join app.organisation o on o.id = p.organisation_id, app.person m where o.code = 'MV' and m.mail = '${PEOPLE.sander}'`);
  PATHS.intake_review = `${BASE}/response/intake`;
  PATHS.intake_answer = PATHS.intake_answer_save = `${BASE}/participations/MV/intake/answers/K4.G2.5`;
  PATHS.synopsis_row = `${BASE}/synopsis/rows/${(await who.moderator.json(`${BASE}/synopsis`)).rows[0].token}`;
  const saved = await who.moderator.post(`${BASE}/synopsis/views`, { csrf: await who.moderator.csrf(), name: 'Alle' });
  assert.equal(saved.status, 303);
  [{ edit_href: PATHS.saved_view }] = (await who.moderator.json(`${BASE}/synopsis/views`)).views;
  Object.assign(PATHS, { saved_view_change: PATHS.saved_view, saved_view_delete: `${PATHS.saved_view}/delete` });
  PATHS.submission = `${BASE}/submissions/${organisation}`;
  await publish(w, organisation);
  PATHS.statement = `${BASE}/results/statements/${organisation}`;
  Object.assign(PATHS, await cosignPaths(), await groupPaths(), await topicPaths(), await editionPaths(), await replyPaths(), await reportPaths());
  // A stage before the first, for the shift between both; and a finding.
  await w.sql(`insert into app.stage (consultation_id, edition_id, key, number, title, opens_at, closes_at)
    select s.consultation_id, s.edition_id, 's9', 9, 'Vorlauf', s.opens_at - interval '60 days', s.opens_at - interval '30 days' from app.stage s where s.key = 's1'`);
  PATHS.shift_target = `${BASE}/shift/K4.G2.5`;
  const found = await who.moderator.submit(`${BASE}/inbox`, { item: 'K4.G2.5', title: 'Vergaberecht', body: 'Seit Juni gilt anderes.' });
  PATHS.finding = PATHS.finding_handle = found.location.split('?')[0];
  PATHS.barrier_received = (await who.nobody.post('/barriers/new', { page: '/', body: 'Der Kontrast ist zu schwach.', name: '', mail: '' })).location;
  const token = 'routes'.padEnd(43, '-');
  await w.sql(`with p as (insert into app.person (mail, name) values ('neu@kleinbeispiel.example', 'Nina Neu') returning id)
    insert into app.invitation (person_id, purpose, token_hash, created_at, ends_at)
      select id, 'invitation', sha256('${token}'), app.now(), app.now() + interval '7 days' from p`);
  PATHS.link = PATHS.link_accept = `/invitation/${token}`;
  const mail = await w.value("select app.queue_mail('office_invitation', null, 'poststelle@rostock.example', null, null, null, null)");
  PATHS.mail_item = `/mail/${await w.value(`select key from app.mail where id = ${mail}`)}`;
  const decisions = await who.nobody.json('/council-decisions');
  PATHS.council_decision = decisions.rows[0].href;
});
after(() => w?.stop());

/** A proposal of two positions, and a group of two others. */
async function groupPaths() {
  const key = await w.value(`with p as (select p.id, p.stage_id, row_number() over (order by p.id) as n from app.position p),
      g as (insert into app.position_group (stage_id, number, name, made_at, made_by)
        select p.stage_id, 1, 'Ansprechpartner', app.now(), (select min(id) from app.person) from p where p.n = 1 returning id, stage_id)
    insert into app.group_proposal (stage_id, a_id, b_id, percent, found_at)
      select a.stage_id, a.id, b.id, 90, app.now() from p a, p b where a.n = 1 and b.n = 2 returning key`);
  await w.sql(`insert into app.group_member (group_id, stage_id, position_id, joined_at, joined_by)
    select g.id, g.stage_id, p.id, app.now(), g.made_by from app.position_group g, (select id from app.position order by id offset 2 limit 2) p`);
  const bulk = `${BASE}/bulk/${await w.value(`with b as (insert into app.bulk (stage_id, kind, made_at, made_by)
      select stage_id, 'assign', app.now(), (select min(id) from app.person) from app.position limit 1 returning *),
    p as (insert into app.bulk_position (bulk_id, position_id, stage_id) select b.id, min(x.id), b.stage_id from b join app.position x using (stage_id) group by b.id, b.stage_id)
    select key from b`)}`;
  const [proposal, group] = [`${BASE}/groups/proposals/${key}`, `${BASE}/groups/G-01`];
  return { bulk, bulk_do: bulk, bulk_undo: `${bulk}/undo`, proposal, proposal_merge: proposal, proposal_keep_apart: `${proposal}/apart`, proposal_reopen: `${proposal}/undo`, position_group: group,
    group_save: group, group_add: `${group}/members`, group_remove: `${group}/remove`, group_dissolve: `${group}/dissolve`,
    group_assessment_save: `${group}/assessment`, group_assessment_block: `${group}/block`, group_assessment_lock: `${group}/lock`, group_assessment_review: `${group}/review`, group_approval_ask: `${group}/approvals` };
}

/** A frozen paper with a file, and a draft of the next one. */
async function reportPaths() {
  await w.sql(FREEZE);
  await w.sql("insert into app.artifact (report_id, format, data, size, hash, made_at) select r.id, 'pdf', 'x', 1, sha256('x'), app.now() from app.report r");
  const at = `${BASE}/reports/${await w.value('select key from app.report')}`;
  const made = await who.reporter.submit(`${BASE}/reports/new`, { session_number: '44', session_on: '19.06.2024' });
  assert.equal(made.status, 303, made.words.slice(0, 600));
  const draft = made.location.replace(/\/edit.*/, '');
  return { report: at, report_outcome: `${at}/outcome`, report_outcome_save: `${at}/outcome`, report_files: `${at}/files`, report_files_make: `${at}/files`, report_file: `${at}/files/pdf`,
    report_edit: `${draft}/edit`, report_section_save: `${draft}/edit`, report_save: `${draft}/cover`, report_dissent_mark: `${draft}/dissents`,
    report_freeze: `${draft}/freeze`, report_freeze_confirm: `${draft}/freeze` };
}

/** Another published edition, and a draft of the next one. */
async function editionPaths() {
  await nextEdition(w, { asOf: '2024-06-19', reworded: { 'K4.G2.5': 'Abweichungen sind zu begründen.' } });
  await publishEdition(w, 2);
  await nextEdition(w, { asOf: '2024-06-20' });
  const draft = `${BASE}/editions/3`;
  const upload = `${BASE}/editions/import/${await w.value(`insert into app.edition_upload (consultation_id, file_name, file_size, file_hash, bytes, uploaded_at, uploaded_by)
    select c.id, 'Papier.md', 1, sha256('a'), 'a', app.now(), (select min(id) from app.person) from app.consultation c returning key`)}`;
  return { edition_upload: upload, edition_take: upload, edition_end: `${draft}/end`, edition_discard: `${draft}/end`, anchors: `${draft}/anchors`, anchor_confirm: `${draft}/anchors`,
    anchors_confirm_same: `${draft}/anchors/unchanged`, edition_publish: `${draft}/publish`, edition_make_public: `${draft}/publish`, edition_text: `${draft}/text`, edition_text_save: `${draft}/text`,
    edition_chapter: `${draft}/chapters/K1`, edition_chapter_save: `${draft}/chapters/K1`,
    compare: `${BASE}/editions/1/compare/2`, orphans: `${draft}/orphans`, reanchor: `${draft}/places/R1-0001`, reanchor_write: `${draft}/places/R1-0001` };
}

/** A topic with a text block. */
async function topicPaths() {
  const [[topic, block]] = await w.sql(`with t as (insert into app.topic (consultation_id, name) select id, 'Technik' from app.consultation returning *)
    insert into app.text_block (consultation_id, topic_id, name, body) select t.consultation_id, t.id, 'Muster', 'Zu {{Nummer}}.' from t
      returning (select t.key from t), key`);
  const [one, words] = [`${BASE}/topics/${topic}`, `${BASE}/topics/blocks/${block}`];
  return { topic: one, topic_save: one, topic_end: `${one}/end`, topic_remove: `${one}/end`,
    text_block: words, text_block_save: words, text_block_remove: `${words}/remove` };
}

/** A request to Lorenz about an answer as it was released. */
async function cosignPaths() {
  const key = await w.value(`set session_replication_role = replica;
    insert into app.cosign_request (organisation_id, answer_id, revision, content_hash, person_id, asked_by, asked_at, due_on, silence)
      select a.organisation_id, a.id, 1, a.content_hash, p.id, p.id, app.now(), '2024-04-25', 'waits'
        from app.answer a join app.organisation o on o.id = a.organisation_id, app.person p
        where o.code = 'MV' and p.mail = '${PEOPLE.lorenz}' order by a.id limit 1 returning key`);
  return { cosign: `/cosigns/${key}`, cosign_decide: `/cosigns/${key}`, cosign_undo: `/cosigns/${key}/undo` };
}

/** What Mecklenburg-Vorpommern was told yesterday, and asks back about. */
async function replyPaths() {
  const [number, key] = (await w.value(`set session_replication_role = replica;
    with c as (select v.* from app.current_version v join app.organisation o on o.id = v.organisation_id where o.code = 'MV'),
      r as (insert into app.reply_release (stage_id, number, at, ask_back_until)
        select c.stage_id, 1, app.now() - interval '1 day', app.now() + interval '1 day' from c returning *),
      v as (insert into app.reply_version (release_id, stage_id, organisation_id, response_version_id)
        select r.id, r.stage_id, c.organisation_id, c.response_version_id from r, c),
      p as (insert into app.reply_point (release_id, stage_id, position_id)
        select r.id, r.stage_id, x.id from r, c join app.position x on x.organisation_id = c.organisation_id returning position_id),
      a as (insert into app.ask_back (stage_id, organisation_id, position_id, body, asked_at, asked_by)
        select c.stage_id, c.organisation_id, min(p.position_id), 'Warum?', app.now(), (select min(x.id) from app.person x) from c, p group by 1, 2
        returning key, position_id)
    select app.position_number('consultation', 1, x.number, x.part) || ' ' || a.key from a join app.position x on x.id = a.position_id`)).split(' ');
  const [point, asked] = [`${BASE}/response/outcome/${number}`, `${BASE}/replies/MV/ask-backs/${key}`];
  return { ask_back: point, ask_back_write: point, reply_ask_back: asked, ask_back_answer: asked };
}

test('the map has a sample path for each row', () => {
  assert.deepEqual(ROWS.map((r) => r.name).sort(), Object.keys(PATHS).sort());
});

describe('reading', () => {
  for (const row of ROWS.filter((r) => r.method === 'GET')) {
    for (const person of ['nobody', 'member', 'moderator', 'administrator', 'auditor']) {
      // a receipt is for the house that got it and the desk
      const expected = row.path.startsWith('/receipts/:') && row.audience === 'signed_in' && ['administrator', 'auditor'].includes(person) ? 404 : expects(row, person);
      test(`${row.name}: ${person} gets ${expected}`, async () => {
        const path = PATHS[row.name];
        const reply = await who[person].get(path);
        assert.equal(reply.status, expected, reply.words.slice(0, 400));
        if (expected === 303) assert.match(reply.location, /^\/login\?next=%?/);
        if (row.kind === 'PAGE' && expected === 200) {
          assert.match(reply.type, /^text\/html; charset=utf-8$/i);
          assert.match(reply.text, /^<!doctype html>/i);
          assert.equal((reply.text.match(/<h1[\s>]/g) ?? []).length, 1, 'one h1');
          assert.ok(reply.title.length > 3, 'a title');
          if (!row.name.startsWith('text_block')) assert.doesNotMatch(reply.text, /\{\{/, 'a tag of the template is left'); // their variables look so
        }
        if (row.kind === 'PAGE') {
          const twin = await who[person].get(`/api${path === '/' ? '' : path}`);
          assert.equal(twin.status, expected === 303 ? 401 : expected);
          assert.match(twin.type, /^application\/json/);
          if (expected === 200) assert.ok('frame' in twin.json, 'the document of the page');
          else assert.equal(twin.json.error.status, twin.status);
        }
      });
    }
    if (row.audience === 'pending') continue;
    test(`${row.name}: HEAD like GET, without a body`, async () => {
      const person = who[['member', 'moderator', 'administrator', 'auditor', 'reporter'].find((name) => expects(row, name) === 200)];
      const head = await person.head(PATHS[row.name]);
      assert.equal(head.status, 200);
      assert.equal(head.body.length, 0);
      const get = await person.get(PATHS[row.name]);
      assert.equal(head.type, get.type);
    });
  }
});

describe('writing', () => {
  for (const row of ROWS.filter((r) => r.method === 'POST' && r.audience !== 'public')) {
    test(`${row.name}: nobody is refused`, async () => {
      const reply = await who.nobody.post(PATHS[row.name], { version: '1' });
      assert.equal(reply.status, 401);
      const twin = await who.nobody.request('POST', `/api${PATHS[row.name]}`, { body: '{}', headers: { 'content-type': 'application/json' } });
      assert.equal(twin.status, 401);
    });
    test(`${row.name}: without the form token it is 403, and nothing happens`, async () => {
      const before = await w.value('select count(*) from app.audit');
      assert.equal((await who.member.post(PATHS[row.name], { version: '1', stance: 'agree', body: 'x' })).status, 403);
      assert.equal((await who.member.post(PATHS[row.name], { csrf: 'A'.repeat(43), version: '1' })).status, 403);
      assert.equal(await w.value('select count(*) from app.audit'), before);
    });
    if ([200, 303].includes(expects(row, 'moderator'))) continue;
    test(`${row.name}: a moderator is not in the audience`, async () => {
      const csrf = await who.moderator.csrf();
      const reply = await who.moderator.post(PATHS[row.name], { csrf, version: '1', stance: 'agree', body: 'x', content_hash: '0'.repeat(64), publication: 'no', declaration: '1' });
      assert.equal(reply.status, 403);
    });
  }
});

describe('what the map does not know', () => {
  const paths = ['/nichts', '/consultations/anderes', `${BASE}/chapters/K9`, `${BASE}/items/K4.G2.99`, `${BASE}/questions/L-K4-99`,
    '/council-decisions/1999/1', '/static/nichts.css', '/static/../resonanz.conf', '/static/%2e%2e/secret', '//', '/login/', '/consultations/', '/api/', '/api/nichts',
    `${BASE}/chapters/%ff`, `${BASE}/chapters/K4%00`, '/%'];
  for (const path of paths) {
    test(`404 or 400: ${path}`, async () => {
      const reply = await who.nobody.get(path);
      assert.ok(reply.status === 404 || reply.status === 400, `status ${reply.status}`);
      assert.ok(reply.text.length > 50, 'an answer that helps');
    });
  }
  test('a path of 5,000 octets is refused, the server lives', async () => {
    const reply = await who.nobody.get(`/${'a'.repeat(5000)}`, { useAgent: false }).catch((e) => e);
    assert.ok(reply instanceof Error || [404, 414, 431, 400].includes(reply.status));
    assert.equal((await who.nobody.get('/health')).status, 200);
  });
});

describe('methods', () => {
  for (const [path, allowed] of [['/', 'GET, HEAD, OPTIONS'], ['/login', 'GET, HEAD, POST, OPTIONS'], ['/logout', 'POST, OPTIONS'], [`${BASE}/response/nil-rest`, 'POST, OPTIONS']]) {
    test(`OPTIONS ${path}`, async () => {
      const reply = await who.nobody.request('OPTIONS', path);
      assert.equal(reply.status, 204);
      assert.equal(reply.headers.allow, allowed);
    });
    for (const method of ['PUT', 'DELETE', 'PATCH']) {
      test(`${method} ${path} is 405 and names what is allowed`, async () => {
        const reply = await who.nobody.request(method, path, { body: method === 'DELETE' ? null : '' });
        assert.equal(reply.status, 405);
        assert.equal(reply.headers.allow, allowed);
      });
    }
  }
  test('GET where only POST is known', async () => {
    const reply = await who.member.get('/logout');
    assert.equal(reply.status, 405);
    assert.equal(reply.headers.allow, 'POST, OPTIONS');
  });
  test('TRACE and unknown methods are refused', async () => {
    for (const method of ['TRACE', 'PROPFIND']) {
      const reply = await who.nobody.request(method, '/', { useAgent: false });
      assert.ok([400, 405, 501].includes(reply.status), `${method} ${reply.status}`);
    }
  });
});

describe('a page and its twin are one document', () => {
  test('chapter: each item and question of the twin is on the page', async () => {
    const doc = await who.nobody.json(PATHS.chapter);
    const page = await who.nobody.get(PATHS.chapter);
    const items = doc.sections.flatMap((s) => s.items);
    assert.ok(items.length >= 14, `${items.length} items`);
    for (const item of items) assert.ok(page.text.includes(item.href), item.key);
    for (const question of doc.question_sets.flatMap((s) => s.questions)) assert.ok(page.text.includes(question.href), question.key);
  });
  test('shift: two bars for each target of the twin, with title and description', async () => {
    const { chart, rows } = await who.moderator.json(`${BASE}/shift`);
    const drawn = (await who.moderator.get(`${BASE}/shift`)).text;
    assert.ok(rows.length > 20 && chart.rows.length === 2 * rows.length);
    assert.match(drawn, /<svg [^>]*role="img" aria-labelledby="c-shift-t c-shift-d"[^>]*><title id="c-shift-t">Verschiebung der Haltungen je Punkt<\/title><desc/);
    assert.equal([...drawn.matchAll(/>n = \d+</g)].length, chart.rows.length);
    assert.doesNotMatch(drawn.slice(drawn.indexOf('<svg xmlns')), / style="/);
  });
  test('start: counts are those of the paper', async () => {
    const { counts, stages } = await who.nobody.json('/');
    assert.deepEqual([counts.questions, counts.items, counts.chapters, counts.invited], [13, 57, 5, 28]);
    assert.equal(stages.length, 4);
  });
});
