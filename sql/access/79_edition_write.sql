-- A draft is made to say what a document says: the whole of it, or one chapter.
-- What stays keeps its rows, so that edges to other editions and reasons stay
-- with it. p_chapter null: all chapters.

-- What of an edition a text is written from, in the form of a consultation file.
create or replace function app.edition_doc(e app.edition, p_chapter text) returns json
language plpgsql stable set search_path = app, pg_temp as $$
declare
  v_sections text[] := array(select s.key::text from section s join chapter k on k.id = s.chapter_id
    where s.edition_id = e.id and (p_chapter is null or k.key = p_chapter));
  v_items text[] := array(select i.key::text from item_version v join item i on i.id = v.item_id
    join section s on s.id = v.section_id where v.edition_id = e.id and s.key = any (v_sections));
begin
  return json_strip_nulls(json_build_object(
    'edition', case when p_chapter is null then json_build_object('as_of', e.as_of, 'title', e.title,
      'subtitle', e.subtitle, 'note', e.note) end,
    'sections', (select coalesce(json_agg(json_build_object('key', s.key,
        'chapter', k.key, 'position', s.position, 'title', s.title, 'is_editorial', s.is_editorial,
        'kind', s.kind, 'note', s.note, 'figure', s.figure) order by k.position, s.position), '[]')
      from section s join chapter k on k.id = s.chapter_id where s.edition_id = e.id and s.key = any (v_sections)),
    'items', (select coalesce(json_agg(x), '[]') from json_array_elements(job.export_items(e.id)) x
      where x ->> 'section' = any (v_sections)),
    'question_sets', (select coalesce(json_agg(x), '[]') from json_array_elements(job.export_question_sets(e.id)) x
      where p_chapter is null or x ->> 'located_in' = p_chapter),
    'questions', (select coalesce(json_agg(x), '[]') from json_array_elements(job.export_questions(e.id)) x
      where x ->> 'section' = any (v_sections)),
    'footnotes', (select coalesce(json_agg(x), '[]') from json_array_elements(job.export_footnotes(e.id)) x
      where x ->> 'anchor' = any (v_items)),
    'chapters', (select coalesce(json_agg(json_build_object('key', k.key, 'number', k.number,
        'position', k.position, 'title', k.title, 'summary', k.summary, 'is_editorial', k.is_editorial)
        order by k.position), '[]')
      from chapter k where k.edition_id = e.id and (p_chapter is null or k.key = p_chapter))));
end $$;

-- By which it is known whether somebody else has changed it meanwhile.
create or replace function app.edition_doc_hash(e app.edition, p_chapter text) returns text
language plpgsql stable set search_path = app, pg_temp as $$
begin
  return encode(sha256(convert_to(edition_doc(e, p_chapter)::text, 'UTF8')), 'hex');
end $$;

-- What a text alone cannot know.
create or replace function app.edition_write_check(e app.edition, d jsonb, p_chapter text) returns void
language plpgsql stable set search_path = app, pg_temp as $$
declare
  v_key text;
begin
  if p_chapter is not null and (jsonb_array_length(d -> 'chapters') <> 1 or d #>> '{chapters,0,key}' <> p_chapter) then
    perform fail('CN422', 'edition_one_chapter', 'paper', json_build_object('key', p_chapter));
  end if;
  select x.key into v_key from jsonb_array_elements_text(coalesce(d -> 'new_keys', '[]')) x(key)
    where exists (select from item i where i.consultation_id = e.consultation_id and i.key = x.key)
      or exists (select from question q where q.consultation_id = e.consultation_id and q.key = x.key) limit 1;
  if v_key is not null then
    perform fail('CN422', 'edition_key_taken', 'paper', json_build_object('key', v_key));
  end if;
  -- Kind and mark belong to the item through all editions.
  select i.key into v_key from item i join (
      select x ->> 'key', x ->> 'kind', coalesce((x ->> 'is_municipal')::boolean, false) from jsonb_array_elements(d -> 'items') x
      union all
      select r ->> 'key', 'requirement', false from jsonb_array_elements(d -> 'items') x,
        jsonb_array_elements(coalesce(x -> 'requirements', '[]')) r) n(key, kind, is_municipal) on n.key = i.key
    where i.consultation_id = e.consultation_id and (n.kind <> i.kind or n.is_municipal <> i.is_municipal)
      and exists (select from item_version v where v.item_id = i.id and v.edition_id <> e.id) limit 1;
  if v_key is null then
    select q.key into v_key from jsonb_array_elements(d -> 'questions') x join question q
        on q.consultation_id = e.consultation_id and q.key = x ->> 'key'
      where q.is_municipal <> (x ->> 'is_municipal')::boolean
        and exists (select from question_version v where v.question_id = q.id and v.edition_id <> e.id) limit 1;
  end if;
  if v_key is not null then
    perform fail('CN422', 'edition_item_fixed', 'paper', json_build_object('key', v_key));
  end if;
end $$;

create or replace function app.edition_write_paper(e app.edition, d jsonb, p_chapter text) returns void
language plpgsql volatile set search_path = app, pg_temp as $$
begin
  update chapter k set position = -1 - k.position where k.edition_id = e.id and p_chapter is null;
  insert into chapter as x (edition_id, key, number, position, title, summary, is_editorial)
    select e.id, k.key, k.number, k.position, k.title, k.summary, k.is_editorial
      from jsonb_to_recordset(d -> 'chapters') k
        (key text, number int, position int, title text, summary text, is_editorial boolean)
    on conflict (edition_id, key) do update set number = excluded.number, title = excluded.title, summary = excluded.summary,
      is_editorial = excluded.is_editorial, position = case when p_chapter is null then excluded.position else x.position end;
  update section s set position = -1 - s.position from chapter k
    where k.id = s.chapter_id and s.edition_id = e.id and (p_chapter is null or k.key = p_chapter);
  insert into section (edition_id, chapter_id, key, letter, position, title, is_editorial, kind, note, figure)
    select e.id, k.id, s.key, nullif(split_part(s.key, '.', 2), ''), s.position, s.title, s.is_editorial, s.kind, s.note, s.figure
      from jsonb_to_recordset(d -> 'sections') s (key text, chapter text, position int, title text,
          is_editorial boolean, kind text, note text, figure text)
        join chapter k on k.edition_id = e.id and k.key = s.chapter
    on conflict (edition_id, key) do update set chapter_id = excluded.chapter_id, letter = excluded.letter,
      position = excluded.position, title = excluded.title, is_editorial = excluded.is_editorial, kind = excluded.kind,
      note = excluded.note, figure = excluded.figure;
  insert into item (consultation_id, key, kind, is_judgeable, is_municipal)
    select e.consultation_id, x.key, x.kind, true, coalesce(x.is_municipal, false)
      from jsonb_to_recordset(d -> 'items') x (key text, kind text, is_municipal boolean)
    union all
    select e.consultation_id, r.key, 'requirement', false, false
      from jsonb_array_elements(d -> 'items') g, jsonb_to_recordset(coalesce(g -> 'requirements', '[]')) r (key text)
    on conflict (consultation_id, key) do update set kind = excluded.kind, is_judgeable = excluded.is_judgeable,
      is_municipal = excluded.is_municipal;
  insert into item_version as v (consultation_id, edition_id, item_id, section_id, position, title, is_title_verbatim, body)
    select e.consultation_id, e.id, i.id, s.id, x.position, x.title, x.is_title_verbatim, x.body
      from jsonb_to_recordset(d -> 'items') x (key text, section text, position int, title text,
          is_title_verbatim boolean, body text)
        join item i on i.consultation_id = e.consultation_id and i.key = x.key
        join section s on s.edition_id = e.id and s.key = x.section
    on conflict (edition_id, item_id) do update set section_id = excluded.section_id, parent_id = null,
      position = excluded.position, title = excluded.title, is_title_verbatim = excluded.is_title_verbatim, body = excluded.body
    where (v.section_id, v.parent_id, v.position, v.title, v.is_title_verbatim, v.body) is distinct from
      (excluded.section_id, null::bigint, excluded.position, excluded.title, excluded.is_title_verbatim, excluded.body);
  insert into item_version as v (consultation_id, edition_id, item_id, section_id, parent_id, position, body)
    select e.consultation_id, e.id, i.id, p.section_id, p.id, r.position, r.body
      from jsonb_array_elements(d -> 'items') g
        join item gi on gi.consultation_id = e.consultation_id and gi.key = g ->> 'key'
        join item_version p on p.edition_id = e.id and p.item_id = gi.id,
        jsonb_to_recordset(coalesce(g -> 'requirements', '[]')) r (key text, position int, body text)
        join item i on i.consultation_id = e.consultation_id and i.key = r.key
    on conflict (edition_id, item_id) do update set section_id = excluded.section_id, parent_id = excluded.parent_id,
      position = excluded.position, title = null, body = excluded.body
    where (v.section_id, v.parent_id, v.position, v.title, v.body) is distinct from
      (excluded.section_id, excluded.parent_id, excluded.position, null, excluded.body);
end $$;

create or replace function app.edition_write_questions(e app.edition, d jsonb) returns void
language plpgsql volatile set search_path = app, pg_temp as $$
declare
  v_key text;
begin
  update question_set q set position = -q.position where q.edition_id = e.id;
  update question_version v set position = -v.position where v.edition_id = e.id;
  insert into question_set (edition_id, key, position, label, heading_verbatim, seed_label_correct, note, section_keys, chapter_id)
    select e.id, x.key, x.position, x.label, x.heading_verbatim, x.seed_label_correct, x.note,
        array(select jsonb_array_elements_text(x.sections)), k.id
      from jsonb_to_recordset(d -> 'question_sets') x (key text, position int, label text,
          heading_verbatim text, seed_label_correct boolean, note text, sections jsonb, located_in text)
        join chapter k on k.edition_id = e.id and k.key = x.located_in
    on conflict (edition_id, key) do update set position = excluded.position, label = excluded.label,
      heading_verbatim = excluded.heading_verbatim, seed_label_correct = excluded.seed_label_correct, note = excluded.note,
      section_keys = excluded.section_keys, chapter_id = excluded.chapter_id;
  select c.key into v_key from jsonb_array_elements(d -> 'question_sets') x, jsonb_array_elements_text(x -> 'chapters') c(key)
    where not exists (select from chapter k where k.edition_id = e.id and k.key = c.key) limit 1;
  if v_key is not null then
    perform fail('CN422', 'edition_no_chapter', 'paper', json_build_object('key', v_key));
  end if;
  delete from question_set_chapter c using question_set q, jsonb_array_elements(d -> 'question_sets') x
    where q.id = c.question_set_id and q.edition_id = e.id and q.key = x ->> 'key';
  insert into question_set_chapter (edition_id, question_set_id, chapter_id)
    select distinct e.id, q.id, k.id
      from jsonb_array_elements(d -> 'question_sets') x join question_set q on q.edition_id = e.id and q.key = x ->> 'key',
        jsonb_array_elements_text(x -> 'chapters') c(key) join chapter k on k.edition_id = e.id and k.key = c.key;
  insert into question (consultation_id, key, is_municipal)
    select e.consultation_id, x.key, x.is_municipal
      from jsonb_to_recordset(d -> 'questions') x (key text, is_municipal boolean)
    on conflict (consultation_id, key) do update set is_municipal = excluded.is_municipal;
  insert into question_version (consultation_id, edition_id, question_id, question_set_id, section_id,
      position, body, shape, sub_items, is_double_barrelled, audience_hint, audience)
    select e.consultation_id, e.id, q.id, s.id, c.id, x.position, x.body, x.shape,
        coalesce(x.sub_items, '[]'), coalesce(x.is_double_barrelled, false), x.audience_hint, audience_of(x.audience)
      from jsonb_to_recordset(d -> 'questions') x (key text, "set" text, position int, section text,
          body text, shape text, sub_items jsonb, is_double_barrelled boolean, audience_hint text, audience jsonb)
        join question q on q.consultation_id = e.consultation_id and q.key = x.key
        join question_set s on s.edition_id = e.id and s.key = x."set"
        join section c on c.edition_id = e.id and c.key = x.section
    on conflict (edition_id, question_id) do update set question_set_id = excluded.question_set_id,
      section_id = excluded.section_id, position = excluded.position, body = excluded.body, shape = excluded.shape,
      sub_items = excluded.sub_items, is_double_barrelled = excluded.is_double_barrelled, audience_hint = excluded.audience_hint,
      audience = excluded.audience;
end $$;

-- After all else: an aim may be in any chapter.
create or replace function app.edition_write_aims(e app.edition, d jsonb) returns void
language plpgsql volatile set search_path = app, pg_temp as $$
declare
  v_key text;
begin
  select a.key into v_key from jsonb_array_elements(d -> 'questions') x, jsonb_array_elements_text(x -> 'aims') a(key)
    where not exists (select from item_version v join item i on i.id = v.item_id where v.edition_id = e.id and i.key = a.key)
      and not exists (select from section s where s.edition_id = e.id and s.key = a.key) limit 1;
  if v_key is not null then
    perform fail('CN422', 'edition_no_aim', 'paper', json_build_object('key', v_key));
  end if;
  delete from question_aim a using question_version v, question q, jsonb_array_elements(d -> 'questions') x
    where v.id = a.question_version_id and v.edition_id = e.id and q.id = v.question_id and q.key = x ->> 'key';
  insert into question_aim (edition_id, question_version_id, position, item_version_id, section_id)
    select e.id, v.id, min(a.n), iv.id, s.id
      from jsonb_array_elements(d -> 'questions') x
        join question q on q.consultation_id = e.consultation_id and q.key = x ->> 'key'
        join question_version v on v.edition_id = e.id and v.question_id = q.id,
        jsonb_array_elements_text(x -> 'aims') with ordinality a (key, n)
        left join item i on i.consultation_id = e.consultation_id and i.key = a.key
        left join item_version iv on iv.edition_id = e.id and iv.item_id = i.id
        left join section s on s.edition_id = e.id and s.key = a.key and iv.id is null
      group by v.id, iv.id, s.id;
end $$;

-- Footnotes of the items in question, and who cites what in them.
create or replace function app.edition_write_references(e app.edition, d jsonb, p_before bigint[]) returns void
language plpgsql volatile set search_path = app, pg_temp as $$
declare
  v_number text;
  v_items bigint[] := p_before || array(select v.id from item_version v join item i on i.id = v.item_id
    where v.edition_id = e.id and i.key in (select x ->> 'key' from jsonb_array_elements(d -> 'items') x
      union select r ->> 'key' from jsonb_array_elements(d -> 'items') x, jsonb_array_elements(coalesce(x -> 'requirements', '[]')) r));
begin
  delete from citation c where c.item_version_id = any (v_items);
  delete from footnote f where f.item_version_id = any (v_items);
  select f.number into v_number from footnote f join jsonb_array_elements(d -> 'footnotes') x on (x ->> 'number')::int = f.number
    where f.edition_id = e.id limit 1;
  if v_number is not null then
    perform fail('CN422', 'edition_footnote_taken', 'paper', json_build_object('number', v_number));
  end if;
  insert into council_decision (ref, year, number)
    select distinct r.ref, m[1]::int, m[2]::int
      from jsonb_array_elements(d -> 'footnotes') f, jsonb_array_elements_text(coalesce(f -> 'decisions', '[]')) r(ref),
        regexp_match(r.ref, '(\d{4})/(\d+)') m
    on conflict (ref) do nothing;
  insert into footnote (edition_id, number, item_version_id, relation, body, summary)
    select e.id, x.number, v.id, x.relation, x.body, x.summary
      from jsonb_to_recordset(d -> 'footnotes') x (number int, anchor text, relation text, body text, summary text)
        join item i on i.consultation_id = e.consultation_id and i.key = x.anchor
        join item_version v on v.edition_id = e.id and v.item_id = i.id;
  insert into citation (edition_id, item_version_id, council_decision_id, relation, footnote_id)
    select e.id, v.id, cd.id, x.c ->> 'relation', f.id
      from (
        select g ->> 'key', c, n, 0, m
          from jsonb_array_elements(d -> 'items') with ordinality ge (g, n),
            jsonb_array_elements(g -> 'decisions') with ordinality ce (c, m)
        union all
        select r ->> 'key', c, n, k, m
          from jsonb_array_elements(d -> 'items') with ordinality ge (g, n),
            jsonb_array_elements(coalesce(g -> 'requirements', '[]')) with ordinality re (r, k),
            jsonb_array_elements(r -> 'decisions') with ordinality ce (c, m)
      ) x (key, c, n, k, m)
        join item i on i.consultation_id = e.consultation_id and i.key = x.key
        join item_version v on v.edition_id = e.id and v.item_id = i.id
        join council_decision cd on cd.ref = x.c ->> 'ref'
        join footnote f on f.edition_id = e.id and f.number = (x.c ->> 'footnote')::int
      order by x.n, x.k, x.m
    on conflict do nothing;
end $$;
