-- The paper in its editions, and the stages in which it is answered.
create table app.consultation (
  id bigint generated always as identity primary key,
  slug app.key_text not null unique check (slug = lower(slug)),
  title app.line_text not null,
  subtitle text,
  vision text,
  vision_status text,
  status_note text not null,
  aliases text[] not null default '{}',
  source_note text,
  created_at timestamptz not null default now()
);

create table app.edition (
  id bigint generated always as identity primary key,
  consultation_id bigint not null references app.consultation,
  number int not null check (number > 0),
  as_of date not null,
  title app.line_text, -- as the paper prints it
  subtitle text,
  note text, -- what this edition is
  based_on_id bigint,
  state text not null default 'draft' check (state in ('draft', 'published')),
  published_at timestamptz,
  content_hash app.sha256,
  source_sha256 app.sha256, -- of the imported file
  unique (consultation_id, number),
  unique (id, consultation_id),
  foreign key (based_on_id, consultation_id) references app.edition (id, consultation_id),
  check ((state = 'published') = (published_at is not null)),
  check ((state = 'published') = (content_hash is not null))
);

create table app.chapter (
  id bigint generated always as identity primary key,
  edition_id bigint not null references app.edition,
  key app.key_text not null,
  number int,
  position int not null,
  title app.line_text not null,
  summary app.body_text,
  is_editorial boolean not null default false,
  content_hash bytea not null generated always as (app.chapter_hash(title, summary)) stored,
  unique (edition_id, key),
  unique (edition_id, position),
  unique (id, edition_id)
);

create table app.section (
  id bigint generated always as identity primary key,
  edition_id bigint not null references app.edition,
  chapter_id bigint not null,
  key app.key_text not null,
  letter text, -- 'N', 'E', 'G1': the key behind its chapter
  position int not null,
  title app.line_text not null,
  is_editorial boolean not null default false,
  kind text not null default 'text' check (kind in ('text', 'questions', 'ideas')),
  note text,
  figure text,
  unique (edition_id, key),
  unique (chapter_id, position),
  unique (id, edition_id),
  foreign key (chapter_id, edition_id) references app.chapter (id, edition_id)
);

create table app.item (
  id bigint generated always as identity primary key,
  consultation_id bigint not null references app.consultation,
  key app.key_text not null,
  kind app.item_kind not null,
  is_judgeable boolean not null default true,
  unique (consultation_id, key),
  unique (id, consultation_id),
  check (kind <> 'requirement' or not is_judgeable)
);

create table app.item_version (
  id bigint generated always as identity primary key,
  consultation_id bigint not null,
  edition_id bigint not null,
  item_id bigint not null,
  section_id bigint not null,
  parent_id bigint, -- a requirement's user group
  position int not null, -- within its section or parent
  title text check (char_length(title) between 1 and 500), -- a requirement has none
  is_title_verbatim boolean not null default true,
  body app.body_text,
  content_hash bytea not null generated always as (app.item_hash(title, body)) stored,
  unique (edition_id, item_id),
  unique (id, edition_id),
  foreign key (edition_id, consultation_id) references app.edition (id, consultation_id),
  foreign key (item_id, consultation_id) references app.item (id, consultation_id),
  foreign key (section_id, edition_id) references app.section (id, edition_id),
  foreign key (parent_id, edition_id) references app.item_version (id, edition_id),
  check (title is not null or body is not null)
);
create index on app.item_version (section_id, position);
create index on app.item_version (parent_id) where parent_id is not null;
create index on app.item_version (item_id);

create table app.council_decision (
  id bigint generated always as identity primary key,
  ref text collate "C" not null unique
    check (ref ~ '^\d{4}/\d{2,3}$' or ref ~ '^B-\d{4}/\d{2,3}-[A-Z]{2,4}$'),
  year int not null,
  number int not null,
  note text,
  status text not null default 'cited' check (status in ('cited', 'to_check'))
);

create table app.footnote (
  id bigint generated always as identity primary key,
  edition_id bigint not null references app.edition,
  number int not null,
  item_version_id bigint,
  relation app.citation_relation,
  body app.body_text, -- verbatim
  summary app.body_text, -- the same in our words, where it needs them
  unique (edition_id, number),
  unique (id, edition_id),
  foreign key (item_version_id, edition_id) references app.item_version (id, edition_id)
);

create table app.citation (
  id bigint generated always as identity primary key,
  edition_id bigint not null,
  item_version_id bigint not null,
  council_decision_id bigint not null references app.council_decision,
  relation app.citation_relation not null,
  footnote_id bigint,
  unique nulls not distinct (item_version_id, council_decision_id, footnote_id),
  foreign key (item_version_id, edition_id) references app.item_version (id, edition_id),
  foreign key (footnote_id, edition_id) references app.footnote (id, edition_id)
);
create index on app.citation (council_decision_id);

create table app.question_set (
  id bigint generated always as identity primary key,
  edition_id bigint not null references app.edition,
  key app.key_text not null,
  position int not null,
  label app.line_text not null,
  heading_verbatim text not null,
  seed_label_correct boolean not null default true,
  note text,
  section_keys text[] not null default '{}', -- asked about; for editors
  chapter_id bigint not null, -- where it is shown
  unique (edition_id, key),
  unique (edition_id, position),
  unique (id, edition_id),
  foreign key (chapter_id, edition_id) references app.chapter (id, edition_id)
);

-- The chapters a block asks about: L-K12 asks about two.
create table app.question_set_chapter (
  edition_id bigint not null,
  question_set_id bigint not null,
  chapter_id bigint not null,
  primary key (question_set_id, chapter_id),
  foreign key (question_set_id, edition_id) references app.question_set (id, edition_id),
  foreign key (chapter_id, edition_id) references app.chapter (id, edition_id)
);
create index on app.question_set_chapter (chapter_id);

create table app.question (
  id bigint generated always as identity primary key,
  consultation_id bigint not null references app.consultation,
  key app.key_text not null,
  is_municipal boolean not null default false, -- „Nur Kommunales“
  unique (consultation_id, key),
  unique (id, consultation_id)
);

create table app.question_version (
  id bigint generated always as identity primary key,
  consultation_id bigint not null,
  edition_id bigint not null,
  question_id bigint not null,
  question_set_id bigint not null,
  section_id bigint, -- where it stands in the paper
  position int not null, -- over all sets
  body app.body_text not null,
  shape app.question_shape not null default 'text',
  sub_items jsonb not null default '[]' check (jsonb_typeof(sub_items) = 'array'), -- [{key, body}]
  is_double_barrelled boolean not null default false,
  audience_hint text,
  content_hash bytea not null generated always as (app.question_hash(body, shape, sub_items)) stored,
  unique (edition_id, question_id),
  unique (edition_id, position),
  unique (id, edition_id),
  foreign key (edition_id, consultation_id) references app.edition (id, consultation_id),
  foreign key (question_id, consultation_id) references app.question (id, consultation_id),
  foreign key (question_set_id, edition_id) references app.question_set (id, edition_id),
  foreign key (section_id, edition_id) references app.section (id, edition_id)
);
create index on app.question_version (question_set_id, position);

create table app.question_aim (
  id bigint generated always as identity primary key,
  edition_id bigint not null,
  question_version_id bigint not null,
  position int not null,
  item_version_id bigint,
  section_id bigint,
  unique nulls not distinct (question_version_id, item_version_id, section_id),
  foreign key (question_version_id, edition_id) references app.question_version (id, edition_id),
  foreign key (item_version_id, edition_id) references app.item_version (id, edition_id),
  foreign key (section_id, edition_id) references app.section (id, edition_id),
  check (num_nonnulls(item_version_id, section_id) = 1)
);
create index on app.question_aim (item_version_id);
create index on app.question_aim (section_id) where section_id is not null;

create table app.commitment_step (
  id bigint generated always as identity primary key,
  edition_id bigint not null references app.edition,
  key app.key_text not null,
  position int not null,
  title app.line_text not null,
  binding text not null,
  item_version_id bigint,
  unique (edition_id, key),
  foreign key (item_version_id, edition_id) references app.item_version (id, edition_id)
);

create table app.oddity (
  id bigint generated always as identity primary key,
  edition_id bigint not null references app.edition,
  key app.key_text not null,
  position int not null,
  place text not null,
  body text not null,
  handling text not null,
  unique (edition_id, key)
);

-- Bodies and roles the paper names.
create table app.named_body (
  id bigint generated always as identity primary key,
  edition_id bigint not null references app.edition,
  key app.key_text not null,
  position int not null,
  name app.line_text not null,
  role text not null,
  mentioned_in text[] not null default '{}',
  unique (edition_id, key)
);

-- planned, open and closed follow from the window and app.now(); see
-- app.stage_state(). later_state is what people add afterwards.
create table app.stage (
  id bigint generated always as identity primary key,
  consultation_id bigint not null,
  edition_id bigint not null,
  key app.key_text not null check (key = lower(key)),
  number int not null check (number > 0),
  kind text not null default 'consultation' check (kind in ('consultation', 'evaluation')),
  title app.line_text not null,
  purpose text,
  opens_at timestamptz,
  closes_at timestamptz, -- the last moment that still counts
  later_state text check (later_state in ('weighed', 'reported', 'archived')),
  session_number int,
  session_on date,
  papers_due_on date,
  unique (consultation_id, key),
  unique (consultation_id, kind, number),
  unique (id, edition_id),
  foreign key (edition_id, consultation_id) references app.edition (id, consultation_id),
  check (num_nonnulls(opens_at, closes_at) in (0, 2)),
  check (opens_at < closes_at)
);

create table app.stage_step (
  id bigint generated always as identity primary key,
  stage_id bigint not null references app.stage,
  key app.key_text not null,
  position int not null,
  body text not null,
  date_text text,
  unique (stage_id, key)
);

create table app.milestone (
  id bigint generated always as identity primary key,
  consultation_id bigint not null references app.consultation,
  key app.key_text not null,
  position int not null,
  label app.line_text not null,
  date_text text,
  on_date date,
  is_recurring boolean not null default false,
  source text,
  stage_id bigint references app.stage,
  council_decision_id bigint references app.council_decision,
  unique (consultation_id, key),
  check (num_nonnulls(date_text, on_date) > 0)
);

-- What can be answered in a stage. A stance on K4.G2.5 exists once, whether it
-- is given at the item or at the question that asks for it per item.
create table app.target (
  id bigint generated always as identity primary key,
  stage_id bigint not null,
  edition_id bigint not null,
  key app.key_text not null,
  position int not null,
  sort_key text collate "C" not null generated always as (lpad(position::text, 5, '0')) stored,
  question_version_id bigint,
  item_version_id bigint,
  chapter_id bigint,
  takes_stance boolean not null default true,
  unique (stage_id, key),
  unique (stage_id, position),
  unique (id, stage_id),
  unique nulls not distinct (stage_id, question_version_id, item_version_id, chapter_id),
  foreign key (stage_id, edition_id) references app.stage (id, edition_id),
  foreign key (question_version_id, edition_id) references app.question_version (id, edition_id),
  foreign key (item_version_id, edition_id) references app.item_version (id, edition_id),
  foreign key (chapter_id, edition_id) references app.chapter (id, edition_id),
  check (num_nonnulls(question_version_id, item_version_id, chapter_id) > 0)
);
create index on app.target (item_version_id) where item_version_id is not null;
create index on app.target (question_version_id) where question_version_id is not null;
create index on app.target (chapter_id) where chapter_id is not null;
