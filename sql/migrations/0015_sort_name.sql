-- Titles are no part of the order of names.
alter table app.person drop column sort_name;
alter table app.person
  add column sort_name text collate "C" generated always as (coalesce(
    regexp_replace(translate(lower(name), 'äöüßéèáàçñøåş', 'aouseeaacnoas'), '^((prof|dr)[.] *)+', ''),
    '~' || lpad(former_no::text, 9, '0'))) stored;
create index on app.person (sort_name, id);
