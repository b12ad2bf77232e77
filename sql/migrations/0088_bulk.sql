-- One word for an act on several positions: bulk, of tags too.
do $$
declare
  t text;
  x record;
begin
  foreach t in array array['topic_batch', 'topic_batch_position', 'topic_batch_tag'] loop
    for x in select c.conname from pg_constraint c where c.conrelid = ('app.' || t)::regclass and c.conname ~ 'batch' loop
      execute format('alter table app.%I rename constraint %I to %I', t, x.conname, replace(x.conname, 'batch', 'bulk'));
    end loop;
    for x in select i.indexname from pg_indexes i where i.schemaname = 'app' and i.tablename = t and i.indexname ~ 'batch' loop
      execute format('alter index app.%I rename to %I', x.indexname, replace(x.indexname, 'batch', 'bulk'));
    end loop;
    execute format('alter table app.%I rename to %I', t, replace(t, 'batch', 'bulk'));
  end loop;
end $$;
alter table app.topic_bulk_position rename column batch_id to bulk_id;
alter table app.topic_bulk_tag rename column batch_id to bulk_id;
