-- What of a stage the public reads: the counts, once the moderators have said so
-- for the stage; and statements, each by consent of its house and by an act of
-- the moderators. Public pages, search and files read published_answer and
-- nothing else of a statement: the redacted text as rows of its own, which are
-- gone in the transaction that ends the publication.
create table app.result_release (
  id bigint generated always as identity primary key,
  stage_id bigint not null references app.stage,
  released_at timestamptz not null,
  released_by bigint not null references app.person,
  revoked_at timestamptz,
  revoked_by bigint references app.person,
  reason app.body_text check (char_length(reason) between 1 and 2000),
  check (num_nonnulls(revoked_at, revoked_by, reason) in (0, 3))
);
create unique index one_result_release on app.result_release (stage_id) where revoked_at is null;

-- A house says of a version that it is not to be read in public any more. The
-- next version asks anew.
create table app.consent_withdrawal (
  response_version_id bigint primary key,
  response_id bigint not null,
  stage_id bigint not null,
  organisation_id bigint not null,
  withdrawn_at timestamptz not null,
  withdrawn_by bigint not null references app.person,
  foreign key (response_version_id, response_id, stage_id, organisation_id)
    references app.response_version (id, response_id, stage_id, organisation_id)
);

-- Name and level as the version was submitted: the public reads them here.
create table app.publication (
  id bigint generated always as identity primary key,
  response_version_id bigint not null,
  response_id bigint not null,
  stage_id bigint not null,
  organisation_id bigint not null,
  is_shortened boolean not null,
  organisation_name app.line_text not null,
  organisation_short_name app.line_text not null,
  level app.level not null,
  land_code text references app.land,
  sort_key text collate "C" not null,
  published_at timestamptz not null,
  published_by bigint not null references app.person,
  revoked_at timestamptz,
  revoked_as text check (revoked_as in ('desk', 'consent', 'replaced', 'withdrawn')),
  revoked_by bigint references app.person,
  reason app.body_text check (char_length(reason) between 1 and 2000),
  foreign key (response_version_id, response_id, stage_id, organisation_id)
    references app.response_version (id, response_id, stage_id, organisation_id),
  unique (id, stage_id, organisation_id),
  check ((revoked_at is null) = (revoked_as is null)),
  check ((revoked_as is not distinct from 'desk') = (reason is not null))
);
create unique index one_publication on app.publication (response_id) where revoked_at is null;
create index publication_public on app.publication (stage_id, sort_key) where revoked_at is null;
create index on app.publication (response_version_id);

-- What was taken over from another house has no words here: they are that
-- house's to publish, and are read from its row of the same released answer.
create table app.published_answer (
  id bigint generated always as identity primary key,
  publication_id bigint not null,
  stage_id bigint not null,
  organisation_id bigint not null,
  target_id bigint not null references app.target,
  released_answer_id bigint not null references app.released_answer,
  adopted boolean not null,
  kind app.answer_kind not null,
  stance app.stance,
  body text, -- with a mark for each cut, which may be longer than what it stands for
  proposal text,
  reason text,
  value jsonb,
  cuts int not null default 0 check (cuts >= 0),
  foreign key (publication_id, stage_id, organisation_id) references app.publication (id, stage_id, organisation_id),
  unique (publication_id, target_id),
  check (not adopted or num_nonnulls(body, proposal, reason, value) = 0)
);
create index on app.published_answer (stage_id, target_id);
create index on app.published_answer (released_answer_id);

-- A release, a withdrawal and a publication of one response do not pass each other.
create function app.publication_lock(p_response_id bigint) returns void
language plpgsql as $$
begin
  perform pg_advisory_xact_lock(hashtextextended('publication', p_response_id));
end $$;

-- Published is the version that counts, once its window is over, and only as far
-- as its house agrees.
create function app.guard_publication() returns trigger
language plpgsql as $$
begin
  if tg_op = 'INSERT' then
    perform app.publication_lock(new.response_id);
    if new.revoked_at is null and exists (select from app.current_version c
        join app.response_version v on v.id = c.response_version_id
        join app.participation p on p.stage_id = v.stage_id and p.organisation_id = v.organisation_id
        join app.stage s on s.id = v.stage_id
        where c.response_version_id = new.response_version_id and v.publication <> 'no'
          and (v.publication = 'shortened') = new.is_shortened
          and not exists (select from app.consent_withdrawal w where w.response_version_id = v.id)
          and app.stage_state(s) not in ('planned', 'open') and coalesce(p.extended_until, s.closes_at) < app.now()) then
      return new;
    end if;
    raise exception using errcode = 'CN409', message = 'not_publishable';
  elsif tg_op = 'UPDATE' and old.revoked_at is null and new.revoked_at is not null
      and to_jsonb(new) - '{revoked_at,revoked_as,revoked_by,reason}'::text[]
        = to_jsonb(old) - '{revoked_at,revoked_as,revoked_by,reason}'::text[] then
    return new;
  end if;
  raise exception using errcode = 'CN409', message = 'immutable',
    detail = json_build_object('table', tg_table_name)::text;
end $$;
create trigger guard_publication before insert or update or delete on app.publication
  for each row execute function app.guard_publication();

-- The rows stand with their publication, unchanged, and go with it.
create function app.guard_published() returns trigger
language plpgsql as $$
begin
  if tg_op <> 'UPDATE' and (tg_op = 'INSERT') = exists (select from app.publication p
      where p.id = case tg_op when 'INSERT' then new.publication_id else old.publication_id end and p.revoked_at is null) then
    return case tg_op when 'DELETE' then old else new end;
  end if;
  raise exception using errcode = 'CN409', message = 'immutable',
    detail = json_build_object('table', tg_table_name)::text;
end $$;
create trigger guard_published before insert or update or delete on app.published_answer
  for each row execute function app.guard_published();

create function app.guard_result_release() returns trigger
language plpgsql as $$
begin
  if tg_op = 'INSERT' and new.revoked_at is null and exists (select from app.stage s
      where s.id = new.stage_id and app.stage_state(s) not in ('planned', 'open')) then
    return new;
  elsif tg_op = 'UPDATE' and old.revoked_at is null and (new.id, new.stage_id, new.released_at, new.released_by)
      = (old.id, old.stage_id, old.released_at, old.released_by) then
    return new;
  end if;
  raise exception using errcode = 'CN409', message = case tg_op when 'INSERT' then 'not_publishable' else 'immutable' end;
end $$;
create trigger guard_result_release before insert or update or delete on app.result_release
  for each row execute function app.guard_result_release();
create trigger guard_immutable before update or delete on app.consent_withdrawal
  for each row execute function app.guard_immutable();

-- However a publication ends, its words go in the same moment, and the log has it.
create function app.unpublish() returns trigger
language plpgsql as $$
declare
  c app.caller;
begin
  perform app.search_unpublish(new.id);
  delete from app.published_answer a where a.publication_id = new.id;
  c.person_id := app.my_person();
  c.organisation_id := app.my_organisation();
  perform app.audit(c, 'publication.revoke', 'response_version', new.response_version_id);
  return null;
end $$;
create trigger unpublish after update of revoked_at on app.publication
  for each row execute function app.unpublish();

-- Of a version that does not count any more nothing is public.
create function app.unpublish_version() returns trigger
language plpgsql as $$
begin
  if tg_op = 'DELETE' or new.response_version_id <> old.response_version_id then
    perform app.publication_lock(old.response_id);
    update app.publication p set revoked_at = app.now(), revoked_by = app.my_person(),
        revoked_as = case tg_op when 'DELETE' then 'withdrawn' else 'replaced' end
      where p.response_id = old.response_id and p.revoked_at is null;
  end if;
  return null;
end $$;
create trigger unpublish_version after update or delete on app.current_version
  for each row execute function app.unpublish_version();

create function app.unpublish_consent() returns trigger
language plpgsql as $$
begin
  perform app.publication_lock(new.response_id);
  update app.publication p set revoked_at = new.withdrawn_at, revoked_as = 'consent', revoked_by = new.withdrawn_by
    where p.response_version_id = new.response_version_id and p.revoked_at is null;
  return null;
end $$;
create trigger unpublish_consent after insert on app.consent_withdrawal
  for each row execute function app.unpublish_consent();

do $$
declare
  t text;
begin
  foreach t in array array['publication', 'published_answer', 'consent_withdrawal', 'result_release'] loop
    execute format('create trigger guard_truncate before truncate on app.%I
      for each statement execute function app.guard_immutable()', t);
  end loop;
end $$;

-- The public finds what was published: texts of their own in the index.
alter table app.search_document
  add column published_answer_id bigint unique references app.published_answer on delete cascade;
do $$
begin
  execute (select string_agg(format('alter table app.search_document drop constraint %I', c.conname), '; ') from pg_constraint c
    where c.conrelid = 'app.search_document'::regclass and c.contype = 'c' and pg_get_constraintdef(c.oid) !~ 'visibility');
end $$;
alter table app.search_document
  add check (kind in ('chapter', 'item', 'question', 'answer', 'assessment', 'reply_draft', 'published')),
  add check (num_nonnulls(chapter_id, item_version_id, question_version_id, released_answer_id, assessment_id, reply_id,
    published_answer_id) = 1),
  add check ((kind = 'answer') = (released_answer_id is not null)),
  add check ((kind = 'assessment') = (assessment_id is not null)),
  add check ((kind = 'reply_draft') = (reply_id is not null)),
  add check ((kind = 'published') = (published_answer_id is not null)),
  add check (level is not null or kind not in ('answer', 'published')),
  add check (kind <> 'published' or visibility = 'public');
