-- The synopsis as the desk works with it: what kind of remark a position is,
-- filters that are kept as views, and how a row and a filter look.

-- Null: as its stance and target say (app.position_nature); editorial is said by
-- a moderator only, for no comparison of words can know it.
alter table app.position add column nature text
  check (nature in ('general', 'substantive', 'editorial', 'new'));
create index position_level on app.position (stage_id, level, sort_target, sort_key, id) where is_current;
create index position_stance on app.position (stage_id, stance, sort_target, sort_key, id) where is_current;
create index position_place on app.position (stage_id, place_id, sort_target, sort_key, id)
  where is_current and place_id is not null;

-- A filter in the words of the address.
create type app.synopsis_filter as (
  target text,
  level text,
  land text,
  seat text,
  stance text,
  topic text, -- a key, or none
  decision text,
  place text, -- an id
  assignee text, -- a key, me or none
  grouped text, -- yes, no
  state text, -- none, draft, approved: of the assessment
  q text
);

-- The same in ids: 0, which nothing has, for what is unknown. chosen and left_out
-- are positions, of the filters that are no column of theirs; joined: positions
-- that match level, Land and seat by who has joined their author.
create type app.position_filter as (
  target_id bigint,
  level text,
  land text,
  seat text,
  stance text,
  decision text,
  place_id bigint,
  is_entry boolean, -- that place is the first one: of who is in none yet
  assignee_id bigint,
  chosen bigint[],
  left_out bigint[],
  joined bigint[]
);

-- A row of the synopsis, in the order of its exports.
create type app.synopsis_row as (
  token text, -- its place in the order, for links
  number text,
  target text,
  target_title text,
  edition int,
  kind text, -- of the target
  organisation_code text,
  organisation text,
  short_name text,
  level text,
  land text,
  land_name text,
  seat_status text,
  organisations bigint, -- how many hold it
  also_for text,
  is_held boolean,
  joined json,
  released_at timestamptz,
  stance text,
  nature text,
  body text,
  confidential boolean,
  proposal text,
  reason text,
  topics text,
  group_number text,
  group_size bigint,
  assessment text,
  mark text, -- draft: there is an assessment, and approvals are missing
  decision text,
  referred_to text,
  edition_place text,
  state text,
  approvals_given bigint,
  approvals_of bigint,
  place text,
  assignee text,
  due_on date,
  saved_at timestamptz,
  saved_by text
);

-- A filter and its columns under a name: one's own, or shared at the desk.
create table app.saved_view (
  id bigint generated always as identity primary key,
  key app.key_text not null unique default substr(replace(gen_random_uuid()::text, '-', ''), 1, 12),
  consultation_id bigint not null references app.consultation,
  person_id bigint not null references app.person,
  is_shared boolean not null default false,
  name app.line_text not null check (char_length(name) between 1 and 80),
  filter jsonb not null check (jsonb_typeof(filter) = 'object'), -- of synopsis_filter
  view text not null check (view in ('work', 'all', 'participants')),
  columns text[] not null,
  saved_at timestamptz not null,
  unique (consultation_id, person_id, name)
);
