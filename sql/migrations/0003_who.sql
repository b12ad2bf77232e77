-- Who is who: organisations, seats, people, their roles, sessions, invitations.
create table app.land (
  code text collate "C" primary key check (code ~ '^\d\d$'),
  name app.line_text not null unique,
  short_code text not null unique check (short_code ~ '^[A-Z]{2}$')
);
insert into app.land (code, name, short_code) values
  ('01', 'Schleswig-Holstein', 'SH'), ('02', 'Hamburg', 'HH'),
  ('03', 'Niedersachsen', 'NI'), ('04', 'Bremen', 'HB'),
  ('05', 'Nordrhein-Westfalen', 'NW'), ('06', 'Hessen', 'HE'),
  ('07', 'Rheinland-Pfalz', 'RP'), ('08', 'Baden-Württemberg', 'BW'),
  ('09', 'Bayern', 'BY'), ('10', 'Saarland', 'SL'), ('11', 'Berlin', 'BE'),
  ('12', 'Brandenburg', 'BB'), ('13', 'Mecklenburg-Vorpommern', 'MV'),
  ('14', 'Sachsen', 'SN'), ('15', 'Sachsen-Anhalt', 'ST'), ('16', 'Thüringen', 'TH');

create table app.organisation (
  id bigint generated always as identity primary key,
  code text collate "C" not null unique check (code ~ '^[A-Z0-9][A-Z0-9-]{0,39}$'),
  name app.line_text not null,
  short_name app.line_text not null,
  level app.level not null,
  kind text, -- gemeinde, landkreis, zweckverband …
  land_code text references app.land,
  ars text collate "C" check (ars ~ '^(\d{2}|\d{5}|\d{9}|\d{12})$'),
  predecessor_id bigint references app.organisation,
  office_mail text,
  valid daterange not null default daterange(null, null),
  check (left(ars, 2) = land_code),
  check (level not in ('land', 'kommune') or land_code is not null),
  check (not isempty(valid)),
  exclude using gist (ars with =, valid with &&) where (ars is not null)
);
create index on app.organisation (level, land_code);

create table app.seat (
  id bigint generated always as identity primary key,
  key app.key_text not null unique,
  name app.line_text not null,
  seat_status app.seat_status not null check (seat_status <> 'none'),
  position int not null unique
);

create table app.seat_holding (
  id bigint generated always as identity primary key,
  seat_id bigint not null references app.seat,
  organisation_id bigint not null references app.organisation,
  valid daterange not null check (not isempty(valid)),
  exclude using gist (seat_id with =, valid with &&)
);
create index on app.seat_holding (organisation_id);

create table app.person (
  id bigint generated always as identity primary key,
  mail text unique check (mail = lower(mail) and mail ~ '^[^@[:space:]]+@[^@[:space:]]+$'
    and char_length(mail) <= 254),
  name app.line_text,
  state text not null default 'invited' check (state in ('invited', 'active', 'locked', 'erased')),
  former_no int unique,
  password_hash text,
  created_at timestamptz not null default now(),
  check ((state = 'erased') = (former_no is not null)),
  check (state = 'erased' or (mail is not null and name is not null)),
  check (state <> 'erased' or num_nonnulls(mail, name, password_hash) = 0),
  check (state <> 'active' or password_hash is not null)
);

create table app.membership (
  id bigint generated always as identity primary key,
  person_id bigint not null references app.person,
  organisation_id bigint not null references app.organisation,
  consultation_id bigint references app.consultation, -- null: every one
  role app.organisation_role not null,
  valid daterange not null default daterange(null, null) check (not isempty(valid)),
  exclude using gist (person_id with =, organisation_id with =,
    (coalesce(consultation_id, 0)) with =, (role::text) with =, valid with &&)
);
create index on app.membership (organisation_id);

create table app.platform_role (
  id bigint generated always as identity primary key,
  person_id bigint not null references app.person,
  role app.platform_role_name not null,
  granted_by bigint references app.person,
  valid daterange not null default daterange(null, null) check (not isempty(valid)),
  check (granted_by is distinct from person_id),
  exclude using gist (person_id with =, (role::text) with =, valid with &&)
);

-- Times of this table are of the real clock, never of app.now().
create table app.session (
  id bigint generated always as identity primary key,
  token_hash app.sha256 not null unique,
  person_id bigint not null references app.person,
  organisation_id bigint references app.organisation,
  agent text check (char_length(agent) <= 300),
  created_at timestamptz not null default clock_timestamp(),
  touched_at timestamptz not null default clock_timestamp(),
  ends_at timestamptz not null,
  check (ends_at > created_at)
) with (fillfactor = 80);
create index on app.session (person_id);

-- The only place where an address is kept; rows go after a day.
create table app.login_attempt (
  id bigint generated always as identity primary key,
  account_hash app.sha256 not null,
  address text not null,
  at timestamptz not null default clock_timestamp(),
  is_ok boolean not null default false
);
create index on app.login_attempt (account_hash, at);
create index on app.login_attempt (address, at);
create index on app.login_attempt (at);

-- level, land, seat_status and sort_key are copies that pages count by.
create table app.participation (
  stage_id bigint not null references app.stage,
  organisation_id bigint not null references app.organisation,
  wave int not null default 1,
  invited_at timestamptz not null,
  opened_at timestamptz,
  extended_until timestamptz,
  extension_reason text,
  single_release boolean not null default false,
  level app.level not null,
  land_code text references app.land,
  seat_status app.seat_status not null,
  sort_key text collate "C" not null,
  primary key (stage_id, organisation_id),
  check ((extended_until is null) = (extension_reason is null))
);
create index on app.participation (stage_id, sort_key);
create index on app.participation (organisation_id);
