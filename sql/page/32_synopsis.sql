-- The page of the synopsis: its addresses, choices and open row.

create or replace function app.synopsis_names() returns text[]
language sql immutable parallel safe as $$
  select array['target', 'level', 'land', 'seat', 'stance', 'tag', 'decision', 'place', 'assignee', 'grouped', 'state', 'q']
$$;

create or replace function app.filter_values(f app.synopsis_filter) returns text[]
language sql immutable parallel safe as $$
  select array[f.target, f.level, f.land, f.seat, f.stance, f.topic, f.decision, f.place, f.assignee, f.grouped, f.state, f.q]
$$;

-- An address with a filter (values in the order of the names), view and columns.
create or replace function app.synopsis_href(p_path text, p_values text[], p_view text, p_columns text[],
  p_name text default 'row', p_token text default null) returns text
language sql immutable parallel safe as $$
  select app.with_query(p_path, app.synopsis_names() || array['view', 'column', p_name],
    p_values[1:11] || array[app.url_part(p_values[12]), nullif(p_view, 'work'),
      nullif(array_to_string(p_columns, '&column='), ''), p_token])
$$;

-- The filter, view and columns a position is opened from, as its page carries them
-- on: view=all&target=K4.G2.5&q=…, the words last and as they are; null for none.
create or replace function app.filter_text(p_values text[], p_view text, p_columns text[]) returns text
language sql immutable parallel safe as $$
  select string_agg(x.name || '=' || x.value, '&' order by x.n)
    from rows from (unnest(array['view'] || array_fill('column'::text, array[coalesce(cardinality(p_columns), 0)]) || app.synopsis_names()),
      unnest(array[nullif(p_view, 'work')] || p_columns || p_values)) with ordinality x(name, value, n) where x.value is not null
$$;

-- Read again; what is no filter, view or column is as if it were not there.
create or replace function app.filter_from(p_from text, out filter app.synopsis_filter, out "view" text, out columns json)
language plpgsql immutable as $$
declare
  v_keys text := '&' || regexp_replace(coalesce(p_from, ''), '(^|&)q=.*$', '');
begin
  filter := jsonb_populate_record(null::synopsis_filter, (select jsonb_object_agg(case x.name when 'tag' then 'topic' else x.name end,
      substring(v_keys from '&' || x.name || '=([A-Za-z0-9._-]{1,80})(?:&|$)')) from unnest(synopsis_names()) x(name)));
  filter.q := text_or_null(left(substring(p_from from '(?:^|&)q=(.*)$'), 200));
  "view" := substring(v_keys from '&view=(all|participants)(?:&|$)');
  columns := (select json_agg(x.m[1]) from regexp_matches(v_keys, '&column=([a-z_]{1,20})(?=&|$)', 'g') x(m));
end $$;

-- Who works on positions of the stage, and who could.
create or replace function app.assignee_options(s app.stage, p_counts json) returns json
language plpgsql stable as $$
begin
  return (select coalesce(json_agg(json_build_object('key', p.key, 'name', person_name(p), 'count', (p_counts ->> p.key)::bigint)
      order by person_name(p)), '[]')
    from person p where p.id in (
      with recursive r (id) as (
        select (select min(x.assignee_id) from position x where x.stage_id = s.id and x.is_current and x.assignee_id > 0)
        union all select (select min(x.assignee_id) from position x where x.stage_id = s.id and x.is_current
          and x.assignee_id > r.id) from r where r.id is not null)
      select r.id from r));
end $$;

-- Choices with how many positions each has under the filter, where that is known.
create or replace function app.counted(p_keys json, p_counts json) returns json
language sql immutable parallel safe as $$
  select coalesce(json_agg(json_build_object('key', k, 'count', (p_counts ->> k)::bigint) order by n), '[]')
    from json_array_elements_text(p_keys) with ordinality x(k, n)
$$;

create or replace function app.synopsis_options(s app.stage, p_sums json) returns json
language plpgsql stable as $$
begin
  return json_build_object(
    'targets', (select coalesce(json_agg(json_build_object('key', t.key, 'title', t.title,
        'count', (p_sums -> 'target' ->> t.key)::bigint) order by y.position), '[]')
      from stage_targets(s.id) t join target y on y.id = t.id),
    'levels', counted(level_options(s.id), p_sums -> 'level'),
    'lands', (select coalesce(json_agg(json_build_object('key', x ->> 'code', 'name', x ->> 'name',
      'count', (p_sums -> 'land' ->> (x ->> 'code'))::bigint)), '[]') from json_array_elements(land_options(s.id)) x),
    'seats', counted('["voting", "advisory", "none"]', p_sums -> 'seat'),
    'stances', counted(to_json(stances()), p_sums -> 'stance'),
    'topics', (select coalesce(json_agg(json_build_object('key', t.key, 'name', t.path,
        'count', (p_sums -> 'topic' ->> t.key)::bigint) order by t.path collate "de-x-icu"), '[]')
      from (select x.key, topic_path(x.id) as path from topic x where x.consultation_id = s.consultation_id) t),
    'decisions', counted('["open", "adopted", "partly", "not_adopted", "noted", "referred"]', p_sums -> 'decision'),
    'places', (select coalesce(json_agg(json_build_object('key', l.id::text, 'name', l.name,
        'count', (p_sums -> 'place' ->> l.id::text)::bigint) order by l.position, l.id), '[]')
      from place l where l.consultation_id = s.consultation_id),
    'assignees', assignee_options(s, p_sums -> 'assignee'));
end $$;

-- What is filtered by, each with the address without it. title: what people call
-- it; null where the value is a word of the interface.
create or replace function app.synopsis_chips(s app.stage, p_path text, f app.synopsis_filter, p_view text, p_columns text[])
returns json
language plpgsql stable as $$
declare
  v text[] := filter_values(f);
begin
  return (select coalesce(json_agg(json_build_object('name', n.name, 'value', v[n.n], 'title', case n.name
      when 'target' then v[n.n] when 'q' then '„' || v[n.n] || '“'
      when 'land' then (select l.name from land l where l.code = v[n.n])
      when 'tag' then (select topic_path(t.id) from topic t where t.consultation_id = s.consultation_id and t.key = v[n.n])
      when 'place' then (select l.name from place l where l.consultation_id = s.consultation_id and l.id::text = v[n.n])
      when 'assignee' then (select person_name(p) from person p where p.key = v[n.n]) end,
      'href', synopsis_href(p_path, v[1:n.n - 1] || null::text || v[n.n + 1:], p_view, p_columns)) order by n.n), '[]')
    from unnest(synopsis_names()) with ordinality n(name, n) where v[n.n] is not null);
end $$;

-- A row as the page shows it; p_columns: the fields of others are left out.
-- is_head: the first one on its target. p_from: what its own page carries on.
create or replace function app.synopsis_row_json(r app.synopsis_row, p_base text, p_columns text[],
  p_is_head boolean default false, p_href text default null, p_is_open boolean default false, p_from text default '') returns json
language sql stable as $$
  select json_build_object('token', r.token, 'is_head', p_is_head, 'href', p_href, 'is_open', p_is_open, 'number', r.number, 'target', r.target,
    'target_title', r.target_title, 'edition', r.edition, 'kind', r.kind,
    'from', json_build_object('code', r.organisation_code, 'name', r.organisation, 'short_name', r.short_name, 'level', r.level, 'land', r.land,
      'land_name', r.land_name, 'seat_status', r.seat_status, 'is_held', r.is_held, 'also_for', r.joined,
      'href', p_base || '/submissions/' || r.organisation_code),
    'position_href', p_base || '/positions/' || r.number || p_from,
    'amendments_href', case when r.proposal is not null and r.kind not in ('question', 'chapter') then
      p_base || '/amendments/' || r.target end,
    'organisations', r.organisations, 'stance', r.stance, 'nature', r.nature, 'body', r.body, 'proposal', r.proposal,
    'reason', r.reason, 'released_at', r.released_at, 'confidential', r.confidential,
    'topics', case when 'topic' = any (p_columns) then to_json(string_to_array(r.topics, e'\n')) end,
    'group', case when 'topic' = any (p_columns) and r.group_number is not null then
      json_build_object('number', r.group_number, 'size', r.group_size) end,
    'assessment', r.assessment, 'mark', r.mark, 'decision', r.decision, 'referred_to', r.referred_to,
    'edition_place', r.edition_place,
    'handling', case when 'handling' = any (p_columns) then json_build_object('state', r.state, 'given', r.approvals_given,
      'of', r.approvals_of, 'place', r.place, 'assignee', r.assignee, 'due_on', r.due_on, 'saved_at', r.saved_at,
      'saved_by', r.saved_by) end)
$$;

-- The open row beside the list: all of it, with its neighbours on the page.
-- is_outside: it does not fit the filter (any more).
create or replace function app.synopsis_open_row(p_me app.caller, s app.stage, p_path text, p_row text, p_view text,
  p_columns text[], p_filter app.synopsis_filter, f app.position_filter, p_ids bigint[]) returns json
language plpgsql stable as $$
declare
  p app.position := position_at(s.id, p_row);
  r app.synopsis_row;
  v_n int := array_position(p_ids, p.id);
  v_values text[] := filter_values(p_filter);
begin
  if p.id is null or not p.is_current then
    return null;
  end if;
  select x.* into r from position_rows(s, array[p.id], p_view = 'participants') x;
  return json_build_object('row', synopsis_row_json(r, left(p_path, -9), columns_of(p_view, null)),
    'is_outside', v_n is null and not coalesce(position_matches(p, f), true),
    'previous_href', (select synopsis_href(p_path, v_values, p_view, p_columns, 'row', x.token) || '#' || x.token
      from position_rows(s, p_ids[v_n - 1 : v_n - 1], false) x),
    'next_href', (select synopsis_href(p_path, v_values, p_view, p_columns, 'row', x.token) || '#' || x.token
      from position_rows(s, p_ids[v_n + 1 : v_n + 1], false) x),
    'position_href', position_href(left(p_path, -9), r.number, filter_text(v_values, p_view, p_columns)),
    'close_href', synopsis_href(p_path, v_values, p_view, p_columns) || '#' || r.token,
    'approvals', case when p_view is distinct from 'participants' then (select json_agg(json_build_object('organisation',
        n.short_name, 'verdict', a.verdict, 'is_asked', a.id is not null) order by n.short_name)
      from sponsor o cross join lateral name_on(o.organisation_id, today()) n
        left join assessment_approval a on a.assessment_id = p.assessment_id and a.organisation_id = o.organisation_id
      where o.consultation_id = s.consultation_id and p.assessment_id is not null) end);
end $$;

-- The page of a position, with what it carries on.
create or replace function app.position_href(p_base text, p_number text, p_from text default null, p_notice text default null)
returns text
language sql immutable parallel safe as $$
  select app.with_query(p_base || '/positions/' || p_number, array['from', 'notice'], array[app.url_part(p_from), p_notice])
$$;

-- The positions of a filter, for what is done to all of them.
create or replace function app.filtered_positions(p_me app.caller, s app.stage, f app.synopsis_filter, p_limit int)
returns bigint[]
language plpgsql stable as $$
begin
  return position_ids(s.id, position_filter(p_me, s, f), null, false, p_limit);
end $$;

-- The views a person may open, in the order of their names.
create or replace function app.saved_views(p_me app.caller, p_consultation_id bigint, p_slug text) returns json
language plpgsql stable as $$
declare
  v_path text := '/consultations/' || p_slug || '/synopsis';
begin
  return (select coalesce(json_agg(json_build_object('key', v.key, 'name', v.name, 'is_shared', v.is_shared,
      'is_own', v.person_id = p_me.person_id, 'href', saved_view_href(v, v_path), 'edit_href', v_path || '/views/' || v.key)
      order by v.name, v.id), '[]')
    from saved_view v where v.consultation_id = p_consultation_id and (v.is_shared or v.person_id = p_me.person_id));
end $$;

create or replace function app.saved_view_href(v app.saved_view, p_path text) returns text
language sql stable as $$
  select app.synopsis_href(p_path, app.filter_values(jsonb_populate_record(null::app.synopsis_filter, v.filter)), v.view, v.columns)
$$;

-- One that the caller may change: an own one, or as a moderator a shared one.
create or replace function app.saved_view_of(p_me app.caller, p_consultation text, p_key text) returns app.saved_view
language plpgsql stable as $$
declare
  v app.saved_view;
begin
  select x.* into v from saved_view x
    where x.consultation_id = consultation_at(p_consultation) and x.key = p_key
      and (x.person_id = p_me.person_id or x.is_shared and p_me.roles @> '{moderator}');
  return v;
end $$;
