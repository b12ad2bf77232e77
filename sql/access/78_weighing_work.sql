-- Who has which position until when, where it stands, and several at once.

-- A moderator as a form names one; null for nobody.
create or replace function app.moderator_of(p_key text, p_field text) returns bigint
language plpgsql stable set search_path = app, pg_temp as $$
declare
  v_id bigint := (select p.id from person p join platform_role r on r.person_id = p.id and r.role = 'moderator' and r.valid @> today()
    where p.key = p_key and p.state = 'active' limit 1);
begin
  if p_key is null or p_key = 'nobody' then
    return null;
  elsif v_id is null then
    perform fail('CN422', 'moderator_gone', p_field);
  end if;
  return v_id;
end $$;

-- A place in use, as a form names it: by its id.
create or replace function app.place_at(p_consultation_id bigint, p_place text) returns bigint
language plpgsql stable set search_path = app, pg_temp as $$
declare
  v_id bigint := (select p.id from place p where p.consultation_id = p_consultation_id and p.retired_at is null
    and p.id::text = p_place);
begin
  if p_place is not null and v_id is null then
    perform fail('CN422', 'place_gone', 'place');
  end if;
  return v_id;
end $$;

-- One mail to who gets positions of somebody else, whatever their number; of a
-- single one with its number.
create or replace function app.position_assigned_mail(p_me app.caller, p_assignee bigint, p_positions bigint[], p_due_on date)
returns void
language plpgsql volatile set search_path = app, pg_temp as $$
begin
  if p_assignee <> p_me.person_id and cardinality(p_positions) > 0 then
    perform queue_mail('position_assigned', p_assignee, null, null, jsonb_build_object(
        'by', (select person_name(x) from person x where x.id = p_me.person_id), 'count', cardinality(p_positions), 'until', p_due_on,
        'number', case when cardinality(p_positions) = 1 then position_number(s.kind, s.number, p.number, p.part) end,
        'consultation', c.slug), null, 'position_assigned ' || gen_random_uuid())
      from position p join stage s on s.id = p.stage_id join consultation c on c.id = s.consultation_id where p.id = p_positions[1];
  end if;
end $$;

-- Gives positions to somebody, until a day, in a place; null in p_sets: as it is.
-- p_bulk: what was before is kept there, to be taken back. Gives those changed.
create or replace function app.positions_assign(p_me app.caller, p_positions bigint[], p_assignee bigint, p_sets_assignee boolean,
  p_due_on date, p_sets_due boolean, p_place bigint, p_bulk bigint) returns bigint[]
language plpgsql volatile set search_path = app, pg_temp as $$
declare
  v_changed bigint[];
  v_given bigint[];
begin
  with old as (select p.* from position p where p.id = any (p_positions) order by p.id for update),
    changed as (update position p set assignee_id = case when p_sets_assignee then p_assignee else p.assignee_id end,
        due_on = case when p_sets_due then p_due_on else p.due_on end, place_id = coalesce(p_place, p.place_id),
        version = p.version + 1
      from old o where p.id = o.id and ((p_sets_assignee and p.assignee_id is distinct from p_assignee)
        or (p_sets_due and p.due_on is distinct from p_due_on) or (p_place is not null and p.place_id is distinct from p_place))
      returning p.id, p.version, o.assignee_id, o.due_on, o.place_id),
    kept as (update bulk_position b set outcome = 'changed', before_assignee_id = c.assignee_id, before_due_on = c.due_on,
        before_place_id = c.place_id, after_version = c.version
      from changed c where b.bulk_id = p_bulk and b.position_id = c.id returning b.position_id)
  select array_agg(c.id), array_agg(c.id order by c.id) filter (where p_sets_assignee and c.assignee_id is distinct from p_assignee)
    into v_changed, v_given from changed c left join kept k on k.position_id = c.id;
  if v_changed is not null then
    perform position_assigned_mail(p_me, p_assignee, v_given, p_due_on);
    perform audit(p_me, 'position.assign', case when cardinality(v_changed) = 1 then 'position' else 'stage' end,
      case when cardinality(v_changed) = 1 then v_changed[1] else (select p.stage_id from position p where p.id = v_changed[1]) end,
      null, null, cardinality(v_changed));
  end if;
  return coalesce(v_changed, '{}');
end $$;

-- --- several at once -----------------------------------------------------------------

-- What is about to be done to these positions; nothing is yet.
create or replace function app.bulk_make(p_me app.caller, s app.stage, p_kind text, p_positions bigint[]) returns app.bulk
language plpgsql volatile set search_path = app, pg_temp as $$
declare
  b app.bulk;
begin
  insert into bulk (stage_id, kind, made_at, made_by) values (s.id, p_kind, app.now(), p_me.person_id) returning * into b;
  insert into bulk_position (bulk_id, position_id, stage_id)
    select b.id, x.id, s.id from (select distinct u.id from unnest(p_positions) u(id)) x;
  return b;
end $$;

create or replace function app.bulk_at(p_stage_id bigint, p_key text) returns app.bulk
language plpgsql stable set search_path = app, pg_temp as $$
declare
  b app.bulk;
begin
  select x.* into b from bulk x where x.stage_id = p_stage_id and x.key = p_key;
  return b;
end $$;

-- The lock of somebody else on a position, or on the group that weighs it.
create or replace function app.locked_by_other(p_position_id bigint) returns app.row_lock
language plpgsql stable set search_path = app, pg_temp as $$
declare
  l app.row_lock;
begin
  select x.* into l from row_lock x left join group_member m on m.group_id = x.group_id and m.left_at is null
    where p_position_id in (x.position_id, m.position_id) and x.ends_at > app.now() and x.person_id <> my_person() limit 1;
  return l;
end $$;

-- Why nothing would be done to a position; null for nothing in the way.
create or replace function app.bulk_obstacle(p_me app.caller, s app.stage, p_kind text, p app.position) returns text
language plpgsql stable set search_path = app, pg_temp as $$
declare
  a app.assessment;
begin
  if not p.is_current then
    return 'replaced';
  elsif (locked_by_other(p.id)).id is not null then
    return 'locked';
  elsif p_kind = 'approval' then
    select x.* into a from assessment x where x.id = p.assessment_id;
    return case when approval_hindrance(s, a) is not null then 'not_ready'
      when not exists (select from sponsor o where o.consultation_id = s.consultation_id and not exists (select from assessment_approval x
        where x.assessment_id = a.id and x.organisation_id = o.organisation_id)) then 'same' end;
  end if;
  return null;
end $$;

-- Each position of it with what was in the way; null where nothing was.
create or replace function app.bulk_mark(p_me app.caller, s app.stage, b app.bulk) returns bigint[]
language plpgsql volatile set search_path = app, pg_temp as $$
begin
  update bulk_position x set outcome = bulk_obstacle(p_me, s, b.kind, p) from position p
    where x.bulk_id = b.id and p.id = x.position_id;
  return array(select x.position_id from bulk_position x where x.bulk_id = b.id and x.outcome is null order by x.position_id);
end $$;

create or replace function app.bulk_assign(p_me app.caller, s app.stage, b app.bulk, p_assignee text, p_finish_on text, p_place text)
returns void
language plpgsql volatile set search_path = app, pg_temp as $$
declare
  v_due date := read_day(p_finish_on, 'finish_on');
  v_assignee bigint := moderator_of(p_assignee, 'assignee');
  v_place bigint := place_at(s.consultation_id, p_place);
begin
  if p_assignee is null and v_due is null and v_place is null then
    perform fail('CN422', 'bulk_nothing', 'assignee');
  elsif v_due < today() then
    perform fail('CN422', 'day_past', 'finish_on', json_build_object('today', today()));
  end if;
  perform positions_assign(p_me, bulk_mark(p_me, s, b), v_assignee, p_assignee is not null, v_due, v_due is not null, v_place, b.id);
  update bulk_position x set outcome = 'same' where x.bulk_id = b.id and x.outcome is null;
  update bulk x set done_at = app.now(), assignee_id = v_assignee, due_on = v_due, place_id = v_place where x.id = b.id;
end $$;

-- The sponsors are asked about what holds for each, once for a group.
create or replace function app.bulk_approval(p_me app.caller, s app.stage, b app.bulk, p_due_on date) returns void
language plpgsql volatile set search_path = app, pg_temp as $$
declare
  v_positions bigint[] := bulk_mark(p_me, s, b);
  v_asked bigint[] := array[]::bigint[];
  a app.assessment;
begin
  for a in select x.* from assessment x where x.id in (select p.assessment_id from position p where p.id = any (v_positions)) order by x.id loop
    v_asked := v_asked || approval_ask(p_me, s, (a.stage_id, a.position_id, a.group_id)::weighed, a, p_due_on);
  end loop;
  perform approval_mail(p_me, s, v_asked, p_due_on);
  update bulk_position x set outcome = 'changed' where x.bulk_id = b.id and x.outcome is null;
  update bulk x set done_at = app.now(), due_on = p_due_on where x.id = b.id;
end $$;

create or replace function app.place_kinds() returns text[]
language sql immutable parallel safe as $$
  select array['entry', 'work', 'review', 'approval', 'done']
$$;

-- What is wrong with the places as a form sent them, each at its field.
create or replace function app.places_check(s app.stage, p_name json, p_order json, p_retire json) returns void
language plpgsql volatile set search_path = app, pg_temp as $$
declare
  l app.place;
  v_name text;
  v_first bigint := (first_place(s.consultation_id)).id;
  v_left int := 0;
  v_count bigint;
begin
  for l in select x.* from place x where x.consultation_id = s.consultation_id and x.retired_at is null
      and p_name ->> x.id::text is not null order by x.position, x.id loop
    v_name := text_or_null(btrim(p_name ->> l.id::text));
    if v_name is null then
      perform fail('CN422', 'required', 'name.' || l.id);
    elsif v_name ~ '[[:cntrl:]]' then
      perform fail('CN422', 'control_char', 'name.' || l.id);
    elsif exists (select from place x where x.consultation_id = s.consultation_id and x.id <> l.id
        and lower(btrim(coalesce(case when x.retired_at is null then p_name ->> x.id::text end, x.name))) = lower(v_name)) then
      perform fail('CN422', 'place_twice', 'name.' || l.id);
    elsif coalesce(p_order ->> l.id::text, '') !~ '^[1-9]\d{0,3}$' then
      perform fail('CN422', 'bad_number', 'order.' || l.id);
    elsif coalesce(p_retire ->> l.id::text, '') = '' then
      v_left := v_left + 1;
      continue;
    end if;
    v_count := (select count(*) from position p join stage x on x.id = p.stage_id and x.consultation_id = s.consultation_id
      where coalesce(p.place_id, v_first) = l.id and p.is_current);
    if v_count > 0 then
      perform fail('CN422', 'place_in_use', 'retire.' || l.id, json_build_object('count', v_count));
    end if;
  end loop;
  if v_left = 0 then
    perform fail('CN422', 'place_last', 'new_name');
  end if;
end $$;
