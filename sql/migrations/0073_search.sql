-- What the search finds of the paper and of what was released: the words, and
-- what hits are narrowed down by; the texts stay where they are. Drafts are never
-- in here: a house finds its own by looking through them (60_search.sql). A
-- further kind of text is one more column that points at it, and one insert.
create table app.search_document (
  id bigint generated always as identity primary key,
  kind text not null check (kind in ('chapter', 'item', 'question', 'answer')),
  visibility text not null check (visibility in ('public', 'desk')),
  consultation_id bigint not null references app.consultation,
  chapter_key text collate "C",
  chapter_id bigint unique references app.chapter,
  item_version_id bigint unique references app.item_version,
  question_version_id bigint unique references app.question_version,
  released_answer_id bigint unique references app.released_answer,
  level app.level, -- of who answers
  land_code text,
  words tsvector not null,
  check (num_nonnulls(chapter_id, item_version_id, question_version_id, released_answer_id) = 1),
  check ((kind = 'answer') = (released_answer_id is not null)),
  check ((kind = 'answer') = (level is not null))
);
-- One for each visibility, so that a search reads no more than it may show; and
-- without a list of what is to be sorted in, through which each would have to look.
create index search_public on app.search_document using gin (words) with (fastupdate = off)
  where visibility = 'public';
create index search_desk on app.search_document using gin (words) with (fastupdate = off)
  where visibility = 'desk';

-- The words there are, for compounds and for what was mistyped.
create table app.word (
  visibility text not null check (visibility in ('public', 'desk')),
  lexeme text collate "C" not null check (lexeme ~ '^[[:alpha:]]{4,40}$'),
  primary key (visibility, lexeme)
);
create index word_trigrams on app.word using gin (lexeme public.gin_trgm_ops);

-- What is to be read into the index, or out of it; a row for each release.
create table app.search_due (
  id bigint generated always as identity primary key,
  edition_id bigint references app.edition,
  response_id bigint references app.response on delete cascade,
  check (num_nonnulls(edition_id, response_id) = 1)
);
insert into app.search_due (edition_id) select e.id from app.edition e where e.state = 'published' order by e.number;
insert into app.search_due (response_id) select c.response_id from app.current_version c;

-- A hit before its words are looked up. source_id: of the table of its kind; of
-- a draft the answer.
create type app.search_match as (
  kind text,
  source_id bigint,
  consultation_id bigint,
  chapter_key text,
  level text,
  land_code text,
  is_exact boolean, -- found by what was typed, not by what is like it
  rank real
);
