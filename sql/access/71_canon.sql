-- The canonical form of a response; its C twin is in app/domain.

-- The wording a target asks about: of the item, the question or the chapter.
create or replace function app.target_hash(p_target_id bigint) returns bytea
language plpgsql stable set search_path = app, pg_temp as $$
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

-- Of the draft as it stands. The preview passes null for what is not chosen
-- yet, and the release form carries the hash of that.
create or replace function app.response_canon(p_response_id bigint, p_publication text) returns text
language plpgsql stable set search_path = app, pg_temp as $$
declare
  v_head text;
  v_rows text;
begin
  select response_head(s.key, n.name, p.level, app.next_number(r.id), p_publication, r.nil_rest) into v_head
    from response r join stage s on s.id = r.stage_id cross join lateral name_on(r.organisation_id, today()) n
      join participation p on p.stage_id = r.stage_id and p.organisation_id = r.organisation_id
    where r.id = p_response_id;
  select string_agg(t.key || ' ' || encode(coalesce(i.content_hash, q.content_hash, c.content_hash), 'hex')
      || ' ' || encode(a.content_hash, 'hex') || e'\n', '' order by t.key collate "C") into v_rows
    from answer a join target t on t.id = a.target_id
      left join item_version i on i.id = t.item_version_id
      left join question_version q on q.id = t.question_version_id
      left join chapter c on c.id = t.chapter_id
    where a.response_id = p_response_id and a.kind is not null;
  return v_head || coalesce(v_rows, '');
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
  select string_agg(t.key || ' ' || encode(coalesce(i.content_hash, q.content_hash, c.content_hash), 'hex')
      || ' ' || encode(a.content_hash, 'hex') || e'\n', '' order by t.key collate "C") into v_rows
    from version_answer va join released_answer a on a.id = va.released_answer_id
      join target t on t.id = va.target_id
      left join item_version i on i.id = t.item_version_id
      left join question_version q on q.id = t.question_version_id
      left join chapter c on c.id = t.chapter_id
    where va.response_version_id = p_response_version_id;
  return v_head || coalesce(v_rows, '');
end $$;

create or replace function app.next_number(p_response_id bigint) returns int
language plpgsql stable set search_path = app, pg_temp as $$
begin
  return (select coalesce(max(v.number), 0) + 1 from response_version v where v.response_id = p_response_id);
end $$;

-- What the preview shows and the release form carries, as 64 digits.
create or replace function app.preview_hash(p_response_id bigint) returns text
language plpgsql stable set search_path = app, pg_temp as $$
begin
  return encode(canon_hash(response_canon(p_response_id, null)), 'hex');
end $$;

-- Why a release is not possible now; no row means it is.
create or replace function app.release_blockers(h app.house)
returns table (code text, args json, href text)
language plpgsql stable set search_path = app, pg_temp as $$
declare
  v_base text := '/consultations/' || h.slug || '/response';
begin
  if not h.has_begun then
    return query select 'not_open', json_build_object('opens_at', h.opens_at), v_base;
  elsif h.is_over then
    return query select 'deadline', json_build_object('closes_at', h.closes_at), v_base;
  end if;
  if not is_open(h.response_state) then
    return query select 'not_draft', json_build_object(), v_base;
  elsif not h.nil_rest and not exists (
      select from answer a where a.response_id = h.response_id and a.kind is not null) then
    return query select 'nothing', json_build_object(), v_base;
  end if;
  if not h.is_releaser then
    return query select 'not_releaser', json_build_object(), v_base;
  end if;
end $$;
