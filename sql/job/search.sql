-- Reads what was released in the last second into the index of the search.
-- Returns how many texts came in.
create or replace function job.search_index() returns int
language plpgsql volatile security definer set search_path = app, pg_temp as $$
begin
  return search_index_due(100);
end $$;
