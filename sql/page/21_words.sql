-- Answers in words, grouped as in the paper: of a draft (p_response_id, own
-- organisation only) or of a released version (p_version_id). A row is there
-- for each target with an answer; the flag nil_rest speaks for the others.
create or replace function app.words_of(p_response_id bigint, p_organisation_id bigint, p_version_id bigint)
returns table (target_id bigint, kind text, stance text, body text, proposal text, reason text,
  value jsonb, confidential boolean, confidential_reason text, content_hash bytea)
language plpgsql stable as $$
begin
  if p_version_id is null then
    return query select a.target_id, a.kind::text, a.stance::text, a.body::text, a.proposal::text,
        a.reason::text, a.value, a.confidential, a.confidential_reason, a.content_hash
      from answer a where a.response_id = p_response_id and a.organisation_id = p_organisation_id
        and a.kind is not null;
  else
    return query select a.target_id, a.kind::text, a.stance::text, a.body::text, a.proposal::text,
        a.reason::text, a.value, a.confidential, a.confidential_reason, a.content_hash
      from version_answer va join released_answer a on a.id = va.released_answer_id
      where va.response_version_id = p_version_id and va.organisation_id = p_organisation_id;
  end if;
end $$;

-- What the public shall not read of them: of a draft what is marked in the text
-- as it stands, of a version what was released with it.
create or replace function app.cuts_of(p_response_id bigint, p_organisation_id bigint, p_version_id bigint)
returns table (target_id bigint, field text, range int4range, reason text)
language plpgsql stable rows 10 as $$
begin
  if p_version_id is null then
    return query select a.target_id, d.field::text, d.range, d.reason::text
      from redaction d join answer a on a.id = d.answer_id and a.content_hash = d.content_hash
      where d.response_id = p_response_id and d.organisation_id = p_organisation_id;
  else
    return query select d.target_id, d.field::text, d.range, d.reason::text from released_redaction d
      where d.response_version_id = p_version_id and d.organisation_id = p_organisation_id;
  end if;
end $$;

create or replace function app.word_groups(p_response_id bigint, p_organisation_id bigint,
  p_version_id bigint, p_state text) returns json
language plpgsql stable as $$
begin
  return (with x as materialized (select * from cuts_of(p_response_id, p_organisation_id, p_version_id)),
    j as materialized (select * from joins_of(p_response_id, p_organisation_id, p_version_id)),
    w as (select t.position as place, t.key,
      target_kind(i.kind, t.question_version_id) as kind, coalesce(v.title, q.body, k.title) as title,
      coalesce(qs.label, s.title, k.title) as label, coalesce(qs.key, s.key, k.key) as group_key, c.state as cosign,
      (select json_agg(json_build_object('field', x.field, 'from', lower(x.range), 'to', upper(x.range),
          'reason', x.reason, 'words', cut(case x.field
          when 'body' then a.body when 'proposal' then a.proposal else a.reason end, x.range))
        order by x.field, x.range) from x where x.target_id = a.target_id) as cuts,
      (select j.joined from j where j.target_id = a.target_id) as joined, a.*
      from words_of(p_response_id, p_organisation_id, p_version_id)
          a (target_id, answer_kind, stance, body, proposal, reason, value, confidential,
            confidential_reason, content_hash)
        join target t on t.id = a.target_id
        left join cosign_states(case when p_version_id is null then p_response_id end, p_organisation_id, p_state) c
          on c.target_id = a.target_id
        left join item_version v on v.id = t.item_version_id left join item i on i.id = v.item_id
        left join section s on s.id = v.section_id
        left join question_version q on q.id = t.question_version_id and t.item_version_id is null
        left join question_set qs on qs.id = q.question_set_id
        left join chapter k on k.id = t.chapter_id),
    g as (select min(place) as place, group_key, label, json_agg(json_build_object('target', key,
        'title', title, 'kind', kind, 'stance', form_stance(answer_kind, stance),
        'state', answer_state(answer_kind, p_state, cosign), 'body', body, 'proposal', proposal, 'reason', reason,
        'confidential', confidential, 'confidential_reason', confidential_reason,
        'cuts', coalesce(cuts, '[]'), 'joined', joined, 'papers', papers_of(value), 'picked', picked_of(value), 'answer_kind', answer_kind,
        'value', value::text) order by place) as rows
      from w group by group_key, label)
  select coalesce(json_agg(json_build_object('key', group_key, 'label', label, 'rows', rows)
    order by place), '[]') from g);
end $$;

-- Questions by what became of them, and how many items and comments beside: of what the organisation is asked.
create or replace function app.word_counts(p_stage_id bigint, p_response_id bigint,
  p_organisation_id bigint, p_version_id bigint, p_nil_rest boolean) returns json
language plpgsql stable as $$
begin
  return (with w as (select case when t.item_version_id is not null then 'item'
        when t.question_version_id is not null then 'question' else 'chapter' end as part,
      coalesce(a.kind, case when p_nil_rest then 'nil' end) as kind, a.kind is not null as is_own
      from participation p join target t on t.stage_id = p.stage_id and target_asks(t.audience, p.level, p.seat_status)
        left join words_of(p_response_id, p_organisation_id, p_version_id) a on a.target_id = t.id
      where p.stage_id = p_stage_id and p.organisation_id = p_organisation_id)
  select json_build_object(
    'questions', count(*) filter (where part = 'question'),
    'answered', count(*) filter (where part = 'question' and kind = 'answered'),
    'nil', count(*) filter (where part = 'question' and kind = 'nil'),
    'not_applicable', count(*) filter (where part = 'question' and kind = 'not_applicable'),
    'empty', count(*) filter (where part = 'question' and kind is null),
    'items_rated', count(*) filter (where part = 'item' and is_own),
    'items', count(*) filter (where part = 'item'),
    'comments', count(*) filter (where part = 'chapter' and kind = 'answered')) from w);
end $$;
