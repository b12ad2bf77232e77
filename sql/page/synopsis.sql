-- A path with those parameters that are set; all of them are words of KEY.
create or replace function app.with_query(p_path text, p_names text[], p_values text[]) returns text
language sql immutable parallel safe as $$
  select p_path || coalesce('?' || string_agg(x.name || '=' || x.value, '&' order by x.place), '')
    from unnest(p_names, p_values) with ordinality x(name, value, place) where x.value is not null
$$;

create or replace function app.synopsis_options(p_stage_id bigint) returns json
language plpgsql stable as $$
begin
  return json_build_object(
    'targets', (select coalesce(json_agg(json_build_object('key', t.key,
        'title', coalesce(iv.title, q.body, k.title)) order by t.position), '[]')
      from target t left join item_version iv on iv.id = t.item_version_id
        left join question_version q on q.id = t.question_version_id
        left join chapter k on k.id = t.chapter_id
      where t.stage_id = p_stage_id),
    'levels', level_options(p_stage_id), 'lands', land_options(p_stage_id),
    'seats', json_build_array('voting', 'advisory', 'none'), 'stances', to_json(stances()));
end $$;

create or replace function page.synopsis(p_me app.caller, p_consultation text, p_target text,
  p_level text, p_land text, p_seat text, p_stance text, p_after text) returns json
language plpgsql stable security definer set search_path = app, pg_temp
set plan_cache_mode = force_generic_plan as $$
declare
  c_size constant int := 50;
  v_names constant text[] := array['target', 'level', 'land', 'seat', 'stance', 'after'];
  v_filter text[] := array[p_target, p_level, p_land, p_seat, p_stance];
  v_path text := '/consultations/' || p_consultation || '/synopsis';
  s app.stage := desk_stage(p_consultation);
  n record;
  v_rows json;
  v_last text;
begin
  if s.id is null then
    return null;
  end if;
  select * into n from position_sums(s.id, target_filter(s.id, p_target), p_level, p_land, p_seat, p_stance,
    joined_positions(s.id, p_level, p_land, p_seat));
  with r as (select x.*, row_number() over () as n
    from page.synopsis_rows(p_me, p_consultation, p_target, p_level, p_land, p_seat, p_stance,
      p_after, c_size + 1) x)
  select coalesce(json_agg(json_build_object('number', r.number, 'target', r.target,
      'target_title', r.target_title, 'edition', r.edition, 'from', json_build_object(
        'code', r.organisation_code, 'name', r.organisation, 'level', r.level, 'land', r.land,
        'land_name', r.land_name, 'seat_status', r.seat_status,
        'is_held', r.is_held, 'also_for', r.joined,
        'href', '/consultations/' || p_consultation || '/submissions/' || r.organisation_code),
      'amendments_href', case when r.proposal is not null and r.kind not in ('question', 'chapter') then
        '/consultations/' || p_consultation || '/amendments/' || r.target end,
      'organisations', r.organisations, 'stance', r.stance, 'kind', r.kind, 'body', r.body, 'proposal', r.proposal, 'reason', r.reason,
      'group', case when r.group_number is not null then json_build_object('number', r.group_number, 'size', r.group_size) end,
      'decision', r.decision, 'released_at', r.released_at, 'confidential', r.confidential)
      order by r.n) filter (where r.n <= c_size), '[]'),
    case when max(r.n) > c_size then
      max(coalesce(r.number, r.target || '_' || r.organisation_code)) filter (where r.n = c_size) end
    into v_rows, v_last from r;
  return json_build_object(
    'frame', frame_at(p_me, s, null, 'synopsis'),
    'consultation', consultation_json(s.consultation_id),
    'rows', v_rows,
    'counts', json_build_object('filtered', n.filtered, 'organisations', n.organisations, 'all', least(position_count(s.id), 10000),
      'is_capped', n.is_capped),
    'withdrawn', withdrawn_json(s.id),
    'stance_sum', n.stances,
    'filter', json_build_object('target', p_target, 'level', p_level, 'land', p_land, 'seat', p_seat,
      'stance', p_stance, 'is_on', num_nonnulls(p_target, p_level, p_land, p_seat, p_stance) > 0),
    'options', synopsis_options(s.id),
    'next_href', case when v_last is not null then with_query(v_path, v_names, v_filter || v_last) end,
    'first_href', with_query(v_path, v_names, v_filter || null::text),
    'is_first', p_after is null,
    'exports', json_build_object('csv_href', with_query(v_path || '.csv', v_names, v_filter || null::text),
      'json_href', with_query(v_path || '.json', v_names, v_filter || null::text)));
end $$;
