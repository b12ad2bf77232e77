-- The search finds what the desk writes too: assessments that hold, and the
-- covering texts of replies as they stand. Of an assessment of one position level
-- and Land are its sender's; of a group's it has none.
alter table app.reply add column id bigint generated always as identity unique;
alter table app.search_document
  add column assessment_id bigint unique references app.assessment,
  add column reply_id bigint unique references app.reply (id) on delete cascade;
do $$
begin
  execute (select string_agg(format('alter table app.search_document drop constraint %I', c.conname), '; ') from pg_constraint c
    where c.conrelid = 'app.search_document'::regclass and c.contype = 'c' and pg_get_constraintdef(c.oid) !~ 'visibility');
end $$;
alter table app.search_document
  add check (kind in ('chapter', 'item', 'question', 'answer', 'assessment', 'reply_draft')),
  add check (num_nonnulls(chapter_id, item_version_id, question_version_id, released_answer_id, assessment_id, reply_id) = 1),
  add check ((kind = 'answer') = (released_answer_id is not null)),
  add check ((kind = 'assessment') = (assessment_id is not null)),
  add check ((kind = 'reply_draft') = (reply_id is not null)),
  add check (level is not null or kind <> 'answer'),
  add check (kind not in ('answer', 'assessment', 'reply_draft') or visibility = 'desk');
-- For the sponsors' people, who of all the desk has read assessments alone.
create index search_assessment on app.search_document using gin (words) with (fastupdate = off)
  where kind = 'assessment';

-- Read in with the act itself; out when it holds no more.
create function app.search_assessed() returns trigger
language plpgsql as $$
begin
  perform app.search_index_assessments(array[old.assessment_id, new.assessment_id]);
  return null;
end $$;
create trigger search_assessed after update of assessment_id, is_current on app.position
  for each row when ((old.assessment_id, old.is_current) is distinct from (new.assessment_id, new.is_current)
    and (old.assessment_id is not null or new.assessment_id is not null)) execute function app.search_assessed();

create function app.search_replied() returns trigger
language plpgsql as $$
begin
  perform app.search_index_replies(array[new.id]);
  return null;
end $$;
create trigger search_replied after insert or update of body on app.reply
  for each row execute function app.search_replied();

insert into app.search_due (response_id)
  select c.response_id from app.current_version c join app.version_answer a on a.response_version_id = c.response_version_id
      join app.position p on p.released_answer_id = a.released_answer_id where p.assessment_id is not null
  union
  select c.response_id from app.current_version c join app.reply r
    on r.stage_id = c.stage_id and r.organisation_id = c.organisation_id;
