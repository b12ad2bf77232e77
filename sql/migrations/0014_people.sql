-- The order of lists of people: German letters at their place, erased ones by
-- their number. Rows of a releaser's deputies are found from the releaser.
alter table app.person
  add column sort_name text collate "C" generated always as (coalesce(
    translate(lower(name), 'äöüßéèáàçñøåş', 'aouseeaacnoas'),
    '~' || lpad(former_no::text, 9, '0'))) stored;
create index on app.person (sort_name, id);
create index on app.membership (deputy_for) where deputy_for is not null;
create index on app.invitation (created_at, id);
