-- „Was wurde aus unserem Beitrag?“: the reply as the house reads it, once it is
-- released. Before that the page knows the time and nothing else.

-- The stage that is asked for, else the current one, unless only an earlier one has a reply.
create or replace function app.outcome_stage(h app.house, p_stage text) returns app.stage
language plpgsql stable as $$
declare
  s app.stage;
begin
  select x.* into s from stage x join participation p on p.stage_id = x.id and p.organisation_id = h.organisation_id
    where x.consultation_id = h.consultation_id and coalesce(x.key = p_stage, x.id = coalesce(told_stage(h), h.stage_id));
  if s.id is null then
    perform fail('CN404', 'not_found');
  end if;
  return s;
end $$;

-- Other stages in which this house was told something.
create or replace function app.outcome_stages(h app.house, p_stage_id bigint) returns json
language plpgsql stable as $$
begin
  return (select coalesce(json_agg(json_build_object('number', s.number, 'kind', s.kind, 'href', '/consultations/' || h.slug
      || '/response/outcome?stage=' || s.key) order by s.number), '[]')
    from stage s where s.consultation_id = h.consultation_id and s.id <> p_stage_id
      and (reply_of(s.id, h.organisation_id, app.now())).release_id is not null);
end $$;

create or replace function app.outcome_filters(p_counts json, p_path text, p_stage text, p_show text) returns json
language plpgsql stable as $$
begin
  return (select json_agg(json_build_object('key', x.key, 'count', x.count, 'is_current', x.key is not distinct from p_show,
      'href', with_query(p_path, array['stage', 'show'], array[p_stage, x.key])) order by x.n)
    from (select null::text as key, (p_counts ->> 'points')::bigint as count, 0 as n
      union all select d ->> 'decision', (d ->> 'count')::bigint, n from json_array_elements(p_counts -> 'decisions')
        with ordinality y(d, n)) x);
end $$;

create or replace function app.outcome_reply(h app.house, s app.stage, v app.reply_version, p_stage text, p_show text) returns json
language plpgsql stable as $$
declare
  l app.reply_release := last_release(s.id);
  v_points app.told_point[] := told_points(h.organisation_id, v.response_version_id, app.now());
  v_counts json := reply_counts(v_points);
  v_show text := case when exists (select from json_array_elements(v_counts -> 'decisions') d where d ->> 'decision' = p_show)
    then p_show end;
begin
  return json_build_object('at', (select r.at from reply_release r where r.id = v.release_id), 'as_of', l.at,
    'response', reply_about(v.response_version_id), 'text', v.body, 'sponsors', to_json(l.sponsors),
    'sponsors_text', regexp_replace(array_to_string(l.sponsors, ', '), ', ([^,]*)$', ' und \1'), 'counts', v_counts,
    'updates', (select count(*) from unnest(v_points) x where x.is_update),
    'filters', outcome_filters(v_counts, '/consultations/' || h.slug || '/response/outcome', p_stage, v_show),
    'ask_back_until', l.ask_back_until, 'is_asking', s.id = h.stage_id and app.now() <= l.ask_back_until,
    'can_ask', h.is_releaser and s.id = h.stage_id and app.now() <= l.ask_back_until,
    'groups', reply_groups(s, h.organisation_id, v.response_version_id, v_points, v_show));
end $$;

create or replace function page.outcome(p_me app.caller, p_consultation text, p_show text, p_stage text default null) returns json
language plpgsql stable security definer set search_path = app, pg_temp
set plan_cache_mode = force_generic_plan as $$
declare
  h app.house := house(p_me, p_consultation);
  s app.stage := outcome_stage(h, p_stage);
  v app.reply_version := reply_of(s.id, h.organisation_id, app.now());
begin
  return json_build_object(
    'frame', frame_of(p_me, h, 'outcome'),
    'consultation', consultation_json(h.consultation_id),
    'organisation', organisation_json(h.organisation_id),
    'stage', json_build_object('key', s.key, 'kind', s.kind, 'number', s.number, 'session_on', case when s.session_on >= today() then s.session_on end, 'closes_at', h.closes_at,
      'is_over', stage_state(s) not in ('planned', 'open')),
    'stage_query', p_stage,
    'others', outcome_stages(h, s.id),
    'expected_at', (next_release(s.id)).at,
    'has_submitted', exists (select from current_version c where c.stage_id = s.id and c.organisation_id = h.organisation_id),
    'reply', case when v.release_id is not null then outcome_reply(h, s, v, p_stage, p_show) end);
end $$;
