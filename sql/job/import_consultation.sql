-- Loads a consultation file that "resonanzctl import" has checked. The same
-- content again changes nothing; other content under an edition that exists is
-- refused. p_sha256 is of the document with sorted keys, so layout is no change.
create or replace function job.import_consultation(p_doc jsonb, p_sha256 bytea) returns json
language plpgsql volatile security definer set search_path = app, pg_temp as $$
declare
  v_slug text := p_doc ->> 'slug';
  v_number int := (p_doc #>> '{edition,number}')::int;
  c consultation;
  e edition;
begin
  if not is_operator() then
    perform fail('CN403', 'audience');
  end if;
  perform pg_advisory_xact_lock(hashtextextended('job.import_consultation', 0));
  select x.* into c from consultation x where x.slug = v_slug;
  select x.* into e from edition x where x.consultation_id = c.id and x.number = v_number;
  if e.source_sha256 = p_sha256 then
    return json_build_object('state', 'unchanged', 'consultation', v_slug, 'edition', v_number);
  elsif e.id is not null then
    perform fail('CN409', 'edition_differs', 'edition', json_build_object('number', v_number));
  elsif c.id is not null then
    perform fail('CN409', 'edition_added', 'edition', json_build_object('number', v_number));
  end if;

  insert into consultation (slug, title, subtitle, vision, vision_status, status_note, aliases, source_note,
      created_at)
    values (v_slug, p_doc ->> 'title', p_doc ->> 'subtitle', p_doc ->> 'vision', p_doc ->> 'vision_status',
      p_doc ->> 'status_note', array(select jsonb_array_elements_text(p_doc -> 'aliases')),
      p_doc ->> 'source_note', app.now())
    returning * into c;
  insert into edition (consultation_id, number, as_of, title, subtitle, note, source_sha256)
    select c.id, v_number, d.as_of, d.title, d.subtitle, d.note, p_sha256
      from jsonb_to_record(p_doc -> 'edition') d (as_of date, title text, subtitle text, note text)
    returning * into e;
  perform job.import_paper(e, p_doc);
  perform job.import_references(e, p_doc);
  perform job.import_questions(e, p_doc);
  perform job.import_stages(e, p_doc);
  -- A stage without a window gets its targets with its edition, later. They are
  -- frozen when the stage opens, so the windows come last.
  perform job.make_targets(s.id)
    from jsonb_to_recordset(p_doc -> 'stages') d (key text, opens_at timestamptz)
      join stage s on s.consultation_id = c.id and s.key = d.key where d.opens_at is not null;
  update stage s set opens_at = d.opens_at, closes_at = d.closes_at
    from jsonb_to_recordset(p_doc -> 'stages') d (key text, opens_at timestamptz, closes_at timestamptz)
    where s.consultation_id = c.id and s.key = d.key;
  update edition x set state = 'published', published_at = app.now(), content_hash = job.edition_hash(e.id)
    where x.id = e.id returning * into e;
  perform search_index_edition(e.id);
  perform places_by_default(c.id);
  perform audit(null, 'consultation.import', 'edition', e.id, null, e.content_hash);
  return json_build_object('state', 'imported', 'consultation', v_slug, 'edition', v_number,
    'content_hash', encode(e.content_hash, 'hex'),
    'stages', (select count(*) from stage s where s.consultation_id = c.id),
    'targets', (select count(*) from target t where t.edition_id = e.id));
end $$;

-- Chapters, sections, items and the single requirements below user groups.
create or replace function job.import_paper(e app.edition, p_doc jsonb) returns void
language plpgsql volatile set search_path = app, pg_temp as $$
begin
  insert into chapter (edition_id, key, number, position, title, summary, is_editorial)
    select e.id, d.key, d.number, d.position, d.title, d.summary, d.is_editorial
      from jsonb_to_recordset(p_doc -> 'chapters') d
        (key text, number int, position int, title text, summary text, is_editorial boolean);
  insert into section (edition_id, chapter_id, key, letter, position, title, is_editorial, kind, note, figure)
    select e.id, k.id, d.key, nullif(split_part(d.key, '.', 2), ''), d.position, d.title, d.is_editorial,
        d.kind, d.note, d.figure
      from jsonb_to_recordset(p_doc -> 'sections') d (key text, chapter text, position int, title text,
          is_editorial boolean, kind text, note text, figure text)
        join chapter k on k.edition_id = e.id and k.key = d.chapter;
  insert into item (consultation_id, key, kind, is_judgeable, is_municipal)
    select e.consultation_id, d.key, d.kind, true, coalesce(d.is_municipal, false)
      from jsonb_to_recordset(p_doc -> 'items') d (key text, kind text, is_municipal boolean)
    union all
    select e.consultation_id, r.key, 'requirement', false, false
      from jsonb_array_elements(p_doc -> 'items') g,
        jsonb_to_recordset(g -> 'requirements') r (key text);
  insert into item_version (consultation_id, edition_id, item_id, section_id, position, title,
      is_title_verbatim, body)
    select e.consultation_id, e.id, i.id, s.id, d.position, d.title, d.is_title_verbatim, d.body
      from jsonb_to_recordset(p_doc -> 'items') d (key text, section text, position int, title text,
          is_title_verbatim boolean, body text)
        join item i on i.consultation_id = e.consultation_id and i.key = d.key
        join section s on s.edition_id = e.id and s.key = d.section;
  insert into item_version (consultation_id, edition_id, item_id, section_id, parent_id, position, body)
    select e.consultation_id, e.id, i.id, p.section_id, p.id, r.position, r.body
      from jsonb_array_elements(p_doc -> 'items') g
        join item gi on gi.consultation_id = e.consultation_id and gi.key = g ->> 'key'
        join item_version p on p.edition_id = e.id and p.item_id = gi.id,
        jsonb_to_recordset(g -> 'requirements') r (key text, position int, body text)
        join item i on i.consultation_id = e.consultation_id and i.key = r.key;
end $$;

-- Decisions of the council, footnotes, who cites what; and the oddities.
create or replace function job.import_references(e app.edition, p_doc jsonb) returns void
language plpgsql volatile set search_path = app, pg_temp as $$
begin
  insert into council_decision (ref, year, number, note, status)
    select d.ref, m[1]::int, m[2]::int, d.note, coalesce(d.status, 'cited')
      from jsonb_to_recordset(p_doc -> 'council_decisions') d (ref text, note text, status text),
        regexp_match(d.ref, '(\d{4})/(\d+)') m
    on conflict (ref) do nothing;
  insert into footnote (edition_id, number, item_version_id, relation, body, summary)
    select e.id, d.number, v.id, d.relation, d.body, d.summary
      from jsonb_to_recordset(p_doc -> 'footnotes') d
          (number int, anchor text, relation text, body text, summary text)
        join item i on i.consultation_id = e.consultation_id and i.key = d.anchor
        join item_version v on v.edition_id = e.id and v.item_id = i.id;
  -- In the order of the file, which the export gives back.
  insert into citation (edition_id, item_version_id, council_decision_id, relation, footnote_id)
    select e.id, v.id, cd.id, x.c ->> 'relation', f.id
      from (
        select g ->> 'key', c, n, 0, m
          from jsonb_array_elements(p_doc -> 'items') with ordinality ge (g, n),
            jsonb_array_elements(g -> 'decisions') with ordinality ce (c, m)
        union all
        select r ->> 'key', c, n, k, m
          from jsonb_array_elements(p_doc -> 'items') with ordinality ge (g, n),
            jsonb_array_elements(g -> 'requirements') with ordinality re (r, k),
            jsonb_array_elements(r -> 'decisions') with ordinality ce (c, m)
      ) x (key, c, n, k, m)
        join item i on i.consultation_id = e.consultation_id and i.key = x.key
        join item_version v on v.edition_id = e.id and v.item_id = i.id
        join council_decision cd on cd.ref = x.c ->> 'ref'
        join footnote f on f.edition_id = e.id and f.number = (x.c ->> 'footnote')::int
      order by x.n, x.k, x.m;
  insert into commitment_step (edition_id, key, position, title, binding, item_version_id)
    select e.id, d.key, d.position, d.title, d.binding, v.id
      from jsonb_to_recordset(p_doc -> 'commitment_steps') d
          (key text, position int, title text, binding text, item text)
        join item i on i.consultation_id = e.consultation_id and i.key = d.item
        join item_version v on v.edition_id = e.id and v.item_id = i.id;
  insert into oddity (edition_id, key, position, place, body, handling)
    select e.id, d ->> 'key', n, d ->> 'place', d ->> 'body', d ->> 'handling'
      from jsonb_array_elements(p_doc -> 'oddities') with ordinality o (d, n);
  insert into named_body (edition_id, key, position, name, role, mentioned_in)
    select e.id, d ->> 'key', n, d ->> 'name', d ->> 'role',
        array(select jsonb_array_elements_text(d -> 'mentioned_in'))
      from jsonb_array_elements(p_doc -> 'bodies') with ordinality o (d, n);
end $$;

create or replace function job.import_questions(e app.edition, p_doc jsonb) returns void
language plpgsql volatile set search_path = app, pg_temp as $$
begin
  insert into question_set (edition_id, key, position, label, heading_verbatim, seed_label_correct, note,
      section_keys, chapter_id)
    select e.id, d.key, d.position, d.label, d.heading_verbatim, d.seed_label_correct, d.note,
        array(select jsonb_array_elements_text(d.sections)), k.id
      from jsonb_to_recordset(p_doc -> 'question_sets') d (key text, position int, label text,
          heading_verbatim text, seed_label_correct boolean, note text, sections jsonb, located_in text)
        join chapter k on k.edition_id = e.id and k.key = d.located_in;
  insert into question_set_chapter (edition_id, question_set_id, chapter_id)
    select e.id, q.id, k.id
      from jsonb_to_recordset(p_doc -> 'question_sets') d (key text, chapters jsonb)
        join question_set q on q.edition_id = e.id and q.key = d.key,
        jsonb_array_elements_text(d.chapters) x (key)
        join chapter k on k.edition_id = e.id and k.key = x.key;
  insert into question (consultation_id, key, is_municipal)
    select e.consultation_id, d.key, d.is_municipal
      from jsonb_to_recordset(p_doc -> 'questions') d (key text, is_municipal boolean);
  insert into question_version (consultation_id, edition_id, question_id, question_set_id, section_id,
      position, body, shape, sub_items, is_double_barrelled, audience_hint, audience)
    select e.consultation_id, e.id, q.id, qs.id, s.id, d.position, d.body, d.shape,
        coalesce(d.sub_items, '[]'), coalesce(d.is_double_barrelled, false), d.audience_hint, audience_of(d.audience)
      from jsonb_to_recordset(p_doc -> 'questions') d (key text, "set" text, position int, section text,
          body text, shape text, sub_items jsonb, is_double_barrelled boolean, audience_hint text, audience jsonb)
        join question q on q.consultation_id = e.consultation_id and q.key = d.key
        join question_set qs on qs.edition_id = e.id and qs.key = d."set"
        left join section s on s.edition_id = e.id and s.key = d.section;
  insert into question_aim (edition_id, question_version_id, position, item_version_id, section_id)
    select e.id, qv.id, a.n, iv.id, s.id
      from jsonb_to_recordset(p_doc -> 'questions') d (key text, aims jsonb)
        join question q on q.consultation_id = e.consultation_id and q.key = d.key
        join question_version qv on qv.edition_id = e.id and qv.question_id = q.id,
        jsonb_array_elements_text(d.aims) with ordinality a (key, n)
        left join item i on i.consultation_id = e.consultation_id and i.key = a.key
        left join item_version iv on iv.edition_id = e.id and iv.item_id = i.id
        left join section s on s.edition_id = e.id and s.key = a.key and iv.id is null;
end $$;

-- Stages still without their windows, their steps, and the milestones.
create or replace function job.import_stages(e app.edition, p_doc jsonb) returns void
language plpgsql volatile set search_path = app, pg_temp as $$
begin
  insert into stage (consultation_id, edition_id, key, number, title, purpose, session_number, session_on)
    select e.consultation_id, e.id, d.key, d.number, d.title, d.purpose, d.session_number, d.session_on
      from jsonb_to_recordset(p_doc -> 'stages') d
        (key text, number int, title text, purpose text, session_number int, session_on date);
  insert into stage_step (stage_id, key, position, body, date_text)
    select s.id, x ->> 'key', n, x ->> 'body', x ->> 'date_text'
      from jsonb_to_recordset(p_doc -> 'stages') d (key text, steps jsonb)
        join stage s on s.consultation_id = e.consultation_id and s.key = d.key,
        jsonb_array_elements(d.steps) with ordinality st (x, n);
  insert into milestone (consultation_id, key, position, label, date_text, on_date, is_recurring, source,
      stage_id, council_decision_id)
    select e.consultation_id, d ->> 'key', n, d ->> 'label', d ->> 'date_text', (d ->> 'on_date')::date,
        coalesce((d ->> 'is_recurring')::boolean, false), d ->> 'source', s.id, cd.id
      from jsonb_array_elements(p_doc -> 'milestones') with ordinality o (d, n)
        left join stage s on s.consultation_id = e.consultation_id and s.key = d ->> 'stage'
        left join council_decision cd on cd.ref = d ->> 'decision';
end $$;
