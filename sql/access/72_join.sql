-- What a house learns of the others when it joins them. Runs as resonanz_join,
-- the one role that reads offered answers (40_policies.sql); pages and actions
-- of the house call it, and nothing here returns a draft.
set local role resonanz_join;

-- The versions of a stage that the caller's house may join, by the order of all
-- lists, behind that of an organisation. p_organisation: that one only.
create or replace function app.joinable_versions(p_stage_id bigint, p_organisation text default null,
  p_after text default null, p_limit bigint default null) returns setof app.response_version
language plpgsql stable security definer set search_path = app, pg_temp as $$
declare
  v_me bigint := my_organisation();
  v_wanted bigint := coalesce((select o.id from organisation o where o.code = p_organisation), 0);
begin
  if not exists (select from participation p where p.stage_id = p_stage_id and p.organisation_id = v_me) then
    return;
  end if;
  return query select v.* from response_version v join current_version c on c.response_version_id = v.id
    where v.stage_id = p_stage_id and v.joinable and v.organisation_id <> v_me
      and (p_organisation is null or v.organisation_id = v_wanted)
      and (p_after is null or v.sort_key > (select q.sort_key from participation q join organisation z on z.id = q.organisation_id
        where q.stage_id = p_stage_id and z.code = p_after))
    order by v.sort_key limit p_limit;
end $$;

-- The answers of such a version that it offers.
create or replace function app.offered_answers(p_version_id bigint) returns setof app.released_answer
language plpgsql stable security definer set search_path = app, pg_temp as $$
begin
  return query select a.* from version_answer x join released_answer a on a.id = x.released_answer_id
    where x.response_version_id = p_version_id and not x.adopted and is_offered(a.id, a.confidential);
end $$;

-- How many answers of a version there are, and how many of them are offered.
create or replace function app.offer_counts(p_version_id bigint, out answers bigint, out offered bigint)
language plpgsql stable security definer set search_path = app, pg_temp as $$
begin
  select count(*), count(a.id) into answers, offered
    from version_answer x left join released_answer a on a.id = x.released_answer_id and not x.adopted
      and is_offered(a.id, a.confidential)
    where x.response_version_id = p_version_id;
end $$;

-- Where an answer that was taken over comes from: the last version of its author
-- that holds it, and what that author says now.
create or replace function app.origin_of(p_released_answer_id bigint) returns app.origin
language plpgsql stable security definer set search_path = app, pg_temp as $$
declare
  x app.origin;
  v app.response_version;
begin
  select w.response_id, w.organisation_id, o.code, w.organisation_name, w.organisation_short_name, w.number
    into x.response_id, x.organisation_id, x.code, x.name, x.short_name, x.version
    from version_answer a join response_version w on w.id = a.response_version_id and w.joinable
      join organisation o on o.id = w.organisation_id
    where a.released_answer_id = p_released_answer_id and not a.adopted order by w.number desc limit 1;
  select w.* into v from current_version c join response_version w on w.id = c.response_version_id
    where c.response_id = x.response_id;
  x.state := case when v.id is null then 'withdrawn'
    when exists (select from version_answer a where a.response_version_id = v.id
      and a.released_answer_id = p_released_answer_id) then 'current'
    when v.joinable then 'newer' else 'closed' end;
  x.new_version := case when x.state = 'newer' then v.number end;
  return x;
end $$;

-- How many organisations hold answers of a response with what counts of theirs.
create or replace function app.joined_count(p_response_id bigint) returns bigint
language plpgsql stable security definer set search_path = app, pg_temp as $$
begin
  return (select count(distinct y.organisation_id) from response_version v
    join version_answer x on x.response_version_id = v.id and not x.adopted
    join version_answer y on y.released_answer_id = x.released_answer_id and y.adopted
    join current_version c on c.response_version_id = y.response_version_id
    where v.response_id = p_response_id and v.joinable);
end $$;

-- How many positions of a response would stay if it were withdrawn.
create or replace function app.held_elsewhere(p_response_id bigint) returns bigint
language plpgsql stable security definer set search_path = app, pg_temp as $$
begin
  return (select count(distinct p.released_answer_id) from response_version v
    join version_answer x on x.response_version_id = v.id
    join position p on p.released_answer_id = x.released_answer_id and p.is_current
    join version_answer y on y.released_answer_id = p.released_answer_id and y.organisation_id <> v.organisation_id
    join current_version c on c.response_version_id = y.response_version_id
    where v.response_id = p_response_id);
end $$;

-- The houses that hold answers of a response, in a draft or released, which its
-- version that counts does not hold (any more).
create or replace function app.houses_left_behind(p_response_id bigint) returns setof bigint
language plpgsql stable security definer set search_path = app, pg_temp as $$
begin
  return query select distinct y.organisation_id from (
      select distinct x.released_answer_id from response_version v
        join version_answer x on x.response_version_id = v.id and not x.adopted
        where v.response_id = p_response_id and v.joinable) x
    cross join lateral (select d.organisation_id from adoption d where d.released_answer_id = x.released_answer_id
      union select a.organisation_id from version_answer a
        join current_version c on c.response_version_id = a.response_version_id
        where a.released_answer_id = x.released_answer_id and a.adopted) y
    where not exists (select from current_version c join version_answer a on a.response_version_id = c.response_version_id
      where c.response_id = p_response_id and a.released_answer_id = x.released_answer_id);
end $$;

-- A position is current while the version that counts of anybody holds it and it
-- is not set aside by cutting. Two houses that hold the same wait for each other
-- here, at the end of what they do, as does whoever cuts; what was cut meanwhile
-- is seen by the second statement. Who holds it stands behind the changes it caused.
create or replace function app.settle_positions(p_response_id bigint) returns void
language plpgsql volatile security definer set search_path = app, pg_temp as $$
declare
  v_answers bigint[] := array(select distinct x.released_answer_id from response_version v
    join version_answer x on x.response_version_id = v.id where v.response_id = p_response_id);
begin
  perform cause_lock(true);
  perform from position p where p.released_answer_id = any (v_answers) order by p.id for update;
  update position p set is_current = not p.is_current
    where p.released_answer_id = any (v_answers) and p.is_current <> (not p.set_aside and exists (select from version_answer x
      join current_version c on c.response_version_id = x.response_version_id
      where x.released_answer_id = p.released_answer_id));
  perform cause_keep(null, array(select p.id from position p where p.released_answer_id = any (v_answers)));
end $$;

-- Taken over is what is offered, at the same target, as it is.
create or replace function app.guard_adoption() returns trigger
language plpgsql security definer set search_path = app, pg_temp as $$
begin
  if tg_op = 'UPDATE' and (new.answer_id, new.response_id, new.target_id, new.released_answer_id, new.content_hash)
      = (old.answer_id, old.response_id, old.target_id, old.released_answer_id, old.content_hash) then
    return new;
  elsif not exists (select from released_answer a where a.id = new.released_answer_id
      and a.stage_id = new.stage_id and a.target_id = new.target_id and a.content_hash = new.content_hash
      and is_offered(a.id, a.confidential)) then
    perform fail('CN409', 'not_offered');
  end if;
  return new;
end $$;

grant execute on function app.joinable_versions(bigint, text, text, bigint), app.offered_answers(bigint),
  app.offer_counts(bigint), app.origin_of(bigint), app.joined_count(bigint), app.held_elsewhere(bigint),
  app.houses_left_behind(bigint), app.settle_positions(bigint), app.guard_adoption() to resonanz_owner;
set local role resonanz_owner;

do $$
begin
  create or replace trigger guard_adoption before insert or update on app.adoption
    for each row execute function app.guard_adoption();
end $$;
