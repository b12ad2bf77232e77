-- The canonical form of a response; its C twin is in app/domain.

-- The wording a target asks about: of the item, the question or the chapter.
create or replace function app.target_hash(p_target_id bigint) returns bytea
language plpgsql stable as $$
begin
  return (select coalesce(i.content_hash, q.content_hash, c.content_hash)
    from target t left join item_version i on i.id = t.item_version_id
      left join question_version q on q.id = t.question_version_id
      left join chapter c on c.id = t.chapter_id
    where t.id = p_target_id);
end $$;

create or replace function app.response_head(p_stage text, p_organisation text, p_level text,
  p_number int, p_publication text, p_nil_rest boolean) returns text
language plpgsql immutable parallel safe set search_path = app, pg_temp as $$
begin
  return e'resonanz response 1\n' || canon_field('stage', p_stage)
    || canon_field('organisation', p_organisation) || canon_field('level', p_level)
    || canon_field('number', p_number::text) || canon_field('publication', p_publication)
    || canon_field('nil_rest', p_nil_rest::text);
end $$;

-- What the public shall not read of an answer, as one line: "FIELD FROM TO
-- REASON", the range in code points.
create or replace function app.cut_canon(p_field text, p_range int4range, p_reason text) returns text
language sql immutable parallel safe as $$
  select p_field || ' ' || lower(p_range) || ' ' || upper(p_range) || ' ' || p_reason
$$;

-- The hash an answer is released under: its own, or with confidentiality and
-- cuts that of all of it. p_cuts: null when there are none.
create or replace function app.terms_hash(p_answer bytea, p_confidential_reason text, p_cuts text[]) returns bytea
language plpgsql immutable parallel safe as $$
begin
  if p_confidential_reason is null and p_cuts is null then
    return p_answer;
  end if;
  return app.canon_hash(e'resonanz terms 1\n' || app.canon_field('answer', encode(p_answer, 'hex'))
    || app.canon_field('confidential', p_confidential_reason)
    || coalesce((select string_agg(app.canon_field('cut', c), '' order by n)
      from unnest(p_cuts) with ordinality u (c, n)), ''));
end $$;

-- Of the draft as it stands. The preview passes null for what is not chosen
-- yet, and the release form carries the hash of that. Marks count while the
-- answer has their text, and where the public is to read the rest.
create or replace function app.response_canon(p_response_id bigint, p_publication text) returns text
language plpgsql stable as $$
declare
  v_head text;
  v_rows text;
begin
  select response_head(s.key, n.name, p.level, app.next_number(r.id), p_publication, r.nil_rest) into v_head
    from response r join stage s on s.id = r.stage_id cross join lateral name_on(r.organisation_id, today()) n
      join participation p on p.stage_id = r.stage_id and p.organisation_id = r.organisation_id
    where r.id = p_response_id;
  select string_agg(t.key || ' ' || encode(coalesce(i.content_hash, q.content_hash, c.content_hash), 'hex')
      || ' ' || encode(terms_hash(a.content_hash, a.confidential_reason, x.cuts), 'hex') || e'\n',
      '' order by t.key collate "C") into v_rows
    from answer a join target t on t.id = a.target_id
      left join item_version i on i.id = t.item_version_id
      left join question_version q on q.id = t.question_version_id
      left join chapter c on c.id = t.chapter_id
      left join (select d.answer_id, d.content_hash, array_agg(cut_canon(d.field, d.range, d.reason)
          order by d.field, d.range) as cuts from redaction d
        where d.response_id = p_response_id and coalesce(p_publication, 'shortened') = 'shortened'
        group by d.answer_id, d.content_hash) x on x.answer_id = a.id and x.content_hash = a.content_hash
    where a.response_id = p_response_id and a.kind is not null;
  return v_head || coalesce(v_rows, '');
end $$;

-- The answers of a released version with the hashes that its own is made of.
-- terms: what an answer was released under; null when there is nothing.
create or replace function app.version_rows(p_response_version_id bigint)
returns table (key text, kind text, wording bytea, answer bytea, terms bytea)
language plpgsql stable rows 30 as $$
begin
  return query select t.key::text, a.kind::text, coalesce(i.content_hash, q.content_hash, c.content_hash),
      a.content_hash, case when v.form > 1 then
        nullif(terms_hash(a.content_hash, a.confidential_reason, x.cuts), a.content_hash) end
    from response_version v join version_answer va on va.response_version_id = v.id
      join released_answer a on a.id = va.released_answer_id
      join target t on t.id = va.target_id
      left join item_version i on i.id = t.item_version_id
      left join question_version q on q.id = t.question_version_id
      left join chapter c on c.id = t.chapter_id
      left join (select d.target_id, array_agg(cut_canon(d.field, d.range, d.reason) order by d.field, d.range) as cuts
        from released_redaction d where d.response_version_id = p_response_version_id
        group by d.target_id) x on x.target_id = va.target_id
    where v.id = p_response_version_id;
end $$;

-- Of a released version, from what was released.
create or replace function app.version_canon(p_response_version_id bigint) returns text
language plpgsql stable set search_path = app, pg_temp as $$
declare
  v_head text;
  v_rows text;
begin
  select response_head(s.key, v.organisation_name, v.level, v.number, v.publication, v.nil_rest) into v_head
    from response_version v join stage s on s.id = v.stage_id where v.id = p_response_version_id;
  select string_agg(r.key || ' ' || encode(r.wording, 'hex') || ' ' || encode(coalesce(r.terms, r.answer), 'hex')
    || e'\n', '' order by r.key collate "C") into v_rows from version_rows(p_response_version_id) r;
  return v_head || coalesce(v_rows, '');
end $$;

create or replace function app.next_number(p_response_id bigint) returns int
language plpgsql stable as $$
begin
  return (select coalesce(max(v.number), 0) + 1 from response_version v where v.response_id = p_response_id);
end $$;

-- What the preview shows and the release form carries, as 64 digits.
create or replace function app.preview_hash(p_response_id bigint) returns text
language plpgsql stable set search_path = app, pg_temp as $$
begin
  return encode(canon_hash(response_canon(p_response_id, null)), 'hex');
end $$;
