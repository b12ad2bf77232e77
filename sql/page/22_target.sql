-- A target with its wording, its place and its neighbours.

create or replace function app.target_part(t app.target) returns text
language sql immutable parallel safe as $$
  select case when t.item_version_id is not null then 'item'
    when t.question_version_id is not null then 'question' else 'chapter' end
$$;

-- What it asks about: the rows of its item, its question and its chapter.
create or replace function app.target_of(t app.target, out i app.item, out v app.item_version,
  out q app.question_version, out q_key text, out k app.chapter)
language plpgsql stable as $$
declare
  v_chapter bigint := t.chapter_id;
begin
  if t.item_version_id is not null then
    select x.* into v from item_version x where x.id = t.item_version_id;
    select x.* into i from item x where x.id = v.item_id;
    v_chapter := (select s.chapter_id from section s where s.id = v.section_id);
  end if;
  if t.question_version_id is not null then
    select x.* into q from question_version x where x.id = t.question_version_id;
    q_key := (select x.key from question x where x.id = q.question_id);
    v_chapter := coalesce(v_chapter, (select s.chapter_id from question_set s where s.id = q.question_set_id));
  end if;
  select x.* into k from chapter x where x.id = v_chapter;
end $$;

create or replace function app.target_json(t app.target, p_slug text, i app.item, v app.item_version,
  q app.question_version, q_key text, k app.chapter) returns json
language sql stable parallel safe as $$
  select json_build_object('key', t.key, 'kind', app.target_part(t), 'item_kind', i.kind,
    'title', case when q.id is null then coalesce(v.title, k.title) else v.title end,
    'body', coalesce(v.body, q.body, k.summary), 'shape', q.shape, 'takes_stance', t.takes_stance,
    'href', '/consultations/' || p_slug || case when i.id is not null then '/items/' || i.key
      when q.id is not null then '/questions/' || q_key else '/chapters/' || k.key end)
$$;

-- The title of a target in lists: of the item, the question or the chapter.
create or replace function app.target_title(t app.target) returns text
language plpgsql stable as $$
begin
  return coalesce((select v.title from item_version v where v.id = t.item_version_id),
    (select q.body from question_version q where q.id = t.question_version_id),
    (select k.title from chapter k where k.id = t.chapter_id));
end $$;

-- The next of the same part in that direction, as a link below p_base; p_level, p_seat_status: of an organisation, that
-- it is asked.
create or replace function app.target_neighbour(t app.target, p_is_next boolean, p_base text, p_level text default null,
  p_seat_status text default null) returns json
language plpgsql stable as $$
declare
  n app.target;
begin
  if p_is_next then
    select x.* into n from target x where x.stage_id = t.stage_id and x.position > t.position
      and target_part(x) = target_part(t) and (p_level is null or target_asks(x.audience, p_level, p_seat_status)) order by x.position limit 1;
  else
    select x.* into n from target x where x.stage_id = t.stage_id and x.position < t.position
      and target_part(x) = target_part(t) and (p_level is null or target_asks(x.audience, p_level, p_seat_status)) order by x.position desc limit 1;
  end if;
  return case when n.id is not null then
    json_build_object('key', n.key, 'title', target_title(n), 'href', p_base || n.key) end;
end $$;

-- Its number among those of the same part that the house is asked.
create or replace function app.target_place(t app.target, h app.house) returns json
language plpgsql stable as $$
begin
  return (select json_build_object('number', count(*) filter (where x.position <= t.position), 'of', count(*))
    from asked(h) x where target_part(x) = target_part(t));
end $$;
