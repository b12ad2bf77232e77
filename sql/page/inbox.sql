-- All later findings, the newest first; p_state: only those.
create or replace function page.inbox(p_me app.caller, p_consultation text, p_state text, p_after text) returns json
language plpgsql stable security definer set search_path = app, pg_temp
set plan_cache_mode = force_generic_plan as $$
declare
  c_size constant int := 50;
  v_id bigint := consultation_at(p_consultation);
  v_path text := '/consultations/' || p_consultation || '/inbox';
  v_after bigint := (select f.id from finding f where f.key = p_after and f.consultation_id = v_id);
  v_ids bigint[];
begin
  if v_id is null then
    return null;
  end if;
  v_ids := array(select f.id from finding f where f.consultation_id = v_id and (p_state is null or f.state = p_state)
    and (v_after is null or f.id < v_after) order by f.id desc limit c_size + 1);
  return json_build_object(
    'frame', frame(p_me, v_id, 'inbox'),
    'consultation', consultation_json(v_id),
    'rows', (select coalesce(json_agg(finding_json(f, p_consultation) order by f.id desc), '[]') from finding f
      where f.id = any (v_ids[1:c_size])),
    'counts', (select coalesce(json_agg(json_build_object('state', x.state, 'count', coalesce(n.count, 0), 'is_current', x.state = p_state,
        'href', with_query(v_path, array['state'], array[x.state])) order by x.place), '[]')
      from unnest(array['new', 'taken_up', 'answered', 'closed']) with ordinality x(state, place)
        left join (select f.state, count(*) as count from finding f where f.consultation_id = v_id group by f.state) n on n.state = x.state),
    'next_href', case when cardinality(v_ids) > c_size then with_query(v_path, array['state', 'after'],
      array[p_state, (select f.key::text from finding f where f.id = v_ids[c_size])]) end,
    'state', p_state,
    'can', json_build_object('record', 'moderator' = any (p_me.roles)),
    'form', finding_form());
end $$;
