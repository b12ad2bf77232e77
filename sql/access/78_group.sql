-- Like positions treated together: who is in which group, and what a decision on
-- a proposal does. One decision at a time in a stage (group_lock), so that what
-- a person saw is what is decided on; of a position itself only that is written
-- which assessment holds (78_weighing.sql).

create or replace function app.group_lock(p_stage_id bigint) returns void
language plpgsql volatile set search_path = app, pg_temp as $$
begin
  perform pg_advisory_xact_lock(hashtextextended('position_group', p_stage_id));
end $$;

-- G-06
create or replace function app.group_number(p_number int) returns text
language sql immutable parallel safe as $$
  select 'G-' || case when p_number < 100 then lpad(p_number::text, 2, '0') else p_number::text end
$$;
grant execute on function app.group_number(int) to resonanz_identity;

create or replace function app.group_at(p_stage_id bigint, p_group text) returns app.position_group
language plpgsql stable set search_path = app, pg_temp as $$
declare
  g app.position_group;
begin
  select x.* into g from position_group x where x.stage_id = p_stage_id and p_group = group_number(x.number)
    and x.number = (regexp_match(p_group, '^G-(\d{1,9})$'))[1]::int;
  return g;
end $$;

-- The group a position is in now; null for none.
create or replace function app.group_of_position(p_position_id bigint) returns app.position_group
language plpgsql stable set search_path = app, pg_temp as $$
declare
  g app.position_group;
begin
  select x.* into g from group_member m join position_group x on x.id = m.group_id
    where m.position_id = p_position_id and m.left_at is null;
  return g;
end $$;

create or replace function app.proposal_at(p_stage_id bigint, p_key text) returns app.group_proposal
language plpgsql stable set search_path = app, pg_temp as $$
declare
  p app.group_proposal;
begin
  select x.* into p from group_proposal x where x.stage_id = p_stage_id and x.key = p_key;
  return p;
end $$;

-- Changes with all that a decision rests on: the proposal, whether both still
-- count and where they stand, the groups they are in and who else is.
create or replace function app.proposal_token(p app.group_proposal) returns text
language plpgsql stable set search_path = app, pg_temp as $$
begin
  return (select md5(concat_ws(' ', p.key, p.state, string_agg(concat_ws('/', x.is_current, x.target_id,
      m.group_id, g.version), ' ' order by x.id)))
    from position x left join group_member m on m.position_id = x.id and m.left_at is null
      left join position_group g on g.id = m.group_id
    where x.id in (p.a_id, p.b_id));
end $$;

create or replace function app.group_make(p_me app.caller, p_stage_id bigint, p_name text, p_from bigint)
returns app.position_group
language plpgsql volatile set search_path = app, pg_temp as $$
declare
  g app.position_group;
begin
  insert into position_group (stage_id, number, name, made_at, made_by, made_from)
    select p_stage_id, coalesce(max(x.number), 0) + 1, p_name, app.now(), p_me.person_id, p_from
      from position_group x where x.stage_id = p_stage_id
    returning * into g;
  return g;
end $$;

create or replace function app.group_join(p_me app.caller, g app.position_group, p_positions bigint[], p_from bigint)
returns void
language plpgsql volatile set search_path = app, pg_temp as $$
begin
  insert into group_member (group_id, stage_id, position_id, joined_at, joined_by, joined_from)
    select g.id, g.stage_id, x.id, app.now(), p_me.person_id, p_from from unnest(p_positions) x(id) order by x.id;
  perform assessment_apply(p_positions);
end $$;

create or replace function app.group_leave(p_me app.caller, p_group_id bigint, p_positions bigint[], p_from bigint)
returns void
language plpgsql volatile set search_path = app, pg_temp as $$
begin
  update group_member m set left_at = app.now(), left_by = p_me.person_id, left_from = p_from
    where m.group_id = p_group_id and m.position_id = any (p_positions) and m.left_at is null;
  perform assessment_apply(p_positions);
end $$;

create or replace function app.group_members(p_group_id bigint) returns bigint[]
language plpgsql stable set search_path = app, pg_temp as $$
begin
  return array(select m.position_id from group_member m
    where m.group_id = p_group_id and m.left_at is null order by m.position_id);
end $$;

-- What a decision brought about is not known by it any more: nothing of it is to
-- be undone.
create or replace function app.group_forget(p_proposals bigint[]) returns void
language plpgsql volatile set search_path = app, pg_temp as $$
begin
  update group_member m set joined_from = null where m.joined_from = any (p_proposals);
  update group_member m set left_from = null where m.left_from = any (p_proposals);
  update position_group g set made_from = null where g.made_from = any (p_proposals);
  update position_group g set dissolved_from = null where g.dissolved_from = any (p_proposals);
end $$;

-- A proposal is merged while both are in one group, whatever brought them there,
-- and open otherwise; what is kept apart stays so.
create or replace function app.group_settle(p_me app.caller, p_positions bigint[]) returns void
language plpgsql volatile set search_path = app, pg_temp as $$
declare
  v_open bigint[];
begin
  with changed as (
    update group_proposal p set state = case when x.group_id is null then 'open' else 'merged' end,
        decided_at = case when x.group_id is not null then app.now() end,
        decided_by = case when x.group_id is not null then p_me.person_id end,
        group_id = x.group_id, group_version = null
      from (select q.id, a.group_id from group_proposal q
          left join (group_member a join group_member b on b.group_id = a.group_id and b.left_at is null)
            on a.position_id = q.a_id and b.position_id = q.b_id and a.left_at is null
          where q.a_id = any (p_positions) or q.b_id = any (p_positions)) x
      where p.id = x.id and p.state <> 'kept_apart' and (p.state = 'merged') <> (x.group_id is not null)
      returning p.id, p.state)
  select array_agg(c.id) filter (where c.state = 'open') into v_open from changed c;
  if v_open is not null then
    perform group_forget(v_open);
  end if;
end $$;

-- The members of g move to p_into, and g ends; undone with the proposal.
create or replace function app.group_move(p_me app.caller, g app.position_group, p_into app.position_group,
  p_from bigint) returns bigint[]
language plpgsql volatile set search_path = app, pg_temp as $$
declare
  v_members bigint[] := group_members(g.id);
begin
  perform group_leave(p_me, g.id, v_members, p_from);
  update position_group x set state = 'dissolved', dissolved_at = app.now(), dissolved_by = p_me.person_id,
      dissolved_from = p_from where x.id = g.id;
  perform group_join(p_me, p_into, v_members, p_from);
  return v_members;
end $$;

-- Where the two of a proposal come together: the group one of them is in, the
-- older one of two, the one that was chosen, or a new one.
create or replace function app.group_for(p_me app.caller, p app.group_proposal, p_name text, p_into text)
returns app.position_group
language plpgsql volatile set search_path = app, pg_temp as $$
declare
  a app.position_group := group_of_position(p.a_id);
  b app.position_group := group_of_position(p.b_id);
  g app.position_group;
begin
  if a.id is not null and b.id is not null then
    return case when a.number < b.number then a else b end;
  elsif coalesce(a.id, b.id) is not null then
    return case when a.id is not null then a else b end;
  elsif p_into is not null and p_into <> 'new' then
    g := group_at(p.stage_id, p_into);
    if g.id is null or g.state <> 'open' then
      perform fail('CN422', 'group_gone', 'into');
    end if;
    return g;
  elsif text_or_null(p_name) is null then
    perform fail('CN422', 'required', 'name');
  end if;
  return group_make(p_me, p.stage_id, p_name, p.id);
end $$;

-- Brings both together and says in which group.
create or replace function app.proposal_merge(p_me app.caller, p app.group_proposal, p_name text, p_into text)
returns app.position_group
language plpgsql volatile set search_path = app, pg_temp as $$
declare
  g app.position_group := group_for(p_me, p, p_name, p_into);
  o app.position_group;
  v_new bigint[];
  v_touched bigint[];
begin
  select x.* into o from position_group x join group_member m on m.group_id = x.id and m.left_at is null
    where m.position_id in (p.a_id, p.b_id) and x.id <> g.id;
  if o.id is not null then
    v_touched := group_move(p_me, o, g, p.id);
  end if;
  v_new := array(select x.id from unnest(array[p.a_id, p.b_id]) x(id)
    where not exists (select from group_member m where m.position_id = x.id and m.left_at is null));
  perform group_join(p_me, g, v_new, p.id);
  if g.made_from is distinct from p.id then
    update position_group x set version = x.version + 1 where x.id = g.id returning * into g;
  end if;
  perform group_settle(p_me, v_touched || array[p.a_id, p.b_id]);
  update group_proposal x set group_version = g.version, decided_at = app.now(), decided_by = p_me.person_id
    where x.id = p.id;
  return g;
end $$;

-- Can this decision be taken back? A merge, while nothing else has happened to
-- its group since.
create or replace function app.proposal_can_undo(p app.group_proposal) returns boolean
language plpgsql stable set search_path = app, pg_temp as $$
begin
  return p.state = 'kept_apart' or p.state = 'merged' and exists (select from position_group g
    where g.id = p.group_id and g.state = 'open' and g.version = p.group_version);
end $$;

-- As it was before the decision, to the row.
create or replace function app.proposal_undo(p_me app.caller, p app.group_proposal) returns void
language plpgsql volatile set search_path = app, pg_temp as $$
declare
  v_came bigint[];
begin
  if p.state = 'kept_apart' then
    update group_proposal x set state = 'open', decided_at = null, decided_by = null where x.id = p.id;
    perform group_settle(p_me, array[p.a_id, p.b_id]);
    return;
  end if;
  v_came := array(select m.position_id from group_member m
    where m.group_id = p.group_id and m.joined_from = p.id and m.left_at is null order by m.position_id);
  perform group_leave(p_me, p.group_id, v_came, p.id);
  update position_group g set state = 'open', dissolved_at = null, dissolved_by = null, dissolved_from = null
    where g.stage_id = p.stage_id and g.dissolved_from = p.id and g.state = 'dissolved';
  update group_member m set left_at = null, left_by = null, left_from = null
    where m.position_id = any (v_came) and m.left_from = p.id and m.joined_from is distinct from p.id;
  update position_group g set
      version = case when g.made_from = p.id then g.version else g.version - 1 end,
      state = case when g.made_from = p.id then 'dissolved' else 'open' end,
      dissolved_at = case when g.made_from = p.id then app.now() end,
      dissolved_by = case when g.made_from = p.id then p_me.person_id end
    where g.id = p.group_id;
  perform assessment_apply(v_came), group_settle(p_me, v_came || array[p.a_id, p.b_id]);
end $$;

-- All leave; the proposals between them are open again.
create or replace function app.group_end(p_me app.caller, g app.position_group) returns void
language plpgsql volatile set search_path = app, pg_temp as $$
declare
  v_members bigint[] := group_members(g.id);
begin
  perform group_leave(p_me, g.id, v_members, null);
  update position_group x set state = 'dissolved', dissolved_at = app.now(), dissolved_by = p_me.person_id
    where x.id = g.id;
  perform group_settle(p_me, v_members);
end $$;

-- What these positions stand for: whoever has one of them in the version that
-- counts, the author as well as who adopted it. Each counts as before.
create or replace function app.positions_weight(p_positions bigint[]) returns json
language plpgsql stable set search_path = app, pg_temp as $$
begin
  return (select json_build_object('positions', count(distinct p.id), 'organisations', count(distinct v.organisation_id),
      'seats', count(distinct v.organisation_id) filter (where v.seat_status = 'voting'))
    from position p
      left join (version_answer va join current_version c on c.response_version_id = va.response_version_id
        join response_version v on v.id = c.response_version_id) on va.released_answer_id = p.released_answer_id
    where p.id = any (p_positions) and p.is_current);
end $$;
