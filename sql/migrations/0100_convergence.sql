-- Schwerpunktthemen, which the paper does not name (X16; source: IT-Planungsrat),
-- their Zielbilder, and what commitments contribute to them.

create table app.focus_topic (
  id bigint generated always as identity primary key,
  key app.key_text not null unique,
  position int not null unique,
  name app.line_text not null,
  manager_organisation_id bigint references app.organisation, -- the programme management
  manager_person_id bigint references app.person,
  version int not null default 1
);
insert into app.focus_topic (key, position, name) values
  ('transformation', 1, 'Digitale Transformation'), ('infrastructure', 2, 'Digitale Infrastruktur'),
  ('applications', 3, 'Digitale Anwendungen'), ('data', 4, 'Datennutzung'), ('security', 5, 'Informationssicherheit');

create table app.target_vision (
  id bigint generated always as identity primary key,
  focus_topic_id bigint not null unique references app.focus_topic,
  title app.line_text not null,
  address text check (address ~ '^https://\S+$'),
  council_decision_id bigint references app.council_decision
);
insert into app.target_vision (focus_topic_id, title) select f.id, 'Zielbild ' || f.name from app.focus_topic f order by f.position;

-- What a commitment contributes to a Zielbild, as the programme management says;
-- the last row counts, and where there is none, or it says gap, nobody has said
-- anything yet.
create table app.convergence (
  id bigint generated always as identity primary key,
  commitment_id bigint not null references app.commitment,
  target_vision_id bigint not null references app.target_vision,
  verdict text not null check (verdict in ('contributes', 'partly', 'gap', 'not_affected')),
  evidence text check (char_length(evidence) between 1 and 2000),
  stated_at timestamptz not null,
  stated_by bigint references app.person,
  check (verdict <> 'contributes' or evidence is not null)
);
create index convergence_last on app.convergence (commitment_id, target_vision_id, id desc);
create trigger guard_immutable before update or delete on app.convergence
  for each row execute function app.guard_immutable();
create trigger guard_truncate before truncate on app.convergence
  for each statement execute function app.guard_immutable();

-- Projects of the portfolio that put a commitment into practice.
create table app.project_link (
  id bigint generated always as identity primary key,
  key app.key_text not null unique default substr(replace(gen_random_uuid()::text, '-', ''), 1, 12),
  commitment_id bigint not null references app.commitment,
  name text not null check (char_length(name) between 1 and 200),
  number text check (char_length(number) between 1 and 60),
  address text check (address ~ '^https://\S+$'),
  added_at timestamptz not null,
  added_by bigint references app.person
);
create index on app.project_link (commitment_id);
