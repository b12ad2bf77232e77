-- Several positions tagged by one act: what it would do, what it did, and back.

-- Numbers as people write them, with commas or blanks between: the positions in
-- the order of the synopsis, and what is none.
create or replace function app.positions_named(s app.stage, p_text text, out ids bigint[], out unknown text[])
language plpgsql stable set search_path = app, pg_temp as $$
declare
  v_number text;
  p app.position;
begin
  ids := '{}';
  unknown := '{}';
  for v_number in select distinct x.word from regexp_split_to_table(upper(coalesce(p_text, '')), '[\s,;]+') x(word) loop
    continue when v_number = '';
    p := position_at(s.id, v_number);
    if p.id is null or v_number is distinct from position_number(s.kind, s.number, p.number, p.part) then
      unknown := unknown || left(v_number, 40);
    else
      ids := ids || p.id;
    end if;
  end loop;
  ids := array(select x.id from position x where x.id = any (ids) order by x.sort_target, x.sort_key, x.id);
end $$;

-- Why a position is left alone by an act on several; null: it is not.
create or replace function app.position_bar(p app.position) returns text
language plpgsql stable set search_path = app, pg_temp as $$
begin
  return case when p.set_aside and p.part = 0 then 'cut' when p.set_aside then 'taken_back'
    when not p.is_current then 'replaced' when (locked_by_other(p.id)).id is not null then 'locked' end;
end $$;

-- What the act would do to each: skip says why nothing; assign_to: who gets it,
-- since nobody has it.
create or replace function app.topic_plan(t app.topic, p_mode text, p_ids bigint[])
returns table (position_id bigint, skip text, assign_to bigint)
language plpgsql stable set search_path = app, pg_temp as $$
begin
  return query select p.id, coalesce(position_bar(p), case when case p_mode when 'add' then h.has
      when 'replace' then h.has and h.count = 1 else not h.has end then 'same' end),
      case when p_mode <> 'remove' and p.assignee_id is null and is_moderator(t.assignee_id) then t.assignee_id end
    from unnest(p_ids) with ordinality u(id, n) join position p on p.id = u.id
      cross join lateral (select coalesce(bool_or(g.topic_id = t.id), false) as has, count(*) as count
        from position_topic g where g.position_id = p.id) h
    order by u.n;
end $$;

create or replace function app.topic_preview(s app.stage, t app.topic, p_mode text, p_ids bigint[], p_consultation text)
returns json
language plpgsql stable as $$
begin
  return (select coalesce(json_agg(json_build_object('key', position_number(s.kind, s.number, p.number, p.part),
      'organisation', n.short_name, 'target', x.key, 'target_title', target_title(x), 'before', topics_of_position(p.id),
      'after', case when r.skip is null then (select coalesce(json_agg(json_build_object('path', y.path, 'is_new', y.id = t.id)
          order by y.path collate "de-x-icu"), '[]') from (
        select g.topic_id as id, topic_path(g.topic_id) as path from position_topic g
          where g.position_id = p.id and p_mode <> 'replace' and g.topic_id <> t.id
        union select t.id, topic_path(t.id) where p_mode <> 'remove') y) end,
      'is_replaced', r.skip is null and p_mode = 'replace' and exists (select from position_topic g
        where g.position_id = p.id and g.topic_id <> t.id),
      'skip', r.skip, 'take', case when r.skip is null then '1' else '' end,
      'assign_to', case when r.skip is null then (select person_name(w) from person w where w.id = r.assign_to) end,
      'href', position_link(s, p, p_consultation) ->> 'href') order by r.n), '[]')
    from (select row_number() over () as n, y.* from topic_plan(t, p_mode, p_ids) y) r
      join position p on p.id = r.position_id join target x on x.id = p.target_id,
      name_on(p.organisation_id, today()) n);
end $$;

-- Where the whole answer is read that a position is cut from.
create or replace function app.answer_href(p app.position, p_consultation text) returns text
language plpgsql stable as $$
begin
  return (select '/consultations/' || p_consultation || '/submissions/' || o.code || '#' || t.key
    from organisation o, released_answer a join target t on t.id = a.target_id
    where o.id = p.organisation_id and a.id = p.released_answer_id);
end $$;

-- Does it. p_shown: all that the preview had, p_ids: those of them that were ticked.
create or replace function app.topic_tag(p_me app.caller, s app.stage, t app.topic, p_mode text, p_ids bigint[],
  p_shown bigint[]) returns app.topic_bulk
language plpgsql volatile set search_path = app, pg_temp as $$
declare
  b app.topic_bulk;
begin
  perform from position p where p.id = any (p_shown) order by p.id for update;
  insert into topic_bulk (stage_id, topic_name, mode, made_at, made_by, skipped)
    select s.id, t.name, p_mode, app.now(), p_me.person_id, coalesce((select jsonb_object_agg(x.skip, x.count)
        from (select r.skip, count(*) as count from topic_plan(t, p_mode, p_shown) r where r.skip is not null group by 1) x), '{}')
    returning * into b;
  insert into topic_bulk_position (bulk_id, position_id, stage_id, assigned_to, version)
    select b.id, p.id, s.id, r.assign_to, p.version from topic_plan(t, p_mode, p_ids) r
      join position p on p.id = r.position_id where r.skip is null;
  with gone as (delete from position_topic g using topic_bulk_position x
      where x.bulk_id = b.id and g.position_id = x.position_id
        and case p_mode when 'replace' then g.topic_id <> t.id when 'remove' then g.topic_id = t.id else false end
      returning g.*)
  insert into topic_bulk_tag (bulk_id, position_id, topic_id, was_added, tagged_at, tagged_by)
    select b.id, g.position_id, g.topic_id, false, g.tagged_at, g.tagged_by from gone g;
  if p_mode <> 'remove' then
    with new as (insert into position_topic (position_id, topic_id, stage_id, tagged_at, tagged_by)
        select x.position_id, t.id, s.id, b.made_at, p_me.person_id from topic_bulk_position x where x.bulk_id = b.id
        on conflict do nothing returning *)
    insert into topic_bulk_tag (bulk_id, position_id, topic_id, was_added, tagged_at, tagged_by)
      select b.id, g.position_id, g.topic_id, true, g.tagged_at, g.tagged_by from new g;
  end if;
  update position p set assignee_id = x.assigned_to from topic_bulk_position x
    where x.bulk_id = b.id and p.id = x.position_id and x.assigned_to is not null;
  perform position_assigned_mail(p_me, t.assignee_id, array(select x.position_id from topic_bulk_position x
    where x.bulk_id = b.id and x.assigned_to is not null order by x.position_id), null);
  return b;
end $$;

-- Whether a position stands as the act has left it: what it gave is there, as it
-- gave it, and what it took is not.
create or replace function app.topic_bulk_stands(x app.topic_bulk_position) returns boolean
language plpgsql stable set search_path = app, pg_temp as $$
begin
  return not exists (select from topic_bulk_tag y left join position_topic g
      on g.position_id = y.position_id and g.topic_id = y.topic_id
    where y.bulk_id = x.bulk_id and y.position_id = x.position_id and case when y.was_added
      then (g.tagged_at, g.tagged_by) is distinct from (y.tagged_at, y.tagged_by) else g.position_id is not null end);
end $$;

-- Takes back what can be: not where the position was cut, or its topics were
-- changed since. Gives how many.
create or replace function app.topic_bulk_undo(p_me app.caller, b app.topic_bulk) returns bigint
language plpgsql volatile set search_path = app, pg_temp as $$
declare
  v_ids bigint[];
begin
  perform from position p join topic_bulk_position x on x.position_id = p.id and x.bulk_id = b.id
    order by p.id for update of p;
  v_ids := array(select x.position_id from topic_bulk_position x join position p on p.id = x.position_id
    where x.bulk_id = b.id and x.undone_at is null and coalesce(position_bar(p), '') not in ('cut', 'taken_back', 'locked')
      and topic_bulk_stands(x));
  delete from position_topic g using topic_bulk_tag y
    where y.bulk_id = b.id and y.was_added and y.position_id = any (v_ids)
      and g.position_id = y.position_id and g.topic_id = y.topic_id;
  insert into position_topic (position_id, topic_id, stage_id, tagged_at, tagged_by)
    select y.position_id, y.topic_id, b.stage_id, y.tagged_at, y.tagged_by from topic_bulk_tag y
      where y.bulk_id = b.id and not y.was_added and y.position_id = any (v_ids);
  update position p set assignee_id = null from topic_bulk_position x
    where x.bulk_id = b.id and p.id = x.position_id and p.id = any (v_ids)
      and p.assignee_id = x.assigned_to and p.version = x.version;
  update topic_bulk_position x set undone_at = app.now(), undone_by = p_me.person_id
    where x.bulk_id = b.id and x.position_id = any (v_ids);
  return cardinality(v_ids);
end $$;

-- 30 days long, while its topics are there and anything of it is left.
create or replace function app.topic_bulk_can_undo(b app.topic_bulk) returns boolean
language plpgsql stable set search_path = app, pg_temp as $$
begin
  return b.closed_at is null and b.made_at > app.now() - interval '30 days'
    and exists (select from topic_bulk_position x where x.bulk_id = b.id and x.undone_at is null);
end $$;

-- {reason: how many} as a list to be read out.
create or replace function app.skip_reasons(p_skipped jsonb) returns json
language plpgsql stable as $$
begin
  return (select coalesce(json_agg(json_build_object('reason', v.key, 'count', case when x.count > 1 then v.value::bigint end,
      'is_last', v.n = x.count) order by v.n), '[]')
    from (select count(*) as count from jsonb_object_keys(p_skipped)) x,
      jsonb_each_text(p_skipped) with ordinality v(key, value, n));
end $$;

create or replace function app.topic_bulk_json(b app.topic_bulk, p_consultation text) returns json
language plpgsql stable as $$
begin
  return (select json_build_object('key', b.key, 'topic', b.topic_name, 'mode', b.mode, 'at', b.made_at,
      'by', (select person_name(p) from person p where p.id = b.made_by),
      'changed', count(*), 'undone', count(x.undone_at), 'left', count(*) - count(x.undone_at),
      'skipped', (select coalesce(sum(v.value::bigint), 0) from jsonb_each_text(b.skipped) v),
      'reasons', skip_reasons(b.skipped),
      'can_undo', topic_bulk_can_undo(b), 'undo', json_build_object('action', '/consultations/' || p_consultation || '/topics/bulk/' || b.key || '/undo'))
    from topic_bulk_position x where x.bulk_id = b.id);
end $$;
