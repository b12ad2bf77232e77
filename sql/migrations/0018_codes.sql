-- Kinds and size classes are those of the lists, and a kind belongs to one
-- level. Rows from before the lists are left as they are. Names are sorted as
-- people read them.
alter table app.code add unique (list_key, key, level);
alter table app.organisation
  add column kind_list text collate "C" not null generated always as ('organisation-kind') stored,
  add column size_list text collate "C" not null generated always as ('size-class') stored,
  add constraint kind_of_level foreign key (kind_list, kind, level)
    references app.code (list_key, key, level) not valid,
  add constraint size_class_known foreign key (size_list, size_class)
    references app.code (list_key, key) not valid,
  add constraint size_class_of_municipality check (size_class is null or level = 'kommune');

alter table app.organisation_name
  add column sort_name text collate "C" not null
    generated always as (translate(lower(name), 'äöüéèáàß', 'aoueeaas')) stored;
create index organisation_name_order on app.organisation_name (sort_name, organisation_id);
create index on app.organisation (predecessor_id) where predecessor_id is not null;
