-- The desk: positions. No wording here: a position points at immutable text by
-- ranges of code points, [0, n); null means that field is not part of it.
create table app.position (
  id bigint generated always as identity primary key,
  stage_id bigint not null,
  organisation_id bigint not null,
  number int check (number > 0), -- given by job.number_positions, once
  part int not null default 0 check (part >= 0),
  released_answer_id bigint not null,
  target_id bigint not null,
  body_range int4range,
  proposal_range int4range,
  reason_range int4range,
  kind text not null default 'whole' check (kind in ('whole', 'part')),
  is_current boolean not null default true,
  decision text not null default 'open'
    check (decision in ('open', 'adopted', 'partly', 'not_adopted', 'noted', 'referred')),
  place text,
  assignee_id bigint references app.person,
  version int not null default 1,
  released_at timestamptz not null,
  -- copies for sorting and filters
  sort_target text collate "C" not null,
  sort_key text collate "C" not null,
  stance app.stance,
  level app.level not null,
  land_code text,
  seat_status app.seat_status not null,
  unique (stage_id, number, part),
  foreign key (released_answer_id, stage_id, organisation_id)
    references app.released_answer (id, stage_id, organisation_id),
  foreign key (target_id, stage_id) references app.target (id, stage_id),
  check ((part = 0) = (kind = 'whole'))
) with (fillfactor = 90);
create index on app.position (released_answer_id);
create index position_sort on app.position (stage_id, sort_target, sort_key, id) where is_current;
create index position_target on app.position (target_id, sort_key, id) where is_current;
create index position_land on app.position (stage_id, land_code, level, sort_target, sort_key, id)
  where is_current;
create index position_seats on app.position (stage_id, seat_status, stance, sort_target, sort_key, id)
  where is_current and seat_status <> 'none';
create index position_unnumbered on app.position (stage_id, released_at, id) where number is null;
