-- Helpers of the pages that show editions.

create or replace function app.edition_counts(p_edition_id bigint) returns json
language plpgsql stable as $$
begin
  return (select json_build_object(
    'chapters', (select count(*) from chapter k where k.edition_id = p_edition_id and k.number is not null),
    'questions', (select count(*) from question_version v where v.edition_id = p_edition_id),
    'items', (select count(*) from item_version v where v.edition_id = p_edition_id and v.parent_id is null),
    'requirements', (select count(*) from item_version v where v.edition_id = p_edition_id and v.parent_id is not null),
    'footnotes', (select count(*) from footnote f where f.edition_id = p_edition_id)));
end $$;

-- An edition as the list and its own page name it; c: the one that counts.
create or replace function app.edition_head(e app.edition, c app.edition, p_slug text) returns json
language plpgsql stable as $$
begin
  return json_build_object('number', e.number, 'as_of', e.as_of, 'title', e.title, 'subtitle', e.subtitle, 'note', e.note,
    'state', e.state, 'is_draft', e.state = 'draft', 'is_current', coalesce(e.id = c.id, false),
    'published_at', e.published_at, 'content_hash', encode(e.content_hash, 'hex'),
    'based_on', (select b.number from edition b where b.id = e.based_on_id),
    'stages', (select coalesce(json_agg(json_build_object('kind', s.kind, 'number', s.number, 'title', s.title)
        order by s.kind, s.number), '[]') from stage s where s.edition_id = e.id),
    'href', '/consultations/' || p_slug || '/editions/' || e.number,
    'counts', edition_counts(e.id));
end $$;

-- The tree: chapters with their sections and items, and the questions at the
-- end of the chapter they stand in. p_is_draft: its chapters can be written.
create or replace function app.edition_tree(p_edition_id bigint, p_slug text, p_query text, p_is_draft boolean) returns json
language plpgsql stable as $$
declare
  v_base text := '/consultations/' || p_slug;
begin
  return (with r as (select v.parent_id, count(*) as count from item_version v
      where v.edition_id = p_edition_id and v.parent_id is not null group by v.parent_id),
    i as (select v.section_id, json_agg(json_build_object('key', i.key, 'kind', i.kind, 'title', v.title,
        'requirements', coalesce(r.count, 0), 'href', v_base || '/items/' || i.key || p_query) order by v.position) as list
      from item_version v join item i on i.id = v.item_id left join r on r.parent_id = v.id
      where v.edition_id = p_edition_id and v.parent_id is null group by v.section_id),
    s as (select s.chapter_id, json_agg(json_build_object('key', s.key, 'title', s.title, 'kind', s.kind,
        'items', coalesce(i.list, '[]')) order by s.position) filter (where s.kind <> 'questions' or i.list is not null) as list
      from section s left join i on i.section_id = s.id where s.edition_id = p_edition_id group by s.chapter_id),
    q as (select s.chapter_id, json_agg(json_build_object('key', q.key, 'body', v.body,
        'audience', audience_json(v.audience, null), 'href', v_base || '/questions/' || q.key || p_query) order by v.position) as list
      from question_set s join question_version v on v.question_set_id = s.id join question q on q.id = v.question_id
      where s.edition_id = p_edition_id group by s.chapter_id)
  select coalesce(json_agg(json_build_object('key', k.key, 'number', k.number, 'title', k.title,
      'href', case when k.number is not null then v_base || '/chapters/' || k.key || p_query end,
      'edit_href', case when p_is_draft then v_base || '/editions/' || (select e.number from edition e where e.id = p_edition_id)
        || '/chapters/' || k.key end, 'sections', coalesce(s.list, '[]'), 'questions', coalesce(q.list, '[]')) order by k.position), '[]')
    from chapter k left join s on s.chapter_id = k.id left join q on q.chapter_id = k.id
    where k.edition_id = p_edition_id);
end $$;

-- The one that is asked for, if the caller may see it: a draft is the moderators'.
create or replace function app.edition_visible(p_me app.caller, p_consultation text, p_edition text) returns app.edition
language plpgsql stable as $$
declare
  e app.edition;
begin
  select x.* into e from edition x join consultation c on c.id = x.consultation_id
    where c.id = consultation_at(p_consultation) and x.number::text = p_edition
      and (x.state = 'published' or p_me.roles @> '{moderator}');
  return e;
end $$;

-- The form in which a draft is written, whole (k null) or a chapter of it. The
-- server writes the text; version is by what it is known to be unchanged.
create or replace function app.edition_form(p_me app.caller, e app.edition, p_consultation text, k app.chapter) returns json
language plpgsql stable as $$
declare
  v_base text := '/consultations/' || p_consultation || '/editions/' || e.number;
begin
  return json_build_object(
    'frame', frame_at(p_me, current_stage(e.consultation_id), null, 'editions'),
    'consultation', consultation_json(e.consultation_id),
    'edition', json_build_object('number', e.number, 'as_of', e.as_of, 'href', v_base),
    'chapter', case when k.id is not null then json_build_object('key', k.key, 'number', k.number, 'title', k.title) end,
    'chapters', (select coalesce(json_agg(json_build_object('key', x.key, 'title', x.title,
        'href', v_base || '/chapters/' || x.key, 'is_current', coalesce(x.id = k.id, false)) order by x.position), '[]')
      from chapter x where x.edition_id = e.id),
    'action', v_base || case when k.id is not null then '/chapters/' || k.key else '/text' end,
    'preview', json_build_object('is_preview', true),
    'form', json_build_object('paper_of', edition_doc(e, k.key), 'version', edition_doc_hash(e, k.key), 'then', null));
end $$;
