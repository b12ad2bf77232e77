-- Row level security, forced on every table with data of an organisation or
-- person. Functions state their own conditions; this is the second line.
-- Recreated as a whole, so that this file is the list of what holds. Of the
-- policies of a table that with the last name is asked first: those that look
-- something up for each row are named to come behind the cheap ones.
do $$
declare
  r record;
begin
  for r in select c.relname, p.polname from pg_policy p join pg_class c on c.oid = p.polrelid
      where c.relnamespace = 'app'::regnamespace loop
    execute format('drop policy %I on app.%I', r.polname, r.relname);
  end loop;
end $$;

do $$
declare
  t text;
begin
  -- Every table here: forced, and open to the operator at the command line.
  foreach t in array array['person', 'membership', 'platform_role', 'session', 'access_token', 'login_attempt',
    'participation', 'response', 'answer', 'answer_revision', 'answer_step', 'response_version', 'released_answer',
    'version_answer', 'current_version', 'receipt', 'position', 'audit', 'invitation', 'recovery_code',
    'organisation_import', 'job', 'job_period', 'mail', 'mail_event', 'audit_block', 'audit_check', 'checkpoint',
    'retention_run', 'house_rule', 'cosign_request', 'cosign', 'cosign_reminder', 'assignment',
    'internal_comment', 'seen',
    'release_candidate', 'approval', 'redaction', 'released_redaction', 'extension', 'withdrawal', 'adoption',
    'search_document', 'word', 'search_due', 'comparison', 'group_proposal', 'position_group', 'group_member',
    'position_cut', 'topic_bulk', 'topic_bulk_position', 'topic_bulk_tag',
    'reminder', 'reminder_recipient', 'intake', 'intake_answer', 'assessment', 'assessment_approval',
    'assessment_review', 'position_topic', 'row_lock', 'bulk', 'bulk_position', 'sponsor', 'saved_view',
    'change_cause', 'cause', 'reanchor', 'finding', 'edition_upload', 'barrier_report', 'publication', 'published_answer', 'consent_withdrawal',
    'result_release'] loop
    execute format('alter table app.%I enable row level security', t);
    execute format('alter table app.%I force row level security', t);
    execute format('create policy z_operator on app.%I
      using ((select app.is_operator())) with check ((select app.is_operator()))', t);
  end loop;

  -- The house, for all; what is released keeps its organisation as owner.
  foreach t in array array['response', 'answer', 'answer_revision', 'answer_step', 'response_version',
    'released_answer', 'version_answer', 'current_version', 'receipt', 'position', 'participation',
    'house_rule', 'cosign_request', 'cosign', 'cosign_reminder', 'assignment',
    'internal_comment', 'release_candidate', 'approval', 'redaction', 'released_redaction', 'withdrawal', 'adoption',
    'cause', 'finding'] loop
    execute format('create policy house on app.%I
      using (organisation_id = (select app.my_organisation()))
      with check (organisation_id = (select app.my_organisation()))', t);
  end loop;

  -- The desk, reading: what is released, and of a draft only how far it is.
  foreach t in array array['response', 'response_version', 'released_answer', 'version_answer',
    'current_version', 'receipt', 'position', 'participation', 'released_redaction', 'extension', 'withdrawal', 'reminder',
    'reminder_recipient', 'assessment', 'assessment_approval', 'assessment_review', 'position_topic', 'row_lock', 'sponsor', 'group_member',
    'change_cause', 'cause', 'reanchor', 'finding'] loop
    execute format('create policy desk on app.%I for select using ((select app.is_desk()))', t);
  end loop;

  -- Joining (72_join.sql): which versions hold which answers; of their words the
  -- policies below.
  foreach t in array array['response_version', 'version_answer', 'current_version', 'released_redaction',
    'adoption', 'participation'] loop
    execute format('create policy joining on app.%I for select to resonanz_join using (true)', t);
  end loop;

  -- Signing in happens before anybody is known; only the functions in
  -- 50_enter.sql, 60_login.sql, 63_invitation.sql, 64_mail.sql and 65_job.sql
  -- run as this role.
  foreach t in array array['person', 'membership', 'platform_role', 'session', 'access_token', 'login_attempt',
    'participation', 'invitation', 'recovery_code', 'mail', 'job', 'edition_upload', 'barrier_report'] loop
    execute format('create policy identity on app.%I to resonanz_identity using (true) with check (true)', t);
  end loop;

  -- The administration of people, never of what their houses wrote.
  foreach t in array array['person', 'membership', 'platform_role', 'session', 'invitation',
    'recovery_code', 'organisation_import', 'job', 'job_period', 'mail', 'mail_event', 'participation',
    'retention_run', 'barrier_report'] loop
    execute format('create policy administration on app.%I
      using ((select app.is_administrator())) with check ((select app.is_administrator()))', t);
  end loop;
  -- Moderators invite houses and see what became of it.
  foreach t in array array['person', 'membership', 'invitation', 'organisation_import', 'mail', 'mail_event',
    'participation'] loop
    execute format('create policy inviting on app.%I
      using (''moderator'' = any ((select app.my_roles())::text[]))
      with check (''moderator'' = any ((select app.my_roles())::text[]))', t);
  end loop;
  -- Like positions, topics and weighing are the moderators' business; the job
  -- proposes what is alike.
  foreach t in array array['comparison', 'group_proposal', 'position_group', 'group_member', 'assessment',
    'position_cut', 'topic_bulk', 'topic_bulk_position', 'topic_bulk_tag',
    'assessment_approval', 'assessment_review', 'position_topic', 'row_lock', 'bulk', 'bulk_position', 'sponsor',
    'change_cause', 'cause', 'reanchor', 'finding', 'edition_upload', 'barrier_report'] loop
    execute format('create policy moderation on app.%I
      using (''moderator'' = any ((select app.my_roles())::text[]))
      with check (''moderator'' = any ((select app.my_roles())::text[]))', t);
  end loop;
  foreach t in array array['audit', 'audit_block', 'audit_check', 'checkpoint', 'person', 'membership',
    'platform_role', 'response_version'] loop
    execute format('create policy revision on app.%I for select
      using (''auditor'' = any ((select app.my_roles())::text[]))', t);
  end loop;
  foreach t in array array['position', 'receipt', 'job', 'job_period', 'mail', 'mail_event', 'invitation', 'person', 'platform_role',
    'edition_upload', 'organisation_import', 'participation', 'audit_block', 'audit_check', 'checkpoint', 'retention_run',
    'comparison', 'group_proposal'] loop
    execute format('create policy job on app.%I
      using ((select app.is_job())) with check ((select app.is_job()))', t);
  end loop;
end $$;

-- What another house has released: for who has taken it over, and, through the
-- functions of 72_join.sql alone, where it is offered. That a position counts
-- while somebody holds it is of no house.
create policy adopted on app.released_answer for select using (app.is_held_here(id));
create policy joining on app.released_answer for select to resonanz_join
  using (app.is_offered(id, confidential) or app.is_held_here(id));
create policy joining on app.position to resonanz_join using (true) with check (true);

-- Views of the synopsis: one's own; shared ones are read at the desk and kept by
-- the moderators.
create policy own on app.saved_view using (person_id = (select app.my_person()) and (select app.is_desk()))
  with check (person_id = (select app.my_person()) and (select app.is_desk()));
create policy desk on app.saved_view for select using (is_shared and (select app.is_desk()));
create policy moderation on app.saved_view using (is_shared and 'moderator' = any ((select app.my_roles())::text[]))
  with check (is_shared and 'moderator' = any ((select app.my_roles())::text[]));

-- Papers for a session: the desk reads them, reporters write them, jobs make
-- their files.
do $$
declare
  t text;
begin
  foreach t in array array['report', 'report_section', 'report_dissent', 'report_basis', 'report_outcome'] loop
    execute format('alter table app.%I enable row level security', t);
    execute format('alter table app.%I force row level security', t);
    execute format('create policy z_operator on app.%I
      using ((select app.is_operator())) with check ((select app.is_operator()))', t);
    execute format('create policy desk on app.%I for select using ((select app.is_desk()))', t);
    execute format('create policy job on app.%I for select using ((select app.is_job()))', t);
    execute format('create policy reporting on app.%I
      using (''reporter'' = any ((select app.my_roles())::text[]))
      with check (''reporter'' = any ((select app.my_roles())::text[]))', t);
  end loop;
end $$;

-- Their files: made by jobs from what was released, read at the desk.
alter table app.artifact enable row level security;
alter table app.artifact force row level security;
create policy z_operator on app.artifact using ((select app.is_operator())) with check ((select app.is_operator()));
create policy desk on app.artifact for select using ((select app.is_desk()));
create policy job on app.artifact using ((select app.is_job())) with check ((select app.is_job()));
create policy job on app.response_version for select to resonanz_owner using ((select app.is_job()));
create policy job on app.released_redaction for select to resonanz_owner using ((select app.is_job()));
create policy job on app.assessment for select to resonanz_owner using ((select app.is_job()));
create policy reporting on app.job for select using (kind = 'report_files' and (select app.is_desk()));

-- What was said for the minutes is public, and recorded by the moderators.
alter table app.protocol_statement enable row level security;
alter table app.protocol_statement force row level security;
create policy z_operator on app.protocol_statement
  using ((select app.is_operator())) with check ((select app.is_operator()));
create policy public on app.protocol_statement for select using (true);
create policy moderation on app.protocol_statement
  using ('moderator' = any ((select app.my_roles())::text[]))
  with check ('moderator' = any ((select app.my_roles())::text[]));

-- The register of commitments: what is adopted, all read; what is proposed, the
-- desk and the houses of the council. What belongs to one is seen with it.
do $$
declare
  t text;
begin
  foreach t in array array['commitment', 'commitment_version', 'commitment_event', 'cooperation_member',
    'cooperation_declaration', 'deviation', 'convergence', 'project_link'] loop
    execute format('alter table app.%I enable row level security', t);
    execute format('alter table app.%I force row level security', t);
    execute format('create policy z_operator on app.%I
      using ((select app.is_operator())) with check ((select app.is_operator()))', t);
  end loop;
  foreach t in array array['commitment', 'commitment_version', 'commitment_event', 'cooperation_member',
    'cooperation_declaration', 'project_link'] loop
    execute format('create policy moderation on app.%I
      using (''moderator'' = any ((select app.my_roles())::text[]))
      with check (''moderator'' = any ((select app.my_roles())::text[]))', t);
  end loop;
  foreach t in array array['commitment_version', 'commitment_event', 'cooperation_member', 'project_link', 'convergence'] loop
    execute format('create policy with_commitment on app.%I for select
      using (exists (select from app.commitment c where c.id = commitment_id))', t);
  end loop;
  foreach t in array array['cooperation_declaration', 'deviation'] loop
    execute format('create policy house on app.%I using (organisation_id = (select app.my_organisation()))
      with check (organisation_id = (select app.my_organisation()))', t);
  end loop;
end $$;
-- Who records a succession passes its places on.
create policy succession on app.cooperation_member
  using ('administrator' = any ((select app.my_roles())::text[]))
  with check ('administrator' = any ((select app.my_roles())::text[]));
create policy public on app.commitment for select using (is_adopted);
create policy council on app.commitment for select using ((select app.sees_proposals()));
create policy desk on app.cooperation_declaration for select using ((select app.is_desk()));
create policy programme on app.convergence for insert with check (exists (select from app.target_vision t
  where t.id = target_vision_id and app.manages_topic(t.focus_topic_id)));
-- A deviation is the house's until it is released; its words are for all only
-- where the house agrees. How many there are is counted as resonanz_join.
create policy desk on app.deviation for select using (released_at is not null and (select app.is_desk()));
create policy public on app.deviation for select using (is_public);
create policy moderation_records on app.deviation for insert
  with check ('moderator' = any ((select app.my_roles())::text[]) and released_at is not null);
create policy counting on app.deviation for select to resonanz_join using (released_at is not null);
grant select (commitment_id, since, ended_on, released_at, reason_released_at, reason_due_on) on app.deviation to resonanz_join;

create policy self on app.person for select using (id = (select app.my_person()));
create policy colleagues on app.person for select using (id in (
  select m.person_id from app.membership m where m.organisation_id = (select app.my_organisation())));
create policy self on app.membership for select using (person_id = (select app.my_person()));
create policy colleagues on app.membership for select
  using (organisation_id = (select app.my_organisation()));
-- What somebody has seen is nobody else's business, in the house neither.
create policy self on app.seen using (person_id = (select app.my_person()) and organisation_id = (select app.my_organisation()))
  with check (person_id = (select app.my_person()) and organisation_id = (select app.my_organisation()));
create policy self on app.platform_role for select using (person_id = (select app.my_person()));
-- Moderators give positions to each other.
create policy moderation on app.platform_role for select
  using (role = 'moderator' and 'moderator' = any ((select app.my_roles())::text[]));
-- What waits for a code is no session yet.
create policy self on app.session for select
  using (person_id = (select app.my_person()) and not is_pending);
create policy self on app.access_token for select using (person_id = (select app.my_person()));
create policy self_end on app.session for delete using (person_id = (select app.my_person()));

-- Whether mail leaves at the moment, and so whether anybody works.
create policy inviting on app.job_period for select
  using (kind = 'mail' and 'moderator' = any ((select app.my_roles())::text[]));

-- The house asks for more time and reads what was said; the moderators decide.
create policy house on app.extension for select using (organisation_id = (select app.my_organisation()));
create policy house_asks on app.extension for insert
  with check (organisation_id = (select app.my_organisation()) and verdict is null);
create policy moderation on app.extension
  using ('moderator' = any ((select app.my_roles())::text[]))
  with check ('moderator' = any ((select app.my_roles())::text[]) and verdict is not null);

-- They remind those who are missing; the jobs write it into the mails.
create policy moderation on app.reminder for insert
  with check ('moderator' = any ((select app.my_roles())::text[]) and sent_by = (select app.my_person()));
create policy moderation on app.reminder_recipient for insert
  with check ('moderator' = any ((select app.my_roles())::text[]));
create policy job on app.reminder for select using ((select app.is_job()));
create policy job on app.current_version for select using ((select app.is_job()));
-- Replies: the moderators'. A house reads what it was told from the time of the
-- release on: its covering text, the points it holds, and what they say. Before,
-- it knows the time only.
do $$
declare
  t text;
begin
  foreach t in array array['reply', 'reply_release', 'reply_release_step', 'reply_version', 'reply_point', 'ask_back'] loop
    execute format('alter table app.%I enable row level security', t);
    execute format('alter table app.%I force row level security', t);
    execute format('create policy z_operator on app.%I
      using ((select app.is_operator())) with check ((select app.is_operator()))', t);
    execute format('create policy desk on app.%I for select using ((select app.is_desk()))', t);
    execute format('create policy moderation on app.%I
      using (''moderator'' = any ((select app.my_roles())::text[]))
      with check (''moderator'' = any ((select app.my_roles())::text[]))', t);
  end loop;
end $$;
create policy house on app.reply_release for select using ((select app.my_organisation()) is not null);
create policy house on app.reply_version for select
  using (organisation_id = (select app.my_organisation()) and app.is_told(release_id));
create policy house on app.reply_point for select using (app.is_told(release_id) and app.holds_position(position_id));
create policy adopted on app.position for select using (app.is_held_here(released_answer_id));
create policy as_told on app.assessment for select to resonanz_owner using (exists (select from app.reply_point x
  where x.assessment_id = assessment.id));
create policy house on app.ask_back for select using (organisation_id = (select app.my_organisation()));
create policy house_asks on app.ask_back for insert
  with check (organisation_id = (select app.my_organisation()) and 'releaser' = any ((select app.my_roles())::text[])
    and answer is null);
create policy subject on app.reply for select to resonanz_identity using (saved_by = (select app.my_subject()));
create policy subject on app.reply_release for select to resonanz_identity using (true);
create policy subject on app.reply_release_step for select to resonanz_identity using (made_by = (select app.my_subject()));
create policy subject on app.ask_back for select to resonanz_identity
  using ((select app.my_subject()) in (asked_by, answered_by));
grant select on app.reply, app.reply_release, app.reply_release_step, app.ask_back to resonanz_identity;
create policy job on app.reply_release for select using ((select app.is_job()));
create policy job on app.reply_version using ((select app.is_job())) with check ((select app.is_job()));

-- What came on paper is the moderators' until the house has it before it; then
-- the house reads and settles it. No draft of the house is in these tables.
do $$
declare
  t text;
begin
  foreach t in array array['intake', 'intake_answer'] loop
    execute format('create policy moderation on app.%I
      using (''moderator'' = any ((select app.my_roles())::text[]))
      with check (''moderator'' = any ((select app.my_roles())::text[]))', t);
  end loop;
end $$;
create policy desk on app.intake for select using ((select app.is_desk()));
create policy house on app.intake for select
  using (organisation_id = (select app.my_organisation()) and state not in ('open', 'discarded'));
create policy house_settles on app.intake for update
  using (organisation_id = (select app.my_organisation()) and state in ('waiting', 'confirmed'))
  with check (organisation_id = (select app.my_organisation()) and state in ('returned', 'confirmed', 'taken_over'));
create policy house on app.intake_answer for select to resonanz_owner
  using (organisation_id = (select app.my_organisation()) and exists (select from app.intake i
    where i.id = intake_id and i.state in ('waiting', 'confirmed', 'taken_over')));

-- A sponsor's people read what they were asked about, but no confidential words,
-- and say their own verdict; resonanz_join (79_approval.sql) sees when all have.
create policy sponsor on app.assessment_approval for select to resonanz_owner
  using ((select app.is_sponsor()) and organisation_id = (select app.my_organisation()));
create policy sponsor_decides on app.assessment_approval for update to resonanz_owner
  using ((select app.is_sponsor()) and organisation_id = (select app.my_organisation()) and verdict is null)
  with check ((select app.is_sponsor()) and organisation_id = (select app.my_organisation()) and verdict is not null);
create policy sponsor_takes_back on app.assessment_approval for update to resonanz_owner
  using ((select app.is_sponsor()) and organisation_id = (select app.my_organisation()) and verdict is not null)
  with check ((select app.is_sponsor()) and organisation_id = (select app.my_organisation()) and verdict is null);
create policy sponsor on app.assessment for select to resonanz_owner using ((select app.is_sponsor()) and app.is_asked(id));
create policy sponsor on app.position for select to resonanz_owner
  using ((select app.is_sponsor()) and assessment_id is not null and app.is_asked(assessment_id));
create policy sponsor on app.position_group for select to resonanz_owner using ((select app.is_sponsor()) and exists (select from app.assessment a
  where a.group_id = position_group.id));
create policy sponsor on app.released_answer for select to resonanz_owner using ((select app.is_sponsor()) and not confidential
  and exists (select from app.position p where p.released_answer_id = released_answer.id and p.organisation_id <> (select app.my_organisation())));
create policy joining on app.assessment for select to resonanz_join using (true);
create policy joining on app.assessment_approval for select to resonanz_join using (true);
create policy joining on app.sponsor for select to resonanz_join using (true);
create policy joining on app.reply_point for select to resonanz_join using (true);
create policy joining on app.reply_release for select to resonanz_join using (true);
create policy joining on app.position_topic for select to resonanz_join using (true);
create policy joining on app.group_member for select to resonanz_join using (true);
-- The closure of causes is kept whoever brings it about (79_cause.sql). Which
-- decisions of the council a published edition cites is known to all.
create policy joining on app.change_cause for select to resonanz_join using (true);
create policy joining on app.cause to resonanz_join using (true) with check (true);
create policy as_published on app.change_cause for select using (council_decision_id is not null and exists (select from app.change c
  join app.edition e on e.id = c.edition_id where c.id = change_id and e.state = 'published'));
create policy joining on app.position_group for select to resonanz_join using (true);
create policy house on app.sponsor for select using (organisation_id = (select app.my_organisation()));

-- What they make of a position: guard_position keeps what it says.
create policy moderation on app.position for update
  using ('moderator' = any ((select app.my_roles())::text[]))
  with check ('moderator' = any ((select app.my_roles())::text[]));
-- They cut answers, give positions to each other and set them aside.
create policy cutting on app.position for insert
  with check ('moderator' = any ((select app.my_roles())::text[]) and part > 0);
create policy assignees on app.platform_role for select
  using (role = 'moderator' and 'moderator' = any ((select app.my_roles())::text[]));

-- Of a response they can do one thing: open again what was in.
create policy reopening on app.response for update
  using ('moderator' = any ((select app.my_roles())::text[]) and state in ('submitted', 'withdrawn'))
  with check ('moderator' = any ((select app.my_roles())::text[]) and state = 'draft');

-- Which decision of the council a change rests on is everybody's with its edition.
create policy a_published on app.change_cause for select using (council_decision_id is not null
  and exists (select from app.change c join app.edition e on e.id = c.edition_id where c.id = change_id and e.state = 'published'));

create policy write on app.audit for insert with check (true);
-- What entries are about, and the work on the log itself.
create policy revision on app.job for select
  using (kind in ('audit_verify', 'checkpoint') and 'auditor' = any ((select app.my_roles())::text[]));
create policy revision on app.mail for select
  using (template = 'checkpoint' and 'auditor' = any ((select app.my_roles())::text[]));
-- Which houses have somebody to remind; all else the jobs read as that house
-- (job.house_reminders). No draft is open to a job.
create policy job on app.cosign_request for select to resonanz_owner using ((select app.is_job()));
create policy job on app.assignment for select to resonanz_owner using ((select app.is_job()));
create policy job on app.audit for select using ((select app.is_job()));
-- Whose texts are compared.
create policy job on app.released_answer for select to resonanz_owner using ((select app.is_job()));
create policy job on app.group_member for select to resonanz_owner using ((select app.is_job()));

-- Who invites by a list, or has texts compared, sees how far the work has come.
create policy inviting on app.job for select
  using (kind in ('address_import', 'similar', 'lineage') and 'moderator' = any ((select app.my_roles())::text[]));

-- Who releases for a house gives and ends the roles in it.
create policy house_roles on app.membership
  using (organisation_id = (select app.my_organisation()) and 'releaser' = any ((select app.my_roles())::text[]))
  with check (organisation_id = (select app.my_organisation()) and 'releaser' = any ((select app.my_roles())::text[]));
create policy house_links on app.invitation for select
  using (organisation_id = (select app.my_organisation()) and 'releaser' = any ((select app.my_roles())::text[]));

-- What a person is told of (68_person_data.sql): own texts and entries.
create policy subject on app.answer_revision for select to resonanz_identity
  using (author_id = (select app.my_subject()));
create policy subject on app.answer_step for select to resonanz_identity
  using (author_id = (select app.my_subject()));
create policy subject on app.redaction for select to resonanz_identity
  using (made_by = (select app.my_subject()));
create policy subject on app.approval for select to resonanz_identity
  using (person_id = (select app.my_subject()));
create policy subject on app.cosign_request for select to resonanz_identity
  using ((select app.my_subject()) in (person_id, asked_by));
create policy subject on app.cosign for select to resonanz_identity
  using (person_id = (select app.my_subject()));
create policy subject on app.assignment for select to resonanz_identity
  using ((select app.my_subject()) in (person_id, assigned_by));
create policy subject on app.internal_comment for select to resonanz_identity
  using (person_id = (select app.my_subject()));
create policy subject on app.seen for select to resonanz_identity using (person_id = (select app.my_subject()));
create policy erasure on app.internal_comment for update to resonanz_identity using (person_id = (select app.my_subject()));
create policy erasure on app.seen for delete to resonanz_identity using (person_id = (select app.my_subject()));
create policy subject on app.bulk for select to resonanz_identity using (made_by = (select app.my_subject()));
create policy subject on app.topic_bulk for select to resonanz_identity using (made_by = (select app.my_subject()));
create policy subject on app.bulk_position for select to resonanz_identity using (bulk_id in (select b.id from app.bulk b));
create policy subject on app.topic_bulk_position for select to resonanz_identity using (bulk_id in (select b.id from app.topic_bulk b));
create policy subject on app.position_cut for select to resonanz_identity using (made_by = (select app.my_subject()));
create policy subject on app.row_lock for select to resonanz_identity using (person_id = (select app.my_subject()));
create policy subject on app.position for select to resonanz_identity using (true); -- numbers, and who has it
create policy subject on app.position_group for select to resonanz_identity
  using (made_by = (select app.my_subject()) or id in (select l.group_id from app.row_lock l));
create policy subject on app.saved_view for select to resonanz_identity using (person_id = (select app.my_subject()));
create policy erasure on app.saved_view for delete to resonanz_identity using (person_id = (select app.my_subject()));
create policy subject on app.extension for select to resonanz_identity
  using ((select app.my_subject()) in (asked_by, decided_by));
create policy subject on app.assessment for select to resonanz_identity using (saved_by = (select app.my_subject())
  or id in (select r.assessment_id from app.assessment_review r) or id in (select x.assessment_id from app.assessment_approval x));
create policy subject on app.assessment_review for select to resonanz_identity using (reviewed_by = (select app.my_subject()));
create policy subject on app.assessment_approval for select to resonanz_identity using (decided_by = (select app.my_subject()));
create policy subject on app.reminder for select to resonanz_identity
  using (sent_by = (select app.my_subject()));
create policy subject on app.intake_answer for select to resonanz_identity
  using (author_id = (select app.my_subject()));
create policy subject on app.answer for select to resonanz_identity
  using (author_id = (select app.my_subject()) or id in (select r.answer_id from app.answer_revision r)
    or id in (select s.answer_id from app.answer_step s)
    or id in (select d.answer_id from app.redaction d) or id in (select q.answer_id from app.cosign_request q));
create policy subject on app.audit for select to resonanz_identity
  using (person_id = (select app.my_subject()) or object_kind = 'person' and object_id = (select app.my_subject()));

-- Who released, and what erasing and the ends of retention touch (77_seat.sql,
-- 69_erasure.sql, 75_retention.sql): of a response that it is there, and its end
-- while nothing of it was released.
create policy identity on app.response_version for select to resonanz_identity using (true);
create policy retention on app.response for select to resonanz_identity using (true);
create policy retention on app.answer_step to resonanz_identity
  using (part = 0 and written_at < (select app.now()) - interval '1 day');
create policy retention_end on app.response for delete to resonanz_identity
  using (not exists (select from app.response_version v where v.response_id = response.id));
create policy retention on app.intake to resonanz_identity using (state not in ('confirmed', 'taken_over'));
create policy erasure on app.mail_event for select to resonanz_identity using (true);
create policy erasure_of_notes on app.mail_event for update to resonanz_identity using (true);
create policy erasure on app.organisation_import for select to resonanz_identity using (true);
create policy erasure_of_rows on app.organisation_import for update to resonanz_identity using (true);
create policy retention_end on app.organisation_import for delete to resonanz_identity using (true);

-- What was published is everybody's; of what was and is no more, the desk and its
-- house know that it was. Moderators publish and end it; a house ends it by what
-- it releases, and by taking its consent back.
create policy public on app.publication for select using (revoked_at is null);
create policy desk on app.publication for select using ((select app.is_desk()));
create policy house on app.publication for select using (organisation_id = (select app.my_organisation()));
create policy house_ends on app.publication for update using (organisation_id = (select app.my_organisation()))
  with check (organisation_id = (select app.my_organisation()) and revoked_at is not null);
create policy moderation on app.publication
  using ('moderator' = any ((select app.my_roles())::text[]))
  with check ('moderator' = any ((select app.my_roles())::text[]));
create policy public on app.published_answer for select using (true);
create policy house_ends on app.published_answer for delete using (organisation_id = (select app.my_organisation()));
create policy moderation on app.published_answer
  using ('moderator' = any ((select app.my_roles())::text[]))
  with check ('moderator' = any ((select app.my_roles())::text[]));
create policy desk on app.consent_withdrawal for select using ((select app.is_desk()));
create policy house on app.consent_withdrawal for select using (organisation_id = (select app.my_organisation()));
create policy house_says on app.consent_withdrawal for insert
  with check (organisation_id = (select app.my_organisation()) and 'releaser' = any ((select app.my_roles())::text[]));
create policy public on app.result_release for select using (revoked_at is null);
create policy moderation on app.result_release
  using ('moderator' = any ((select app.my_roles())::text[]))
  with check ('moderator' = any ((select app.my_roles())::text[]));
-- Counts for the public, and what was told of what is published
-- (84_publication.sql): of an answer where it stands, never its words.
do $$
declare
  t text;
begin
  foreach t in array array['participation', 'response_version', 'released_answer', 'version_answer', 'current_version',
    'position', 'reply_release', 'reply_point', 'assessment', 'cause'] loop
    execute format('create policy counting on app.%I for select to resonanz_public using (true)', t);
  end loop;
end $$;

-- The search (78_search.sql) reads the paper, what was released and what the desk
-- made of it, never the house; nobody else reads what it finds by.
do $$
declare
  t text;
begin
  foreach t in array array['search_document', 'word', 'search_due', 'response_version', 'released_answer',
    'version_answer', 'current_version', 'position', 'participation', 'assessment', 'assessment_approval', 'reply', 'sponsor',
    'released_redaction'] loop
    execute format('create policy search on app.%I to resonanz_search using (true)', t);
  end loop;
end $$;
grant usage, create on schema app to resonanz_search;
grant select, insert, delete on app.search_document, app.search_due to resonanz_search;
grant select, insert, delete on app.word to resonanz_search;
grant select on app.published_answer, app.publication, app.released_redaction, app.response_version, app.released_answer, app.version_answer, app.current_version, app.edition,
  app.chapter, app.section, app.item, app.item_version, app.question, app.question_set, app.question_version,
  app.target, app.stage, app.assessment, app.assessment_approval, app.sponsor, app.reply to resonanz_search;
grant select (id, target_id, released_answer_id, is_current, assessment_id, level, land_code) on app.position to resonanz_search;
grant select (stage_id, organisation_id, level, land_code) on app.participation to resonanz_search;
grant execute on function app.my_organisation(), app.my_roles(), app.is_desk(), app.is_sponsor(), app.is_moderator(), app.is_operator(), app.is_job(),
  app.is_administrator() to resonanz_search;

-- What signing in needs of tables and of the owner's helpers.
grant usage, create on schema app to resonanz_identity;
grant select on app.person, app.membership, app.platform_role, app.session, app.login_attempt,
  app.participation, app.stage, app.consultation, app.setting, app.seat, app.seat_holding,
  app.organisation, app.organisation_name, app.invitation, app.recovery_code to resonanz_identity;
grant select (stage_id, organisation_id, organisation_name, number, released_at)
  on app.response_version to resonanz_identity;
grant select on app.access_token to resonanz_identity;
grant insert, update, delete on app.session, app.access_token, app.login_attempt, app.recovery_code to resonanz_identity;
grant update (used_at, token_hash, withdrawn_at) on app.invitation to resonanz_identity;
grant insert (mail, name, state, created_at) on app.person to resonanz_identity;
grant update (state) on app.mail to resonanz_identity;
grant update (password_hash, password_set_at, state, totp_secret, totp_set_at, totp_step, last_login_at,
    last_context)
  on app.person to resonanz_identity;
grant insert on app.invitation to resonanz_identity;
grant select, insert on app.mail, app.job to resonanz_identity;
grant update (opened_at) on app.participation to resonanz_identity;
grant insert on app.audit to resonanz_identity;
grant select, insert, update (name, mail) on app.barrier_report to resonanz_identity;
grant update (body, withdrawn_at) on app.internal_comment to resonanz_identity;
grant delete on app.seen to resonanz_identity;
grant select, delete on app.saved_view to resonanz_identity;
grant select on app.bulk, app.topic_bulk, app.bulk_position, app.topic_bulk_position, app.position_cut, app.row_lock, app.topic to resonanz_identity;
grant select (id, stage_id, number, part, is_current, assignee_id, due_on) on app.position to resonanz_identity;
grant select (id, stage_id, number, name, made_at, made_by) on app.position_group to resonanz_identity;
grant execute on function app.now(), app.today(), app.fail(text, text, text, json), app.epoch(),
  app.audience(text), app.audit(app.caller, text, text, bigint, bytea, bytea, bigint) to resonanz_identity;
-- What a person is told of.
grant select on app.answer, app.answer_revision, app.answer_step, app.approval, app.redaction, app.cosign_request, app.cosign, app.audit,
  app.assignment, app.internal_comment, app.seen, app.target, app.extension, app.reminder,
  app.intake_answer, app.assessment, app.assessment_review, app.assessment_approval to resonanz_identity;
grant execute on function app.my_subject(), app.my_person(), app.my_organisation(), app.my_roles(), app.is_desk(),
  app.is_operator(), app.is_administrator(), app.is_job() to resonanz_identity;

-- What joining needs of tables and of the owner's helpers.
grant usage, create on schema app to resonanz_join;
grant select on app.response_version, app.version_answer, app.current_version, app.released_answer,
  app.released_redaction, app.adoption, app.participation, app.organisation to resonanz_join;
grant select (id, stage_id, released_answer_id, stance, sort_key, is_current, set_aside, assessment_id, place_id, version, is_approved, is_tagged, is_grouped),
  update (is_current, place_id, version, is_approved, is_tagged, is_grouped) on app.position to resonanz_join;
grant select (position_id, group_id, left_at) on app.group_member to resonanz_join;
grant select, insert, update, delete on app.cause to resonanz_join;
grant select on app.change_cause, app.change, app.edition, app.position_group to resonanz_join;
grant select (position_id) on app.position_topic to resonanz_join;
grant select on app.assessment, app.assessment_approval, app.sponsor, app.place, app.stage,
  app.reply_point, app.reply_release to resonanz_join;
grant execute on function app.my_organisation(), app.my_roles(), app.is_desk(), app.is_operator(),
  app.is_held_here(bigint), app.is_offered(bigint, boolean), app.fail(text, text, text, json),
  app.is_administrator(), app.is_job() to resonanz_join;

-- What counting for the public needs.
grant usage, create on schema app to resonanz_public;
grant select on app.stage, app.target, app.version_answer, app.current_version, app.result_release, app.publication,
  app.published_answer, app.reply_release, app.reply_point to resonanz_public;
grant select (id, stage_id, organisation_id, nil_rest, level, land_code, seat_status, released_at) on app.response_version to resonanz_public;
grant select on app.outcome_count, app.outcome_pending to resonanz_public;
grant select (id, kind, stance, target_id, stage_id) on app.released_answer to resonanz_public;
grant select (stage_id, organisation_id, level, seat_status, sort_key) on app.participation to resonanz_public;
grant select (id, stage_id, part, released_answer_id) on app.position to resonanz_public;
grant select (id, decision, referred_to, body, edition_place) on app.assessment to resonanz_public;
grant select (change_id, position_id, organisation_id) on app.cause to resonanz_public;
grant execute on function app.my_organisation(), app.my_roles(), app.is_desk(), app.is_operator(), app.is_moderator(),
  app.is_administrator(), app.is_job() to resonanz_public;
