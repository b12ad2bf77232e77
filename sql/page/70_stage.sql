-- Helpers of the pages about stages.

-- What the form of a stage begins with: four weeks from the next Monday, where it has no window yet.
create or replace function app.stage_form(s app.stage, p_is_new boolean) returns json
language plpgsql stable as $$
declare
  v_monday date := today() + (8 - extract(isodow from today())::int);
begin
  return (select json_build_object('version', coalesce(s.version, 0), 'kind', coalesce(s.kind, 'consultation'),
      'title', coalesce(s.title, ''), 'purpose', coalesce(s.purpose, ''),
      'edition', (select max(e.number) from edition e where e.state = 'published' and e.consultation_id = s.consultation_id
        and e.id = coalesce(s.edition_id, e.id))::text,
      'opens', coalesce(nullif(window_text(s.opens_at), ''), case when p_is_new then to_char(v_monday, 'DD.MM.YYYY') end, ''),
      'closes', coalesce(nullif(window_text(s.closes_at), ''), case when p_is_new then to_char(v_monday + 28, 'DD.MM.YYYY') end, ''),
      'session', coalesce(s.session_number::text, ''), 'session_on', coalesce(to_char(s.session_on, 'DD.MM.YYYY'), ''),
      'papers_due_on', coalesce(to_char(s.papers_due_on, 'DD.MM.YYYY'), ''),
      'wave_bund', w.of ->> 'bund', 'wave_laender', w.of ->> 'laender', 'wave_advisory', w.of ->> 'advisory',
      'wave_municipal', w.of ->> 'municipal', 'wave_others', w.of ->> 'others',
      'wave2_opens', (select window_text(x.opens_at) from stage_wave x where x.stage_id = s.id and x.wave = 2),
      'wave3_opens', (select window_text(x.opens_at) from stage_wave x where x.stage_id = s.id and x.wave = 3),
      'short_window', false, 'until', '', 'reason', '', 'anyway', false, 'state_reason', '')
    from (select json_object_agg(g, coalesce((select x.wave from stage_wave x where x.stage_id = s.id and g = any (x.groups)), 1)::text)
      from unnest(return_groups()) g) w(of));
end $$;

create or replace function app.stage_options(p_consultation_id bigint) returns json
language plpgsql stable as $$
begin
  return json_build_object('kinds', json_build_array('consultation', 'evaluation', 'review'),
    'editions', (select coalesce(json_agg(json_build_object('number', e.number::text, 'as_of', e.as_of,
        'note', e.note) order by e.number desc), '[]')
      from edition e where e.consultation_id = p_consultation_id and e.state = 'published'),
    'groups', to_json(return_groups()), 'waves', json_build_array('1', '2', '3'));
end $$;

-- What was done with it since it opened, the last first.
create or replace function app.stage_acts(p_stage_id bigint) returns json
language plpgsql stable as $$
begin
  return (select coalesce(json_agg(json_build_object('act', a.act, 'at', a.at, 'closed_at', a.closed_at,
      'closes_at', a.closes_at, 'open_positions', a.open_positions, 'reason', a.reason) order by a.id desc), '[]')
    from stage_act a where a.stage_id = p_stage_id);
end $$;

-- The last time that the end of a stage was put off, for those who take part.
create or replace function app.stage_extended(p_stage_id bigint) returns json
language plpgsql stable as $$
begin
  return (select json_build_object('at', a.at, 'closed_at', a.closed_at, 'closes_at', a.closes_at, 'reason', a.reason)
    from stage_act a where a.stage_id = p_stage_id and a.act = 'extended' order by a.id desc limit 1);
end $$;

create or replace function app.stage_json(s app.stage, p_base text) returns json
language plpgsql stable as $$
begin
  return (select json_build_object('key', s.key, 'kind', s.kind, 'number', s.number, 'title', s.title, 'purpose', s.purpose,
      'state', stage_state(s), 'edition', e.number, 'edition_as_of', e.as_of, 'opens_at', s.opens_at, 'closes_at', s.closes_at,
      'window', window_days(s.opens_at, s.closes_at), 'session', s.session_number, 'session_on', s.session_on,
      'papers_due_on', s.papers_due_on, 'href', p_base || '/stages/' || s.key,
      'waves', (select coalesce(json_agg(json_build_object('wave', w.wave, 'opens_at', w.opens_at, 'groups', to_json(w.groups))
        order by w.wave), '[]') from stage_wave w where w.stage_id = s.id),
      'targets', (select count(*) from target t where t.stage_id = s.id),
      'invited', invited_count(s.id))
    from edition e where e.id = s.edition_id);
end $$;
