-- What houses have agreed to, and what is public; fifty at a time.
create or replace function page.publications(p_me app.caller, p_consultation text, p_show text, p_after text) returns json
language plpgsql stable security definer set search_path = app, pg_temp
set plan_cache_mode = force_generic_plan as $$
declare
  s app.stage := desk_stage(p_consultation);
  v_base text := '/consultations/' || p_consultation || '/publications';
  v_show text := case when p_show in ('ready', 'public', 'no', 'waiting') then p_show end;
begin
  if s.id is null then
    return null;
  end if;
  return (with l as materialized (select x.*, publication_part(x.obstacle, x.publication_id) as part from publication_list(s.id) x),
    p as materialized (select l.*, row_number() over (order by l.sort_key) as n from l where (v_show is null or l.part = v_show)
      and (p_after is null or l.sort_key > coalesce((select y.sort_key from l y where y.code = p_after), '')) order by l.sort_key limit 51)
    select json_build_object(
      'frame', frame_at(p_me, s, null, 'publications'),
      'consultation', consultation_json(s.consultation_id), 'stage', result_stage_json(s),
      'is_over', stage_state(s) not in ('planned', 'open'), 'state', result_state(s), 'results_href', result_base(s),
      'filters', (select json_agg(json_build_object('key', f.key, 'count', (select count(*) from l where f.key is null or l.part = f.key),
          'is_current', f.key is not distinct from v_show, 'href', with_query(v_base, array['show'], array[f.key])) order by f.n)
        from (values (1, null), (2, 'ready'), (3, 'public'), (4, 'no'), (5, 'waiting')) f (n, key)),
      'rows', (select coalesce(json_agg(jsonb_build_object('organisation', json_build_object('code', p.code, 'name', p.name), 'level', p.level,
          'receipt', p.receipt, 'consent', p.consent, 'obstacle', p.obstacle, 'part', p.part, 'published_at', p.published_at,
          'ended_as', p.ended_as, 'ended_at', p.ended_at, 'reason', p.reason, 'href', v_base || '/' || p.code) order by p.n), '[]') from p where p.n <= 50),
      'next_href', (select with_query(v_base, array['show', 'after'], array[v_show, p.code]) from p
        where p.n = 50 and exists (select from p y where y.n = 51)),
      'form', json_build_object('reason', '')));
end $$;
