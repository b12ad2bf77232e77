-- The house as its own members see it: each target of the stage with the state
-- of its answer.

-- 'question', 'chapter' or the kind of the item.
create or replace function app.target_kind(p_item_kind text, p_question_version_id bigint) returns text
language sql immutable parallel safe as $$
  select coalesce(p_item_kind, case when p_question_version_id is null then 'chapter' else 'question' end)
$$;

-- part: question, item or chapter. Questions are grouped by their block, items
-- by their section.
drop function if exists app.house_rows(app.house);
create or replace function app.house_rows(h app.house)
returns table (target_id bigint, target text, place int, part text, kind text, title text, body text,
  group_key text, group_label text, group_href text, state text, stance text, is_work boolean,
  changed_at timestamptz, author text, aims_done bigint, aims_of bigint)
language plpgsql stable set search_path = app, pg_temp as $$
declare
  v_rest text := case when h.nil_rest then 'nil' end;
begin
  return query
    select t.id, t.key::text, t.position,
      case when t.item_version_id is not null then 'item'
        when t.question_version_id is not null then 'question' else 'chapter' end,
      target_kind(i.kind, t.question_version_id), coalesce(v.title, k.title::text)::text, q.body::text,
      coalesce(qs.key, s.key, k.key)::text, coalesce(qs.label, s.title, k.title)::text,
      '/consultations/' || h.slug || '/chapters/' || coalesce(qk.key, sk.key, k.key),
      answer_state(coalesce(a.kind, v_rest), h.response_state),
      form_stance(coalesce(a.kind, v_rest), a.stance),
      t.takes_stance and coalesce(a.kind = 'answered' and a.stance is null, false),
      a.changed_at, p.name::text, x.done, x.of
    from target t
      left join item_version v on v.id = t.item_version_id left join item i on i.id = v.item_id
      left join section s on s.id = v.section_id left join chapter sk on sk.id = s.chapter_id
      left join question_version q on q.id = t.question_version_id and t.item_version_id is null
      left join question_set qs on qs.id = q.question_set_id left join chapter qk on qk.id = qs.chapter_id
      left join chapter k on k.id = t.chapter_id
      left join answer a on a.response_id = h.response_id and a.target_id = t.id
        and a.organisation_id = h.organisation_id
      left join person p on p.id = a.author_id
      left join lateral app.aims_progress(h, q.id) x on q.shape = 'per_item'
    where t.stage_id = h.stage_id;
end $$;

-- How many of the items a question asks for one by one have an answer.
drop function if exists app.aims_progress(app.house, bigint);
create or replace function app.aims_progress(h app.house, p_question_version_id bigint)
returns table (done bigint, of bigint)
language plpgsql stable set search_path = app, pg_temp as $$
begin
  return query select count(*) filter (where a.kind is not null or h.nil_rest), count(*)
    from question_aim m join target t on t.stage_id = h.stage_id and t.item_version_id = m.item_version_id
        and t.question_version_id is null
      left join answer a on a.response_id = h.response_id and a.target_id = t.id
        and a.organisation_id = h.organisation_id
    where m.question_version_id = p_question_version_id;
end $$;

-- Who may release for the organisation.
create or replace function app.releasers_of(p_me app.caller, p_consultation_id bigint) returns json
language plpgsql stable set search_path = app, pg_temp as $$
begin
  return (select coalesce(json_agg(x.name order by x.name), '[]') from (
    select distinct p.name from membership m join person p on p.id = m.person_id and p.state = 'active'
    where m.organisation_id = p_me.organisation_id and m.role = 'releaser' and m.valid @> today()
      and coalesce(m.consultation_id, p_consultation_id) = p_consultation_id) x);
end $$;

-- The version that counts, for the own organisation.
create or replace function app.last_receipt(h app.house) returns json
language plpgsql stable set search_path = app, pg_temp as $$
begin
  return (select json_build_object('number', v.receipt_no, 'version', v.number,
      'received_at', v.released_at, 'href', '/receipts/' || v.receipt_no)
    from current_version c join response_version v on v.id = c.response_version_id
    where c.response_id = h.response_id and c.organisation_id = h.organisation_id);
end $$;

create or replace function app.deadline_json(h app.house) returns json
language plpgsql stable set search_path = app, pg_temp as $$
begin
  return json_build_object('opens_at', h.opens_at, 'closes_at', h.closes_at, 'has_begun', h.has_begun,
    'is_over', h.is_over, 'is_extended', h.is_extended);
end $$;

create or replace function app.organisation_json(p_organisation_id bigint) returns json
language plpgsql stable set search_path = app, pg_temp as $$
begin
  return (select json_build_object('code', o.code, 'name', o.name, 'short_name', o.short_name)
    from organisation o where o.id = p_organisation_id);
end $$;

-- The papers of an answer to a list question.
create or replace function app.papers_of(p_value jsonb) returns json
language sql immutable parallel safe as $$
  select case when jsonb_typeof(p_value) = 'array' then p_value::json else '[]' end
$$;
