-- What is answered in the form a question gives: of a list an array of papers,
-- else {SHAPE: [{"key", "body"}, …]}, of a table with the item and its title. An option is kept with its words, so that a receipt, an export
-- or a hash says by itself what was picked.

-- The items that a table has as rows: those it aims at, of a section all.
create or replace function app.table_items(p_question_version_id bigint)
returns table (place bigint, key text, title text)
language sql stable as $$
  select row_number() over (order by a.position, v.position), i.key::text, v.title
    from app.question_aim a join app.item_version v on v.edition_id = a.edition_id
      and (v.id = a.item_version_id or v.section_id = a.section_id and v.parent_id is null)
      join app.item i on i.id = v.item_id
    where a.question_version_id = p_question_version_id
$$;

create or replace function app.options_of(q app.question_version) returns table (place bigint, key text, body text)
language sql stable as $$
  select x.n, x.o ->> 'key', x.o ->> 'body' from jsonb_array_elements(q.sub_items) with ordinality x (o, n)
$$;

-- The ranks of the form, each given once, from 1 on without a gap.
create or replace function app.ranking_picked(q app.question_version, p_pick json) returns jsonb
language plpgsql stable set search_path = app, pg_temp as $$
declare
  r record;
  n int := 0;
begin
  for r in select o.key, x.value, o.body from json_each_text(p_pick) x left join options_of(q) o on o.key = x.key
      where x.value <> '' order by case when x.value ~ '^\d{1,3}$' then x.value::int end, o.place loop
    if r.value !~ '^\d{1,3}$' then
      perform fail('CN422', 'bad_choice', 'pick.' || r.key);
    elsif r.value::int = n then
      perform fail('CN422', 'rank_twice', 'pick.' || r.key, json_build_object('rank', n));
    elsif r.value::int <> n + 1 then
      perform fail('CN422', 'rank_missing', 'pick.' || r.key, json_build_object('rank', n + 1));
    end if;
    n := n + 1;
  end loop;
  return (select jsonb_agg(jsonb_build_object('key', o.key, 'body', o.body) order by x.value::int)
    from json_each_text(p_pick) x join options_of(q) o on o.key = x.key where x.value <> '');
end $$;

-- From the fields of the form to the value; null where nothing is picked.
-- p_option: the one of a choice; p_pick: by key of the option, of a table by
-- key of the item.
create or replace function app.value_picked(q app.question_version, p_option text, p_pick json) returns jsonb
language plpgsql stable set search_path = app, pg_temp as $$
declare
  v_wrong text;
  v_rows jsonb;
begin
  select x.key into v_wrong from json_each_text(p_pick) x
    where x.value <> '' and case when q.shape in ('multi', 'ranking') then x.key not in (select o.key from options_of(q) o)
      when q.shape = 'table' then x.key not in (select i.key from table_items(q.id) i)
        or x.value not in (select o.key from options_of(q) o)
      else true end
    order by 1 limit 1;
  if v_wrong is not null then
    perform fail('CN422', 'bad_choice', 'pick.' || v_wrong);
  elsif p_option is not null and (q.shape is distinct from 'choice' or p_option not in (select o.key from options_of(q) o)) then
    perform fail('CN422', 'bad_choice', 'option');
  end if;
  v_rows := case q.shape
    when 'choice' then (select jsonb_agg(jsonb_build_object('key', o.key, 'body', o.body)) from options_of(q) o where o.key = p_option)
    when 'multi' then (select jsonb_agg(jsonb_build_object('key', o.key, 'body', o.body) order by o.place)
      from options_of(q) o where is_ticked(p_pick ->> o.key))
    when 'ranking' then ranking_picked(q, p_pick)
    when 'table' then (select jsonb_agg(jsonb_build_object('item', i.key, 'title', i.title, 'key', o.key, 'body', o.body)
      order by i.place) from table_items(q.id) i join options_of(q) o on o.key = p_pick ->> i.key) end;
  if octet_length(v_rows::text) > 65000 then
    perform fail('CN422', 'too_many', 'pick');
  end if;
  return case when v_rows is not null then jsonb_build_object(q.shape, v_rows) end;
end $$;

-- The fields that a value came from.
create or replace function app.option_of(p_value jsonb) returns text
language sql immutable parallel safe as $$
  select p_value #>> '{choice,0,key}'
$$;

create or replace function app.pick_of(p_value jsonb) returns jsonb
language sql immutable parallel safe as $$
  select coalesce((select jsonb_object_agg(coalesce(r ->> 'item', r ->> 'key'),
      case s.shape when 'multi' then '1' when 'ranking' then n::text else r ->> 'key' end)
    from jsonb_each(case when jsonb_typeof(p_value) = 'object' then p_value else '{}' end) s (shape, rows),
      jsonb_array_elements(case when jsonb_typeof(s.rows) = 'array' then s.rows else '[]' end) with ordinality x (r, n)
    where s.shape <> 'choice'), '{}')
$$;

-- What the fields of an answer say beside its words.
create or replace function app.value_sent(t app.target, p_paper_title json, p_paper_source json, p_option text, p_pick json)
returns jsonb
language plpgsql stable set search_path = app, pg_temp as $$
declare
  v_papers jsonb := papers_value(p_paper_title, p_paper_source);
  q app.question_version;
begin
  select x.* into q from question_version x where x.id = t.question_version_id;
  if v_papers is not null and q.shape is distinct from 'list' then
    perform fail('CN422', 'bad_choice', 'paper_title');
  end if;
  return coalesce(v_papers, value_picked(q, p_option, coalesce(p_pick, '{}')));
end $$;

-- Is that a value of this target? It is made anew from its keys and compared.
create or replace function app.value_fits(p_target_id bigint, p_value jsonb) returns boolean
language plpgsql stable set search_path = app, pg_temp as $$
declare
  q app.question_version;
begin
  select x.* into q from target t join question_version x on x.id = t.question_version_id where t.id = p_target_id;
  if p_value is null then
    return true;
  elsif q.shape is null or q.shape in ('text', 'per_item') then
    return false;
  elsif q.shape = 'list' then
    return jsonb_typeof(p_value) = 'array';
  end if;
  return coalesce(value_picked(q, option_of(p_value), pick_of(p_value)::json) = p_value, false);
exception when sqlstate 'CN422' then
  return false;
end $$;

-- In words, one line each: papers with their source, options as they are called.
create or replace function app.value_text(p_value jsonb) returns text
language sql immutable parallel safe as $$
  select case jsonb_typeof(p_value)
    when 'array' then (select string_agg((p ->> 'title') || coalesce(' (' || (p ->> 'source') || ')', ''), e'\n' order by n)
      from jsonb_array_elements(p_value) with ordinality u (p, n))
    when 'object' then (select string_agg(case s.shape when 'ranking' then n || '. '
        when 'table' then concat_ws(' ', r ->> 'item', r ->> 'title') || ': ' else '' end || (r ->> 'body'), e'\n' order by n)
      from jsonb_each(p_value) s (shape, rows), jsonb_array_elements(s.rows) with ordinality x (r, n)) end
$$;

grant execute on function app.value_text(jsonb) to resonanz_search;
