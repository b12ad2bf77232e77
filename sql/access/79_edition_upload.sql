-- Files with a paper. They are kept so many days (75_retention.sql), whatever became of them.

create or replace function app.edition_upload_days() returns int
language plpgsql stable set search_path = app, pg_temp as $$
begin
  return (select c.days from retention_class c where c.key = 'edition_upload');
end $$;

create or replace function app.edition_upload_at(p_consultation text, p_upload text) returns app.edition_upload
language plpgsql stable set search_path = app, pg_temp as $$
declare
  u edition_upload;
begin
  select x.* into u from edition_upload x join consultation c on c.id = x.consultation_id
    where c.slug = p_consultation and x.key = p_upload;
  return u;
end $$;
