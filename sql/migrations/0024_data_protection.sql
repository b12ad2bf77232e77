-- How long each class of data about people is kept; bounds of what may be set.
create table app.retention_class (
  key app.key_text primary key,
  position int not null unique,
  days int not null,
  least int not null check (least >= 1),
  most int not null check (most >= least),
  check (days between least and most)
);
insert into app.retention_class (key, position, days, least, most) values
  ('login_attempt', 1, 1, 1, 90),
  ('session', 2, 30, 1, 90),
  ('mail', 3, 90, 30, 365),
  ('invitation', 4, 90, 30, 365),
  ('organisation_import', 5, 30, 1, 180),
  ('job', 6, 30, 7, 365),
  ('draft', 7, 183, 90, 730),
  ('account', 8, 365, 180, 1095);
