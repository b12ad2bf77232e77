-- Helpers of the pages about anchors, comparison and what became of an item.

create or replace function app.edition_link(e app.edition, p_consultation text) returns json
language sql stable parallel safe as $$
  select case when e.id is not null then json_build_object('number', e.number, 'as_of', e.as_of, 'state', e.state,
    'is_draft', e.state = 'draft', 'href', '/consultations/' || p_consultation || '/editions/' || e.number) end
$$;

-- Items of an anchor with their words, in the order of the list.
create or replace function app.versions_json(p_ids bigint[]) returns json
language plpgsql stable as $$
begin
  return (select coalesce(json_agg(json_build_object('key', i.key, 'kind', i.kind, 'title', v.title, 'body', v.body,
      'section', s.title) order by x.n), '[]')
    from unnest(p_ids) with ordinality x(id, n) join item_version v on v.id = x.id join item i on i.id = v.item_id
      join section s on s.id = v.section_id);
end $$;

-- All words of several items, each with its number where there are more than one.
create or replace function app.versions_text(p_ids bigint[]) returns text
language plpgsql stable as $$
begin
  return (select string_agg(concat_ws(e'\n', v.title, v.body), e'\n\n' order by x.n)
    from unnest(p_ids) with ordinality x(id, n) join item_version v on v.id = x.id);
end $$;

-- One with one by title and words, else all words of both sides; what is empty or
-- equal on both sides is left out, but with p_all not the words.
create or replace function app.anchor_parts(p_from bigint[], p_to bigint[], p_all boolean) returns json
language plpgsql stable as $$
declare
  a app.item_version;
  b app.item_version;
begin
  if cardinality(p_from) <> 1 or cardinality(p_to) <> 1 then
    return json_build_array(json_build_object('part', 'whole', 'diff_of', json_build_object(
      'old', versions_text(p_from), 'new', versions_text(p_to))));
  end if;
  select x.* into a from item_version x where x.id = p_from[1];
  select x.* into b from item_version x where x.id = p_to[1];
  return (select coalesce(json_agg(json_build_object('part', x.part, 'diff_of', json_build_object('old', x.old, 'new', x.new))
      order by x.n), '[]')
    from (values (1, 'title', a.title, b.title), (2, 'body', a.body, b.body)) x(n, part, old, new)
    where num_nonnulls(x.old, x.new) > 0 and (p_all and x.part = 'body' or x.old is distinct from x.new)
      and (x.part = 'body' or num_nulls(a.id, b.id) = 0 or num_nonnulls(a.body, b.body) = 0));
end $$;

-- Causes that are recorded: decisions of the council for everybody, positions and
-- groups for the desk.
create or replace function app.causes_json(p_change_ids bigint[], p_consultation text) returns json
language plpgsql stable as $$
begin
  return (select coalesce(json_agg(x.cause order by x.rank, x.label), '[]') from (
    select distinct 1 as rank, d.ref as label, json_build_object('kind', 'decision', 'label', d.ref,
        'href', '/council-decisions/' || d.ref)::jsonb as cause
      from change_cause c join council_decision d on d.id = c.council_decision_id where c.change_id = any (p_change_ids)
    union all
    select distinct 2, group_number(g.number), json_build_object('kind', 'group', 'label', group_number(g.number),
        'href', '/consultations/' || p_consultation || '/groups/' || group_number(g.number))::jsonb
      from change_cause c join assessment a on a.id = c.assessment_id join position_group g on g.id = a.group_id
      where c.change_id = any (p_change_ids)
    union all
    select distinct 3, position_number(s.kind, s.number, p.number, p.part), json_build_object('kind', 'position',
        'label', position_number(s.kind, s.number, p.number, p.part), 'href', '/consultations/' || p_consultation
          || '/positions/' || position_number(s.kind, s.number, p.number, p.part))::jsonb
      from change_cause c join assessment a on a.id = c.assessment_id join position p on p.id = a.position_id
        join stage s on s.id = p.stage_id
      where c.change_id = any (p_change_ids) and p.number is not null) x);
end $$;

-- The same in the last edition, where that is a later one than the stage was about.
create or replace function app.stands_now(p app.position, s app.stage, p_consultation text) returns json
language plpgsql stable as $$
declare
  e app.edition := edition_last(s.consultation_id);
begin
  if not p.is_current or e.id = s.edition_id or not exists (select from edition_line(e.id) l where l.edition_id = s.edition_id) then
    return null;
  end if;
  return json_build_object('edition', e.number, 'stands', stands_at(p.id, e.id, p_consultation),
    'place_href', '/consultations/' || p_consultation || '/editions/' || e.number || '/places/' || position_number(s.kind, s.number, p.number, p.part));
end $$;

-- A position of any stage by its number.
create or replace function app.position_anywhere(p_consultation_id bigint, p_position text) returns app.position
language plpgsql stable as $$
declare
  p app.position;
begin
  select x.* into p from stage s cross join lateral numbered_position(s, p_position) x
    where s.consultation_id = p_consultation_id and x.id is not null limit 1;
  return p;
end $$;

-- What a target asked about, as it was worded in its edition.
create or replace function app.target_words(t app.target, p_consultation text) returns json
language plpgsql stable as $$
begin
  return (select json_build_object('key', coalesce(i.key, q.key, k.key), 'kind', case when v.id is not null then 'item'
        when w.id is not null then 'question' else 'chapter' end, 'title', coalesce(v.title, k.title), 'body', coalesce(v.body, w.body),
      'edition', e.number, 'href', '/consultations/' || p_consultation || case when v.id is not null then '/items/' || i.key
        when w.id is not null then '/questions/' || q.key else '/chapters/' || k.key end || '?edition=' || e.number)
    from edition e left join item_version v on v.id = t.item_version_id left join item i on i.id = v.item_id
      left join question_version w on w.id = t.question_version_id and v.id is null left join question q on q.id = w.question_id
      left join chapter k on k.id = t.chapter_id where e.id = t.edition_id);
end $$;

-- Where one position stands in an edition: items, or the question or chapter.
create or replace function app.stands_at(p_position_id bigint, p_edition_id bigint, p_consultation text) returns json
language plpgsql stable as $$
begin
  return (select json_build_object('state', coalesce(min(x.state), 'none'), 'is_reanchored', bool_or(x.reanchor_id is not null),
      'places', coalesce(json_agg(json_build_object('key', coalesce(i.key, q.key, k.key), 'title', coalesce(v.title, k.title),
        'href', '/consultations/' || p_consultation || case x.state when 'item' then '/items/' || i.key
          when 'question' then '/questions/' || q.key else '/chapters/' || k.key end || '?edition=' || e.number) order by i.key)
        filter (where x.state in ('item', 'question', 'chapter')), '[]'))
    from places_in(p_edition_id, false, p_position_id) x join edition e on e.id = p_edition_id
      left join item_version v on v.id = x.version_id left join item i on i.id = v.item_id
      left join question_version w on w.id = x.question_version_id left join question q on q.id = w.question_id
      left join chapter k on k.id = x.chapter_id);
end $$;
