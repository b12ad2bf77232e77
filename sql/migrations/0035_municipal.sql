-- What the short path of municipalities shows above its questions.
alter table app.item add column is_municipal boolean not null default false;
update app.item i set is_municipal = true from app.consultation c
  where c.id = i.consultation_id and c.slug = 'dachstrategie-2024' and i.key = 'K3.N3';
