-- The consultation at a glance: the start page and the page of one consultation.

create or replace function app.stages_of(p_consultation_id bigint, p_current bigint) returns json
language plpgsql stable set search_path = app, pg_temp as $$
begin
  return (select coalesce(json_agg(json_build_object('key', s.key, 'number', s.number, 'title', s.title,
      'purpose', s.purpose, 'session', s.session_number, 'session_on', s.session_on,
      'state', stage_state(s), 'opens_at', s.opens_at, 'closes_at', s.closes_at,
      'steps', (select coalesce(json_agg(json_build_object('key', p.key, 'body', p.body,
          'date_text', p.date_text) order by p.position), '[]') from stage_step p where p.stage_id = s.id),
      'is_current', coalesce(s.id = p_current, false)) order by s.kind, s.number), '[]')
    from stage s where s.consultation_id = p_consultation_id);
end $$;

-- question_count: of the blocks that stand in the chapter. shared_with: the
-- number of another chapter that the same questions ask about.
create or replace function app.chapters_of(p_edition_id bigint, p_slug text) returns json
language plpgsql stable set search_path = app, pg_temp as $$
begin
  return (select coalesce(json_agg(json_build_object('key', k.key, 'number', k.number, 'title', k.title,
      'summary', k.summary,
      'question_count', (select count(*) from question_set q
        join question_version v on v.question_set_id = q.id where q.chapter_id = k.id),
      'shared_with', (select min(o.number) from question_set_chapter c
        join question_set_chapter d on d.question_set_id = c.question_set_id and d.chapter_id <> c.chapter_id
        join chapter o on o.id = d.chapter_id where c.chapter_id = k.id),
      'item_count', (select count(*) from item_version v join section s on s.id = v.section_id
        where s.chapter_id = k.id and v.parent_id is null),
      'href', '/consultations/' || p_slug || '/chapters/' || k.key) order by k.position), '[]')
    from chapter k where k.edition_id = p_edition_id and k.number is not null);
end $$;

create or replace function app.overview_counts(p_stage_id bigint, p_edition_id bigint) returns json
language plpgsql stable set search_path = app, pg_temp as $$
begin
  return json_build_object(
    'invited', invited_count(p_stage_id),
    'questions', (select count(*) from question_version v where v.edition_id = p_edition_id),
    'items', (select count(*) from item_version v where v.edition_id = p_edition_id and v.parent_id is null),
    'chapters', (select count(*) from chapter k where k.edition_id = p_edition_id and k.number is not null),
    'footnotes', (select count(*) from footnote f where f.edition_id = p_edition_id));
end $$;

-- Which day of the window it is; null when none is open.
create or replace function app.stage_progress(p_stage app.stage) returns json
language plpgsql stable set search_path = app, pg_temp as $$
declare
  v_from date := (p_stage.opens_at at time zone 'Europe/Berlin')::date;
  v_to date := (p_stage.closes_at at time zone 'Europe/Berlin')::date;
begin
  if p_stage.id is null or stage_state(p_stage) <> 'open' then
    return null;
  end if;
  return json_build_object('day', today() - v_from + 1, 'of_days', v_to - v_from + 1);
end $$;

create or replace function app.overview_primary(p_me app.caller, p_slug text, h app.house, p_edition_id bigint)
returns json
language plpgsql stable set search_path = app, pg_temp as $$
declare
  v_base text := '/consultations/' || p_slug;
begin
  if h.stage_id is not null then
    return json_build_object('key', 'response', 'href', v_base || '/response');
  elsif p_me.roles && array['moderator', 'reporter'] then
    return json_build_object('key', 'returns', 'href', v_base || '/returns');
  end if;
  return (select json_build_object('key', 'read', 'href', coalesce(v_base || '/chapters/' || min(k.key), v_base))
    from chapter k where k.edition_id = p_edition_id and k.number = 1);
end $$;

create or replace function app.overview(p_me app.caller, p_consultation_id bigint, p_current text) returns json
language plpgsql stable set search_path = app, pg_temp as $$
declare
  c app.consultation;
  v_stage app.stage := current_stage(p_consultation_id);
  e app.edition := edition_shown(p_consultation_id);
  h app.house;
begin
  select x.* into c from consultation x where x.id = p_consultation_id;
  h := house_if_any(p_me, v_stage.id, c.slug);
  return json_build_object(
    'frame', frame(p_me, c.id, p_current),
    'consultation', case when c.id is not null then json_build_object('slug', c.slug, 'title', c.title,
      'subtitle', c.subtitle, 'vision', c.vision, 'vision_status', c.vision_status,
      'status_note', c.status_note, 'aliases', to_json(c.aliases), 'href', '/consultations/' || c.slug) end,
    'edition', case when e.id is not null then json_build_object('number', e.number, 'as_of', e.as_of) end,
    'stages', stages_of(c.id, v_stage.id),
    'chapters', chapters_of(e.id, c.slug),
    'milestones', (select coalesce(json_agg(json_build_object('key', m.key, 'label', m.label,
        'date_text', m.date_text, 'on_date', m.on_date) order by m.position), '[]')
      from milestone m where m.consultation_id = c.id),
    'commitment_steps', (select coalesce(json_agg(json_build_object('key', s.key, 'title', s.title,
        'binding', s.binding) order by s.position), '[]') from commitment_step s where s.edition_id = e.id),
    'counts', overview_counts(v_stage.id, e.id),
    'progress', stage_progress(v_stage),
    'primary', case when c.id is not null then overview_primary(p_me, c.slug, h, e.id) end);
end $$;
