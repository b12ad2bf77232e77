-- Editions that follow each other: what became of each item, why, and because
-- of whom. An edition is drafted on the basis of the one before it; edges lead
-- from the versions of items there to those here.

create domain app.lineage_relation as text
  check (value in ('continues', 'split', 'merged', 'replaced', 'dropped', 'added'));

-- The same item goes on (continues), reworded (text_changed), elsewhere (moved),
-- both or neither; what was split, merged or replaced became other items. The
-- comparison of texts proposes an edge, a person confirms it.
create table app.item_lineage (
  id bigint generated always as identity primary key,
  consultation_id bigint not null,
  from_edition_id bigint not null,
  to_edition_id bigint not null,
  from_version_id bigint, -- null: added
  to_version_id bigint, -- null: dropped
  relation app.lineage_relation not null,
  text_changed boolean not null default false,
  moved boolean not null default false,
  percent int check (percent between 0 and 100), -- of equal words, as compared
  state text not null default 'proposed' check (state in ('proposed', 'confirmed')),
  confirmed_at timestamptz,
  confirmed_by bigint references app.person, -- null: by an import
  unique nulls not distinct (to_edition_id, from_version_id, to_version_id),
  foreign key (from_edition_id, consultation_id) references app.edition (id, consultation_id),
  foreign key (to_edition_id, consultation_id) references app.edition (id, consultation_id),
  foreign key (from_version_id, from_edition_id) references app.item_version (id, edition_id),
  foreign key (to_version_id, to_edition_id) references app.item_version (id, edition_id) on delete cascade,
  check (from_edition_id <> to_edition_id),
  check ((relation = 'added') = (from_version_id is null)),
  check ((relation = 'dropped') = (to_version_id is null)),
  check ((state = 'confirmed') = (confirmed_at is not null))
);
create index on app.item_lineage (from_version_id, to_edition_id);
create index on app.item_lineage (to_version_id) where to_version_id is not null;

-- What an edition changes in an item, and why: on the version that it has
-- there, or on the one before where it was dropped.
create table app.change (
  id bigint generated always as identity primary key,
  edition_id bigint not null references app.edition, -- the one that brings it
  to_version_id bigint,
  dropped_version_id bigint references app.item_version,
  reason app.body_text check (char_length(reason) between 1 and 4000),
  version int not null default 1,
  changed_at timestamptz not null,
  changed_by bigint references app.person,
  unique nulls not distinct (edition_id, to_version_id, dropped_version_id),
  unique (id, edition_id),
  foreign key (to_version_id, edition_id) references app.item_version (id, edition_id) on delete cascade,
  check (num_nonnulls(to_version_id, dropped_version_id) = 1)
);

-- What caused it: what was made of a position or of a group, or a decision of
-- the council. The assessment is the version that was meant; a later one is
-- shown beside it.
create table app.change_cause (
  id bigint generated always as identity primary key,
  change_id bigint not null references app.change on delete cascade,
  assessment_id bigint references app.assessment,
  council_decision_id bigint references app.council_decision,
  added_at timestamptz not null,
  added_by bigint references app.person,
  unique nulls not distinct (change_id, assessment_id, council_decision_id),
  check (num_nonnulls(assessment_id, council_decision_id) = 1)
);
create index on app.change_cause (assessment_id) where assessment_id is not null;
create index on app.change_cause (council_decision_id) where council_decision_id is not null;

-- The closure of all that: which positions, and so which organisations, stand
-- behind a change. Written with causes and memberships; verify computes it anew.
create table app.cause (
  change_id bigint not null references app.change on delete cascade,
  position_id bigint not null references app.position,
  organisation_id bigint not null references app.organisation,
  stance app.stance,
  sort_key text collate "C" not null, -- as in the synopsis
  primary key (change_id, position_id)
);
create index cause_sort on app.cause (change_id, sort_key, position_id);
create index on app.cause (position_id);
create index on app.cause (organisation_id, change_id);

-- A person attaches a position to an item of a later edition than the edges
-- lead to: from that edition on it stands there. The last one counts.
create table app.reanchor (
  id bigint generated always as identity primary key,
  position_id bigint not null references app.position,
  edition_id bigint not null,
  to_version_id bigint not null,
  reason app.body_text not null check (char_length(reason) between 1 and 4000),
  anchored_at timestamptz not null,
  anchored_by bigint not null references app.person,
  foreign key (to_version_id, edition_id) references app.item_version (id, edition_id)
);
create index on app.reanchor (position_id, id desc);
create index on app.reanchor (to_version_id);
create trigger guard_immutable before update or delete on app.reanchor
  for each row execute function app.guard_immutable();
create trigger guard_truncate before truncate on app.reanchor
  for each statement execute function app.guard_immutable();

-- Edges and reasons of a published edition stand, as its parts do. A cause may
-- be added later (a decision of the council often is), and none is taken away.
create function app.guard_lineage() returns trigger
language plpgsql as $$
begin
  if exists (select from app.edition e where e.state = 'published'
      and e.id = case tg_op when 'DELETE' then old.to_edition_id else new.to_edition_id end) then
    raise exception using errcode = 'CN409', message = 'edition_published';
  end if;
  return case tg_op when 'DELETE' then old else new end;
end $$;
create trigger guard_lineage before insert or update or delete on app.item_lineage
  for each row execute function app.guard_lineage();
create trigger guard_edition before insert or update or delete on app.change
  for each row execute function app.guard_edition_part();
