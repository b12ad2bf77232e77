-- Helpers of the pages of topics and text blocks, and what their actions ask first.

create or replace function app.topic_at(p_consultation_id bigint, p_key text) returns app.topic
language plpgsql stable set search_path = app, pg_temp as $$
declare
  t app.topic;
begin
  select x.* into t from topic x where x.consultation_id = p_consultation_id and x.key = p_key;
  return t;
end $$;

-- The tree, each under its parent, by name. line: the ids from the root down.
create or replace function app.topic_rows(s app.stage)
returns table (id bigint, key text, name text, depth int, path text, line bigint[], assignee_id bigint, n bigint)
language plpgsql stable as $$
begin
  return query with recursive t as (
      select x.id, x.key::text, x.name::text, 0 as depth, x.name::text as path, array[x.id] as line,
          array[x.name::text, x.key::text] as sort, x.assignee_id
        from topic x where x.consultation_id = s.consultation_id and x.parent_id is null
      union all
      select x.id, x.key::text, x.name::text, t.depth + 1, t.path || ' › ' || x.name, t.line || x.id,
          t.sort || array[x.name::text, x.key::text], x.assignee_id
        from topic x join t on x.parent_id = t.id)
    select t.id, t.key, t.name, t.depth, t.path, t.line, t.assignee_id, row_number() over w
      from t window w as (order by t.sort collate "de-x-icu") order by 8;
end $$;

-- Current positions of a topic or one below it, each once, and of itself.
create or replace function app.topic_counts(s app.stage) returns table (id bigint, count bigint, own bigint)
language plpgsql stable as $$
begin
  return query with t as materialized (select * from topic_rows(s)),
    g as (select x.topic_id, x.position_id from position_topic x join position p on p.id = x.position_id and p.is_current
      where x.stage_id = s.id)
    select l.id, count(distinct g.position_id), count(*) filter (where l.id = t.id)
      from t join g on g.topic_id = t.id cross join unnest(t.line) l(id) group by l.id;
end $$;

create or replace function app.topic_path(p_topic_id bigint) returns text
language plpgsql stable set search_path = app, pg_temp as $$
begin
  return (with recursive t as (select x.parent_id, x.name::text as path from topic x where x.id = p_topic_id
      union all select x.parent_id, x.name || ' › ' || t.path from topic x join t on x.id = t.parent_id)
    select t.path from t where t.parent_id is null);
end $$;

-- The topics of a position, for the pages that show it.
create or replace function app.topics_of_position(p_position_id bigint) returns json
language plpgsql stable as $$
begin
  return (select coalesce(json_agg(json_build_object('key', t.key, 'name', t.name, 'path', topic_path(t.id))
      order by topic_path(t.id) collate "de-x-icu", t.key), '[]')
    from position_topic g join topic t on t.id = g.topic_id where g.position_id = p_position_id);
end $$;

-- The tree for a page; p_current: the key of the one that is open.
create or replace function app.topic_tree(s app.stage, p_consultation text, p_current text) returns json
language plpgsql stable as $$
begin
  return (select coalesce(json_agg(json_build_object('key', r.key, 'name', r.name, 'path', r.path, 'depth', r.depth,
      'above', nullif(left(r.path, -length(r.name) - 3), ''), 'count', coalesce(c.count, 0), 'own', coalesce(c.own, 0),
      'is_current', r.key is not distinct from p_current,
      'assignee', (select person_name(p) from person p where p.id = r.assignee_id),
      'href', '/consultations/' || p_consultation || '/topics/' || r.key) order by r.n), '[]')
    from topic_rows(s) r left join topic_counts(s) c on c.id = r.id);
end $$;

-- The tree to choose from.
create or replace function app.topic_options(s app.stage) returns json
language plpgsql stable as $$
begin
  return (select coalesce(json_agg(json_build_object('key', r.key, 'path', r.path) order by r.n), '[]') from topic_rows(s) r);
end $$;

-- Current positions without any topic, counted to 10,001.
create or replace function app.untagged_count(p_stage_id bigint) returns bigint
language plpgsql stable as $$
begin
  return (select count(*) from (select from position p where p.stage_id = p_stage_id and p.is_current
    and not exists (select from position_topic g where g.position_id = p.id) limit 10001) c);
end $$;

-- Who can be given a position: the moderators of today.
create or replace function app.moderator_options() returns json
language plpgsql stable as $$
begin
  return (select coalesce(json_agg(json_build_object('key', p.key, 'name', p.name) order by p.sort_name, p.id), '[]')
    from person p where p.state = 'active' and exists (select from platform_role r
      where r.person_id = p.id and r.role = 'moderator' and r.valid @> today()));
end $$;

create or replace function app.is_moderator(p_person_id bigint) returns boolean
language plpgsql stable set search_path = app, pg_temp as $$
begin
  return exists (select from person p join platform_role r on r.person_id = p.id and r.role = 'moderator' and r.valid @> today()
    where p.id = p_person_id and p.state = 'active');
end $$;

create or replace function app.moderator_at(p_key text, p_field text) returns bigint
language plpgsql stable set search_path = app, pg_temp as $$
declare
  v_id bigint := (select p.id from person p where p.key = p_key and is_moderator(p.id));
begin
  if p_key is not null and v_id is null then
    perform fail('CN422', 'not_a_moderator', p_field);
  end if;
  return v_id;
end $$;

-- --- what the actions ask first ----------------------------------------------

-- One change of the tree at a time, so that two never make a circle.
create or replace function app.topic_lock(p_consultation_id bigint) returns void
language plpgsql volatile set search_path = app, pg_temp as $$
begin
  perform pg_advisory_xact_lock(hashtextextended('topic', p_consultation_id));
end $$;

-- A topic as the page showed it, with nobody else changing the tree meanwhile.
create or replace function app.topic_to_change(s app.stage, p_key text, p_version bigint) returns app.topic
language plpgsql volatile set search_path = app, pg_temp as $$
declare
  t app.topic := topic_at(s.consultation_id, p_key);
begin
  if t.id is null then
    perform fail('CN404', 'not_found');
  end if;
  perform topic_lock(s.consultation_id);
  t := topic_at(s.consultation_id, p_key);
  if t.id is null or t.version <> p_version then
    perform fail('CN409', 'stale');
  end if;
  return t;
end $$;

-- Where a topic is to stand: the parent, at most five levels, no circle, and no
-- other of that name beside it.
create or replace function app.topic_parent(s app.stage, t app.topic, p_parent text, p_name text) returns bigint
language plpgsql stable set search_path = app, pg_temp as $$
declare
  c_levels constant int := 5;
  v_parent app.topic := topic_at(s.consultation_id, p_parent);
  v_line bigint[] := array[]::bigint[];
  v_above int := 0;
  v_below int := 0;
begin
  if p_parent is not null and v_parent.id is null then
    perform fail('CN422', 'topic_unknown', 'parent');
  elsif v_parent.id is not null then
    select r.line, r.depth + 1 into v_line, v_above from topic_rows(s) r where r.id = v_parent.id;
  end if;
  if t.id = any (v_line) then
    perform fail('CN422', 'topic_circle', 'parent', json_build_object('name', t.name));
  end if;
  if t.id is not null then
    select max(r.depth) - min(r.depth) into v_below from topic_rows(s) r where t.id = any (r.line);
  end if;
  if v_above + 1 + v_below > c_levels then
    perform fail('CN422', 'topic_deep', 'parent', json_build_object('levels', c_levels));
  elsif exists (select from topic x where x.consultation_id = s.consultation_id and x.id is distinct from t.id
      and x.parent_id is not distinct from v_parent.id and lower(x.name) = lower(p_name)) then
    perform fail('CN422', 'topic_twice', 'name', json_build_object('name', p_name));
  end if;
  return v_parent.id;
end $$;

create or replace function app.topic_make(s app.stage, p_parent_id bigint, p_name text, p_assignee_id bigint)
returns app.topic
language plpgsql volatile set search_path = app, pg_temp as $$
declare
  c_most constant int := 500;
  t app.topic;
begin
  if (select count(*) from topic x where x.consultation_id = s.consultation_id) >= c_most then
    perform fail('CN422', 'topics_many', 'name', json_build_object('most', c_most));
  end if;
  insert into topic (consultation_id, parent_id, name, assignee_id)
    values (s.consultation_id, p_parent_id, p_name, p_assignee_id) returning * into t;
  return t;
end $$;

-- --- text blocks ---------------------------------------------------------------

-- "Bayern, Hessen und Sachsen"; of more than five how many they are.
create or replace function app.named(p_names text[], p_many text) returns text
language sql immutable parallel safe as $$
  select case when cardinality(p_names) > 5 then cardinality(p_names) || ' ' || p_many
    else concat_ws(' und ', nullif(array_to_string(p_names[:cardinality(p_names) - 1], ', '), ''), p_names[cardinality(p_names)]) end
$$;

-- What a text block can name, with what it becomes for a position or for the
-- members of a group; null: for none.
create or replace function app.block_values(s app.stage, w app.weighed) returns json
language plpgsql stable set search_path = app, pg_temp as $$
begin
  return (select json_build_object(
      'Organisation', named(x.names, 'Organisationen'), 'Kurzname', named(x.short_names, 'Organisationen'),
      'Nummer', weighed_number(w), 'Fundstelle', named(x.targets, 'Fundstellen'), 'Titel', named(x.titles, 'Fundstellen'),
      'Fassung', x.edition::text, 'Verfahren', c.title, 'Datum', to_char(today(), 'DD.MM.YYYY'))
    from consultation c cross join (select array_agg(distinct n.name::text) as names, array_agg(distinct n.short_name::text) as short_names,
          array_agg(distinct t.key::text) as targets, array_agg(distinct target_title(t)) as titles, max(e.number) as edition
        from position p join target t on t.id = p.target_id join edition e on e.id = t.edition_id
          cross join lateral name_on(p.organisation_id, today()) n
        where p.id = any (weighed_positions(w))) x
    where c.id = s.consultation_id);
end $$;

create or replace function app.block_variables(s app.stage) returns text[]
language plpgsql stable set search_path = app, pg_temp as $$
begin
  return array(select '{{' || k || '}}' from json_object_keys(block_values(s, null)) k);
end $$;

-- Names of variables that exist, in braces that are closed; else the first that
-- is not, with its line.
create or replace function app.text_block_check(s app.stage, p_body text) returns void
language plpgsql stable set search_path = app, pg_temp as $$
declare
  v_known text[] := block_variables(s);
  v_bad record;
begin
  if text_or_null(p_body) is null then
    perform fail('CN422', 'required', 'body');
  end if;
  select l.n, m[1] as name into v_bad from regexp_split_to_table(p_body, e'\n') with ordinality l(line, n),
      regexp_matches(l.line, '(\{\{[^{}]*\}\}|\{\{|\}\})', 'g') m
    where not m[1] = any (v_known) order by l.n limit 1;
  if found then
    perform fail('CN422', case when v_bad.name in ('{{', '}}') then 'variable_open' else 'variable_unknown' end, 'body',
      json_build_object('line', v_bad.n, 'name', left(v_bad.name, 60), 'known', array_to_string(v_known, ', ')));
  end if;
end $$;

-- A text block for what is weighed. What is filled in is not looked through again.
create or replace function app.text_block_fill(p_body text, s app.stage, w app.weighed) returns text
language plpgsql stable set search_path = app, pg_temp as $$
declare
  v_values json := block_values(s, w);
begin
  return (select string_agg(coalesce(v_values ->> m[2], m[1]), '' order by n)
    from regexp_matches(p_body, '([^{]+|\{\{([[:alpha:]]+)\}\}|\{)', 'g') with ordinality x(m, n));
end $$;

create or replace function app.text_block_at(p_consultation_id bigint, p_key text) returns app.text_block
language plpgsql stable set search_path = app, pg_temp as $$
declare
  b app.text_block;
begin
  select x.* into b from text_block x where x.consultation_id = p_consultation_id and x.key = p_key;
  return b;
end $$;

-- A text block as the page showed it.
create or replace function app.text_block_to_change(s app.stage, p_key text, p_version bigint) returns app.text_block
language plpgsql volatile set search_path = app, pg_temp as $$
declare
  b app.text_block;
begin
  select x.* into b from text_block x where x.consultation_id = s.consultation_id and x.key = p_key for update;
  if b.id is null then
    perform fail('CN404', 'not_found');
  elsif b.version <> p_version then
    perform fail('CN409', 'stale');
  end if;
  return b;
end $$;

-- The topic it is to belong to, with a name that is free there and words that can be filled in.
create or replace function app.text_block_place(s app.stage, b app.text_block, p_name text, p_topic text, p_body text)
returns bigint
language plpgsql volatile set search_path = app, pg_temp as $$
declare
  c_most constant int := 500;
  t app.topic;
begin
  perform topic_lock(s.consultation_id);
  t := topic_at(s.consultation_id, p_topic);
  if p_topic is not null and t.id is null then
    perform fail('CN422', 'topic_unknown', 'topic');
  elsif exists (select from text_block x where x.consultation_id = s.consultation_id and x.id is distinct from b.id
      and x.topic_id is not distinct from t.id and lower(x.name) = lower(p_name)) then
    perform fail('CN422', 'block_twice', 'name', json_build_object('name', p_name));
  elsif b.id is null and (select count(*) from text_block x where x.consultation_id = s.consultation_id) >= c_most then
    perform fail('CN422', 'blocks_many', 'name', json_build_object('most', c_most));
  end if;
  perform text_block_check(s, p_body);
  return t.id;
end $$;

-- Blocks of a topic, of those without one, or (p_topics null) all.
create or replace function app.text_blocks_json(s app.stage, p_consultation text, p_topics bigint[]) returns json
language plpgsql stable as $$
begin
  return (select coalesce(json_agg(json_build_object('key', b.key, 'name', b.name, 'body', b.body,
      'topic', topic_path(b.topic_id), 'href', '/consultations/' || p_consultation || '/topics/blocks/' || b.key)
      order by topic_path(b.topic_id) collate "de-x-icu" nulls first, b.name collate "de-x-icu", b.id), '[]')
    from text_block b where b.consultation_id = s.consultation_id
      and (p_topics is null or b.topic_id = any (p_topics)));
end $$;

-- What can be put into an assessment, filled in: the blocks of the topics of what
-- is weighed and of those above them, and those of no topic.
create or replace function app.blocks_for(s app.stage, w app.weighed) returns json
language plpgsql stable as $$
begin
  return (with recursive t as (select x.id, x.parent_id from position_topic g join topic x on x.id = g.topic_id
        where g.position_id = any (weighed_positions(w))
      union select x.id, x.parent_id from topic x join t on x.id = t.parent_id)
    select coalesce(json_agg(json_build_object('key', b.key, 'name', b.name, 'body', text_block_fill(b.body, s, w),
        'topic', topic_path(b.topic_id)) order by b.topic_id is null, b.name collate "de-x-icu", b.id), '[]')
      from text_block b where b.consultation_id = s.consultation_id
        and (b.topic_id is null or b.topic_id in (select t.id from t)));
end $$;

-- One of them in words, for the form that comes again; null for none.
create or replace function app.block_inserted(s app.stage, w app.weighed, p_insert text) returns text
language plpgsql stable as $$
begin
  return (select text_block_fill(b.body, s, w) from text_block_at(s.consultation_id, p_insert) b where b.id is not null);
end $$;

-- Puts a text block behind the words of an assessment that is being written: the
-- form comes again with both, and nothing is saved.
create or replace function app.block_insert(s app.stage, w app.weighed, p_insert text) returns json
language plpgsql stable set search_path = app, pg_temp as $$
declare
  v_text text := block_inserted(s, w, p_insert);
begin
  if v_text is null then
    perform fail('CN409', 'block_gone');
  end if;
  return json_build_object('again', true, 'text', v_text);
end $$;
