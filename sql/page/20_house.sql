-- The house as its own members see it.

-- 'question', 'chapter' or the kind of the item.
create or replace function app.target_kind(p_item_kind text, p_question_version_id bigint) returns text
language sql immutable parallel safe as $$
  select coalesce(p_item_kind, case when p_question_version_id is null then 'chapter' else 'question' end)
$$;

-- How many of the items a question asks for one by one have an answer; null
-- for a question that does not.
create or replace function app.item_progress(h app.house, p_question_version_id bigint) returns json
language plpgsql stable as $$
begin
  return (select case when count(*) > 0 then json_build_object(
      'done', count(*) filter (where a.kind is not null or h.nil_rest), 'of', count(*)) end
    from question_aim m join asked(h) t on t.item_version_id = m.item_version_id and t.question_version_id is null
      left join answer a on a.response_id = h.response_id and a.target_id = t.id
        and a.organisation_id = h.organisation_id
    where m.question_version_id = p_question_version_id);
end $$;

-- Who may release for the organisation.
create or replace function app.releasers_of(p_me app.caller, p_consultation_id bigint) returns json
language plpgsql stable as $$
declare
  v_today date := today();
begin
  return (select coalesce(json_agg(x.name order by x.name), '[]') from (
    select distinct p.name from membership m join person p on p.id = m.person_id and p.state = 'active'
    where m.organisation_id = p_me.organisation_id and m.role = 'releaser' and m.valid @> v_today
      and coalesce(m.consultation_id, p_consultation_id) = p_consultation_id) x);
end $$;

-- The version that counts, for the own organisation.
create or replace function app.last_receipt(h app.house) returns json
language plpgsql stable as $$
begin
  if h.response_id is null then
    return null;
  end if;
  return (select json_build_object('number', v.receipt_no, 'version', v.number,
      'received_at', v.released_at, 'href', '/receipts/' || v.receipt_no)
    from current_version c join response_version v on v.id = c.response_version_id
    where c.response_id = h.response_id and c.organisation_id = h.organisation_id);
end $$;

create or replace function app.deadline_json(h app.house) returns json
language sql stable parallel safe as $$
  select json_build_object('opens_at', h.opens_at, 'closes_at', h.closes_at, 'has_begun', h.has_begun,
    'is_over', h.is_over, 'is_extended', h.is_extended)
$$;

create or replace function app.organisation_json(p_organisation_id bigint) returns json
language plpgsql stable as $$
begin
  return (select json_build_object('code', o.code, 'name', n.name, 'short_name', n.short_name)
    from organisation o, name_on(o.id, today()) n where o.id = p_organisation_id);
end $$;

-- The papers of an answer to a list question.
create or replace function app.papers_of(p_value jsonb) returns json
language sql stable parallel safe as $$
  select case when jsonb_typeof(p_value) = 'array' then p_value::json else '[]' end
$$;

-- What was picked of the options of a question, to be read: its shape and rows.
create or replace function app.picked_of(p_value jsonb) returns json
language sql stable parallel safe as $$
  select (select json_build_object('shape', s.shape, 'rows', s.rows)
    from jsonb_each(case when jsonb_typeof(p_value) = 'object' then p_value end) s (shape, rows))
$$;

-- The same as the form has it: the options with what is given to each, of a
-- table its items with the options beside them; nothing for other questions.
create or replace function app.pick_form(q app.question_version, p_value jsonb) returns jsonb
language plpgsql stable as $$
declare
  v_pick jsonb := pick_of(p_value);
  v_ranks jsonb := case when q.shape = 'ranking' then
    (select jsonb_agg(n::text) from generate_series(1, jsonb_array_length(q.sub_items)) n) end;
begin
  if q.shape is null or q.shape not in ('choice', 'multi', 'ranking', 'table') then
    return jsonb '{}';
  end if;
  return jsonb_build_object('option', coalesce(option_of(p_value), ''), 'rows', case when q.shape = 'table' then
      (select jsonb_agg(jsonb_build_object('key', i.key, 'row', i.key, 'title', i.title, 'pick', coalesce(v_pick ->> i.key, ''),
        'options', q.sub_items) order by i.place) from table_items(q.id) i)
    else (select jsonb_agg(jsonb_build_object('key', o.key, 'body', o.body, 'pick', coalesce(v_pick ->> o.key, ''),
      'ranks', v_ranks) order by o.place) from options_of(q) o) end);
end $$;

-- A value as hidden fields, for a form that asks about something else.
create or replace function app.sent_of(p_value jsonb) returns json
language sql stable parallel safe as $$
  select coalesce((select json_agg(json_build_object('name', x.name, 'value', x.value)) from (
    select 'option' as name, app.option_of(p_value) as value union all
    select 'pick.' || k, v from jsonb_each_text(app.pick_of(p_value)) p (k, v)) x where x.value is not null), '[]')
$$;
