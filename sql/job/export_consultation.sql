-- A consultation in the format that job.import_consultation reads, from its
-- newest published edition. Members that a file may leave out are left out.
create or replace function job.export_consultation(p_slug text) returns json
language plpgsql stable security definer set search_path = app, pg_temp as $$
declare
  c consultation;
  e edition;
begin
  select x.* into c from consultation x where x.slug = p_slug;
  select x.* into e from edition x
    where x.consultation_id = c.id and x.state = 'published' order by x.number desc limit 1;
  if not found then
    perform fail('CN404', 'not_found', 'consultation');
  end if;
  return json_build_object('$schema', 'schema.json', 'format', 1, 'slug', c.slug, 'title', c.title,
    'subtitle', c.subtitle, 'aliases', to_json(c.aliases), 'lang', 'de', 'vision', c.vision,
    'vision_status', c.vision_status, 'status_note', c.status_note, 'source_note', c.source_note,
    'edition', json_build_object('number', e.number, 'as_of', e.as_of, 'title', e.title,
      'subtitle', e.subtitle, 'note', e.note),
    'chapters', (select coalesce(json_agg(json_build_object('key', k.key, 'number', k.number,
        'position', k.position, 'title', k.title, 'summary', k.summary,
        'is_editorial', k.is_editorial) order by k.position), '[]')
      from chapter k where k.edition_id = e.id),
    'sections', (select coalesce(json_agg(json_strip_nulls(json_build_object('key', s.key,
        'chapter', k.key, 'position', s.position, 'title', s.title, 'is_editorial', s.is_editorial,
        'kind', s.kind, 'note', s.note, 'figure', s.figure)) order by k.position, s.position), '[]')
      from section s join chapter k on k.id = s.chapter_id where s.edition_id = e.id),
    'items', job.export_items(e.id),
    'question_sets', job.export_question_sets(e.id),
    'questions', job.export_questions(e.id),
    'stages', job.export_stages(c.id),
    'milestones', (select coalesce(json_agg(json_strip_nulls(json_build_object('key', m.key,
        'label', m.label, 'on_date', m.on_date, 'date_text', m.date_text, 'source', m.source,
        'stage', s.key, 'decision', d.ref, 'is_recurring', nullif(m.is_recurring, false)))
        order by m.position), '[]')
      from milestone m left join stage s on s.id = m.stage_id
        left join council_decision d on d.id = m.council_decision_id where m.consultation_id = c.id),
    'commitment_steps', (select coalesce(json_agg(json_build_object('key', v.key, 'position', v.position,
        'title', v.title, 'binding', v.binding, 'item', i.key) order by v.position), '[]')
      from commitment_step v join item_version iv on iv.id = v.item_version_id
        join item i on i.id = iv.item_id where v.edition_id = e.id),
    'bodies', (select coalesce(json_agg(json_build_object('key', b.key, 'name', b.name, 'role', b.role,
        'mentioned_in', to_json(b.mentioned_in)) order by b.position), '[]')
      from named_body b where b.edition_id = e.id),
    'footnotes', job.export_footnotes(e.id),
    'council_decisions', (select coalesce(json_agg(json_strip_nulls(json_build_object('ref', d.ref,
        'status', case d.status when 'to_check' then 'to_check' end, 'note', d.note)) order by d.ref), '[]')
      from council_decision d where exists (select from citation x
        where x.council_decision_id = d.id and x.edition_id = e.id)),
    'oddities', (select coalesce(json_agg(json_build_object('key', o.key, 'place', o.place,
        'body', o.body, 'handling', o.handling) order by o.position), '[]')
      from oddity o where o.edition_id = e.id),
    'counts', job.export_counts(e.id));
end $$;

create or replace function job.export_citations(p_item_version_id bigint) returns json
language plpgsql stable set search_path = app, pg_temp as $$
begin
  return (select coalesce(json_agg(json_build_object('ref', d.ref, 'relation', x.relation,
      'footnote', f.number) order by x.id), '[]')
    from citation x join council_decision d on d.id = x.council_decision_id
      join footnote f on f.id = x.footnote_id where x.item_version_id = p_item_version_id);
end $$;

create or replace function job.export_items(p_edition_id bigint) returns json
language plpgsql stable set search_path = app, pg_temp as $$
begin
  return (select coalesce(json_agg(json_strip_nulls(json_build_object('key', i.key, 'kind', i.kind,
      'section', s.key, 'position', v.position, 'title', v.title,
      'is_title_verbatim', v.is_title_verbatim, 'body', v.body,
      'is_municipal', case when i.is_municipal then true end, 'decisions', job.export_citations(v.id),
      'requirements', (select json_agg(json_build_object('key', ri.key, 'position', r.position,
          'body', r.body, 'decisions', job.export_citations(r.id)) order by r.position)
        from item_version r join item ri on ri.id = r.item_id where r.parent_id = v.id)))
      order by k.position, s.position, v.position), '[]')
    from item_version v join item i on i.id = v.item_id join section s on s.id = v.section_id
      join chapter k on k.id = s.chapter_id
    where v.edition_id = p_edition_id and v.parent_id is null);
end $$;

create or replace function job.export_question_sets(p_edition_id bigint) returns json
language plpgsql stable set search_path = app, pg_temp as $$
begin
  return (select coalesce(json_agg(json_strip_nulls(json_build_object('key', q.key, 'position', q.position,
      'label', q.label, 'heading_verbatim', q.heading_verbatim,
      'seed_label_correct', q.seed_label_correct, 'note', q.note,
      'chapters', (select coalesce(json_agg(k.key order by k.position), '[]')
        from question_set_chapter x join chapter k on k.id = x.chapter_id where x.question_set_id = q.id),
      'sections', to_json(q.section_keys), 'located_in', k.key)) order by q.position), '[]')
    from question_set q join chapter k on k.id = q.chapter_id where q.edition_id = p_edition_id);
end $$;

create or replace function job.export_questions(p_edition_id bigint) returns json
language plpgsql stable set search_path = app, pg_temp as $$
begin
  return (select coalesce(json_agg(json_strip_nulls(json_build_object('key', q.key, 'set', qs.key,
      'position', v.position, 'section', s.key, 'body', v.body, 'shape', v.shape,
      'is_municipal', q.is_municipal,
      'aims', (select coalesce(json_agg(coalesce(i.key, t.key) order by a.position), '[]')
        from question_aim a left join item_version iv on iv.id = a.item_version_id
          left join item i on i.id = iv.item_id left join section t on t.id = a.section_id
        where a.question_version_id = v.id),
      'is_double_barrelled', nullif(v.is_double_barrelled, false), 'audience', to_json(v.audience),
      'audience_hint', v.audience_hint,
      'sub_items', nullif(v.sub_items, '[]'))) order by v.position), '[]')
    from question_version v join question q on q.id = v.question_id
      join question_set qs on qs.id = v.question_set_id left join section s on s.id = v.section_id
    where v.edition_id = p_edition_id);
end $$;

-- Times are given with the offset of Germany, whatever the session's zone.
create or replace function job.export_stages(p_consultation_id bigint) returns json
language plpgsql stable set search_path = app, pg_temp set timezone = 'Europe/Berlin' as $$
begin
  return (select coalesce(json_agg(json_build_object('key', s.key, 'number', s.number, 'title', s.title,
      'purpose', s.purpose, 'session_number', s.session_number, 'session_on', s.session_on,
      'opens_at', s.opens_at, 'closes_at', s.closes_at,
      'steps', (select coalesce(json_agg(json_strip_nulls(json_build_object('key', t.key, 'body', t.body,
          'date_text', t.date_text)) order by t.position), '[]')
        from stage_step t where t.stage_id = s.id)) order by s.number), '[]')
    from stage s where s.consultation_id = p_consultation_id and s.kind = 'consultation');
end $$;

create or replace function job.export_footnotes(p_edition_id bigint) returns json
language plpgsql stable set search_path = app, pg_temp as $$
begin
  return (select coalesce(json_agg(json_strip_nulls(json_build_object('number', f.number,
      'kind', case when f.relation is null then 'note' else 'decision' end, 'anchor', i.key,
      'body', f.body, 'relation', f.relation,
      'decisions', (select json_agg(d.ref order by x.id)
        from citation x join council_decision d on d.id = x.council_decision_id
        where x.footnote_id = f.id and x.item_version_id = f.item_version_id),
      'summary', f.summary)) order by f.number), '[]')
    from footnote f join item_version v on v.id = f.item_version_id join item i on i.id = v.item_id
    where f.edition_id = p_edition_id);
end $$;

create or replace function job.export_counts(p_edition_id bigint) returns json
language plpgsql stable set search_path = app, pg_temp as $$
begin
  return json_build_object(
    'chapters', (select count(*) from chapter k where k.edition_id = p_edition_id and not k.is_editorial),
    'questions', (select count(*) from question_version v where v.edition_id = p_edition_id),
    'items', (select count(*) from item_version v where v.edition_id = p_edition_id and v.parent_id is null),
    'requirements', (select count(*) from item_version v
      where v.edition_id = p_edition_id and v.parent_id is not null),
    'footnotes', (select count(*) from footnote f where f.edition_id = p_edition_id),
    'council_decisions', (select count(distinct x.council_decision_id) from citation x
      where x.edition_id = p_edition_id));
end $$;
