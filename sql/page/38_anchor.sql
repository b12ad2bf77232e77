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

-- One with one by title and words, else all words of both sides; parts that are
-- empty or equal on both sides are left out unless p_all.
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
    where num_nonnulls(x.old, x.new) > 0 and (p_all or x.old is distinct from x.new));
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
