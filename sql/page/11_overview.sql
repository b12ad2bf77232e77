-- The consultation at a glance: the start page and the page of one consultation.

create or replace function app.stages_of(p_consultation_id bigint, p_current bigint) returns json
language plpgsql stable as $$
declare
  v_now timestamptz := app.now();
begin
  return (select coalesce(json_agg(json_build_object('key', s.key, 'kind', s.kind, 'number', s.number, 'title', s.title,
      'purpose', s.purpose, 'session', s.session_number, 'session_on', s.session_on,
      'state', case when s.later_state is not null then s.later_state
        when s.opens_at is null or s.opens_at > v_now then 'planned'
        when s.closes_at >= v_now then 'open' else 'closed' end,
      'opens_at', s.opens_at, 'closes_at', s.closes_at,
      'steps', (select coalesce(json_agg(json_build_object('key', p.key, 'body', p.body,
          'date_text', p.date_text) order by p.position), '[]') from stage_step p where p.stage_id = s.id),
      'is_current', coalesce(s.id = p_current, false)) order by s.kind, s.number), '[]')
    from stage s where s.consultation_id = p_consultation_id);
end $$;

-- question_count: of the blocks that stand in the chapter. shared_with: the
-- number of another chapter that the same questions ask about.
create or replace function app.chapters_of(p_edition_id bigint, p_slug text) returns json
language plpgsql stable as $$
begin
  return (with q as (select s.chapter_id, count(*) as count from question_set s
      join question_version v on v.question_set_id = s.id
      where s.edition_id = p_edition_id group by s.chapter_id),
    i as (select s.chapter_id, count(*) as count from item_version v join section s on s.id = v.section_id
      where v.edition_id = p_edition_id and v.parent_id is null group by s.chapter_id),
    o as (select c.chapter_id, min(k.number) as number from question_set_chapter c
      join question_set_chapter d on d.question_set_id = c.question_set_id and d.chapter_id <> c.chapter_id
      join chapter k on k.id = d.chapter_id where c.edition_id = p_edition_id group by c.chapter_id)
  select coalesce(json_agg(json_build_object('key', k.key, 'number', k.number, 'title', k.title,
      'summary', k.summary, 'question_count', coalesce(q.count, 0), 'shared_with', o.number,
      'item_count', coalesce(i.count, 0), 'href', '/consultations/' || p_slug || '/chapters/' || k.key)
      order by k.position), '[]')
    from chapter k left join q on q.chapter_id = k.id left join i on i.chapter_id = k.id
      left join o on o.chapter_id = k.id
    where k.edition_id = p_edition_id and k.number is not null);
end $$;

create or replace function app.overview_counts(p_stage_id bigint, p_edition_id bigint) returns json
language plpgsql stable as $$
begin
  return (select json_build_object(
    'invited', invited_count(p_stage_id),
    'questions', (select count(*) from question_version v where v.edition_id = p_edition_id),
    'items', (select count(*) from item_version v where v.edition_id = p_edition_id and v.parent_id is null),
    'chapters', (select count(*) from chapter k where k.edition_id = p_edition_id and k.number is not null),
    'footnotes', (select count(*) from footnote f where f.edition_id = p_edition_id)));
end $$;

-- Which day of the window it is; null when none is open.
create or replace function app.stage_progress(s app.stage) returns json
language plpgsql stable as $$
declare
  v_now timestamptz := app.now();
  v_from date := (s.opens_at at time zone 'Europe/Berlin')::date;
  v_to date := (s.closes_at at time zone 'Europe/Berlin')::date;
begin
  return case when s.opens_at <= v_now and s.closes_at >= v_now then json_build_object(
    'day', (v_now at time zone 'Europe/Berlin')::date - v_from + 1, 'of_days', v_to - v_from + 1) end;
end $$;

create or replace function app.overview_primary(p_me app.caller, p_slug text, h app.house, p_edition_id bigint)
returns json
language plpgsql stable as $$
declare
  v_base text := '/consultations/' || p_slug;
begin
  if h.stage_id is not null then
    return json_build_object('key', 'response', 'href', v_base || '/response');
  elsif is_at_desk(p_me) then
    return json_build_object('key', 'returns', 'href', v_base || '/returns');
  end if;
  return (select json_build_object('key', 'read', 'href', coalesce(v_base || '/chapters/' || min(k.key), v_base))
    from chapter k where k.edition_id = p_edition_id and k.number = 1);
end $$;

create or replace function app.overview(p_me app.caller, p_consultation_id bigint, p_current text) returns json
language plpgsql stable as $$
declare
  c app.consultation;
  s app.stage := stage_seen(p_me, p_consultation_id);
  e app.edition;
  h app.house;
begin
  select x.* into c from consultation x where x.id = p_consultation_id;
  c.slug := address(c.slug);
  h := house_if_any(p_me, s.id, c.slug);
  e := edition_shown(s, h, p_consultation_id);
  return json_build_object(
    'frame', frame_at(p_me, s, h, p_current),
    'consultation', case when c.id is not null then json_build_object('slug', c.slug, 'title', c.title,
      'subtitle', c.subtitle, 'vision', c.vision, 'vision_status', c.vision_status,
      'status_note', c.status_note, 'aliases', to_json(c.aliases), 'href', '/consultations/' || c.slug) end,
    'edition', case when e.id is not null then json_build_object('number', e.number, 'as_of', e.as_of,
      'all_href', '/consultations/' || c.slug || '/editions') end,
    'stages', stages_of(c.id, s.id),
    'chapters', chapters_of(e.id, c.slug),
    'milestones', (select coalesce(json_agg(json_build_object('key', m.key, 'label', m.label,
        'date_text', m.date_text, 'on_date', m.on_date) order by m.position), '[]')
      from milestone m where m.consultation_id = c.id),
    'commitment_steps', (select coalesce(json_agg(json_build_object('key', v.key, 'title', v.title,
        'binding', v.binding) order by v.position), '[]') from commitment_step v where v.edition_id = e.id),
    'counts', overview_counts(s.id, e.id),
    'results_href', case when has_results(c.id) then '/consultations/' || c.slug || '/results' end,
    'extended', stage_extended(s.id),
    'progress', stage_progress(s),
    'primary', case when c.id is not null then overview_primary(p_me, c.slug, h, e.id) end);
end $$;
