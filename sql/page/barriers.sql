-- The reports: what is open by its day, then what was handled, the newest first.
create or replace function page.barriers(p_me app.caller, p_state text, p_after text) returns json
language plpgsql stable security definer set search_path = app, pg_temp
set plan_cache_mode = force_generic_plan as $$
declare
  c_size constant int := 50;
  v_ids bigint[];
  v_after barrier_report;
begin
  select x.* into v_after from barrier_report x where x.number = p_after;
  v_ids := array(select r.id from barrier_report r where (p_state is null or p_state = r.state
      or p_state = 'overdue' and r.state = 'open' and r.due_on < today())
    and (v_after.id is null or (r.state <> 'open', case when r.state = 'open' then r.id else -r.id end)
      > (v_after.state <> 'open', case when v_after.state = 'open' then v_after.id else -v_after.id end))
    order by r.state <> 'open', case when r.state = 'open' then r.id else -r.id end limit c_size + 1);
  return json_build_object(
    'frame', frame(p_me, null, 'barriers'),
    'rows', (select coalesce(json_agg(barrier_json(r) order by x.n), '[]') from unnest(v_ids[1:c_size]) with ordinality x(id, n)
      join barrier_report r on r.id = x.id),
    'counts', (select json_agg(json_build_object('state', x.state, 'is_current', coalesce(x.state = p_state, false),
        'href', with_query('/barriers', array['state'], array[x.state]), 'count', (select count(*) from barrier_report r
          where x.state = r.state or x.state = 'overdue' and r.state = 'open' and r.due_on < today())) order by x.place)
      from unnest(array['open', 'overdue', 'answered', 'closed']) with ordinality x(state, place)),
    'next_href', case when cardinality(v_ids) > c_size then with_query('/barriers', array['state', 'after'],
      array[p_state, (select r.number from barrier_report r where r.id = v_ids[c_size])]) end,
    'state', p_state,
    'statement_due', statement_due(), 'is_statement_late', statement_due() < today());
end $$;
