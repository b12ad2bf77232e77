-- Reads what was released in the last second into the index of the search.
-- Returns how many texts came in.
create or replace function job.search_index() returns int
language plpgsql volatile security definer set search_path = app, pg_temp as $$
begin
  return search_index_due(100);
end $$;

-- All of it anew in portions: begins with 0, gives what the next one takes, null
-- after the last. First the paper, last the words.
create or replace function job.search_renew(p_after bigint) returns bigint
language plpgsql volatile security definer set search_path = app, pg_temp as $$
declare
  v_ids bigint[] := array(select c.response_id from current_version c where c.response_id > p_after
    order by c.response_id limit 200);
begin
  if not is_operator() then
    perform fail('CN403', 'audience');
  end if;
  if p_after = 0 then
    perform search_index_edition(e.id) from edition e where e.state = 'published' order by e.consultation_id, e.number;
    perform search_renew_published();
  end if;
  if cardinality(v_ids) = 0 then
    perform search_relearn();
    return null;
  end if;
  perform search_renew_responses(v_ids);
  return v_ids[cardinality(v_ids)];
end $$;
