-- Commitments: what holds on a day, and what forms are asked first.

-- What held on a day. state: proposed, planned (adopted, not in force yet),
-- in_force, replaced, repealed, expired, withdrawn; null: not there yet.
create or replace function app.commitment_on(p_id bigint, p_on date, out state text, out version_id bigint,
  out valid_from date, out valid_until date, out council_decision_id bigint, out successor_id bigint)
language plpgsql stable set search_path = app, pg_temp as $$
declare
  l commitment_event;
  a commitment_event;
  v_to int;
begin
  select e.* into l from commitment_event e where e.commitment_id = p_id and e.effective_on <= p_on order by e.number desc limit 1;
  select e.* into a from commitment_event e where e.commitment_id = p_id and e.kind = 'adopted';
  state := case when l.kind in ('adopted', 'amended') then case when l.until < p_on then 'expired' else 'in_force' end
    when l.kind = 'proposed' and a.id is not null then 'planned' else l.kind end;
  v_to := case when state = 'planned' then a.number else l.number end;
  successor_id := l.successor_id;
  valid_from := a.effective_on;
  select min(e.effective_on) - 1 into valid_until from commitment_event e
    where e.commitment_id = p_id and e.kind in ('replaced', 'repealed', 'expired');
  select coalesce(least(valid_until, e.until), valid_until, e.until) into valid_until from commitment_event e
    where e.commitment_id = p_id and e.kind in ('adopted', 'amended') and e.number <= v_to order by e.number desc limit 1;
  select e.version_id into version_id from commitment_event e
    where e.commitment_id = p_id and e.number <= v_to and e.version_id is not null order by e.number desc limit 1;
  select e.council_decision_id into council_decision_id from commitment_event e
    where e.commitment_id = p_id and e.number <= v_to and e.council_decision_id is not null order by e.number desc limit 1;
end $$;

create or replace function app.commitment_of(p_number text) returns app.commitment
language plpgsql stable set search_path = app, pg_temp as $$
declare
  c app.commitment;
begin
  select x.* into c from commitment x where x.number = upper(p_number);
  if not found or not (c.is_adopted or sees_proposals()) then
    perform fail('CN404', 'not_found');
  end if;
  return c;
end $$;

-- For a change, locked; refuses who has an older version before him.
create or replace function app.commitment_to_change(p_number text, p_version bigint) returns app.commitment
language plpgsql volatile set search_path = app, pg_temp as $$
declare
  c app.commitment := commitment_of(p_number);
begin
  update commitment x set version = x.version + 1 where x.id = c.id and x.version = p_version returning x.* into c;
  if not found then
    perform fail('CN409', 'stale');
  end if;
  return c;
end $$;

-- The item of the newest published edition that a key of the paper means.
create or replace function app.origin_version(p_key text, p_field text) returns bigint
language plpgsql stable set search_path = app, pg_temp as $$
declare
  v_id bigint;
begin
  if clean(p_key) is null then
    return null;
  end if;
  select v.id into v_id from item i join item_version v on v.item_id = i.id
      join edition e on e.id = v.edition_id and e.state = 'published'
    where upper(i.key) = upper(clean(p_key)) order by i.consultation_id = default_consultation() desc, i.consultation_id desc,
      e.number desc limit 1;
  if v_id is null then
    perform fail('CN422', 'origin_unknown', p_field, json_build_object('key', left(clean(p_key), 40)));
  end if;
  return v_id;
end $$;

-- Who answers for it: an organisation by its name, or a body as it is called.
create or replace function app.set_owner(p_id bigint, p_owner text) returns void
language plpgsql volatile set search_path = app, pg_temp as $$
declare
  v_text text := clean(p_owner);
  v_ids bigint[] := array(select distinct n.organisation_id from organisation_name n join organisation o on o.id = n.organisation_id
    where lower(v_text) in (lower(o.code), lower(n.name), lower(n.short_name)));
begin
  update commitment c set owner_organisation_id = case when cardinality(v_ids) = 1 then v_ids[1] end,
    owner_name = case when cardinality(v_ids) <> 1 then v_text end where c.id = p_id;
end $$;

-- Another wording; null when it is the one there is.
create or replace function app.add_commitment_version(p_me app.caller, p_id bigint, p_title text, p_body text) returns bigint
language plpgsql volatile set search_path = app, pg_temp as $$
declare
  v_last commitment_version;
  v_id bigint;
begin
  select v.* into v_last from commitment_version v where v.commitment_id = p_id order by v.number desc limit 1;
  if (v_last.title, v_last.body) is not distinct from (p_title, p_body::body_text) then
    return null;
  end if;
  insert into commitment_version (commitment_id, number, title, body, written_at, written_by)
    values (p_id, coalesce(v_last.number, 0) + 1, p_title, p_body, app.now(), p_me.person_id) returning id into v_id;
  return v_id;
end $$;

create or replace function app.member_on(p_commitment_id bigint, p_organisation_id bigint, p_on date) returns app.cooperation_member
language plpgsql stable set search_path = app, pg_temp as $$
declare
  m app.cooperation_member;
begin
  select x.* into m from cooperation_member x
    where x.commitment_id = p_commitment_id and x.organisation_id = p_organisation_id and x.valid @> p_on;
  return m;
end $$;

-- In or out of a cooperation; p_left: the last day.
create or replace function app.set_member(p_me app.caller, c app.commitment, p_organisation_id bigint, p_joined date, p_left date,
  p_field text) returns void
language plpgsql volatile set search_path = app, pg_temp as $$
declare
  m app.cooperation_member;
begin
  if c.step <> 'V3' or c.state not in ('proposed', 'adopted', 'amended') then
    perform fail('CN409', 'no_cooperation');
  elsif p_joined is null then
    m := member_on(c.id, p_organisation_id, p_left);
    if m.id is null then
      perform fail('CN422', 'not_a_member', p_field, json_build_object('on', p_left));
    end if;
    update cooperation_member x set valid = daterange(lower(x.valid), p_left + 1), left_at = app.now(), left_by = p_me.person_id
      where x.id = m.id;
    perform audit(p_me, 'cooperation.leave', 'organisation', p_organisation_id);
    return;
  elsif p_left < p_joined then
    perform fail('CN422', 'until_before_from', p_field);
  end if;
  insert into cooperation_member (commitment_id, organisation_id, valid, joined_at, joined_by, left_at, left_by)
    values (c.id, p_organisation_id, daterange(p_joined, p_left + 1), app.now(), p_me.person_id,
      case when p_left is not null then app.now() end, case when p_left is not null then p_me.person_id end);
  perform audit(p_me, 'cooperation.join', 'organisation', p_organisation_id);
exception
  when exclusion_violation then
    perform fail('CN422', 'member_already', p_field);
end $$;

-- Where p_from_id is in a cooperation before that day and on it; in these its
-- successor takes its place.
create or replace function app.cooperations_to_pass(p_from_id bigint, p_on date) returns setof app.cooperation_member
language plpgsql stable rows 5 set search_path = app, pg_temp as $$
begin
  return query select m.* from cooperation_member m join commitment c on c.id = m.commitment_id
    where m.organisation_id = p_from_id and m.valid @> p_on and lower(m.valid) < p_on
      and c.state in ('proposed', 'adopted', 'amended') order by c.serial;
end $$;

create or replace function app.pass_cooperations(p_me app.caller, p_from_id bigint, p_to_id bigint, p_on date) returns void
language plpgsql volatile set search_path = app, pg_temp as $$
declare
  m app.cooperation_member;
begin
  for m in select * from cooperations_to_pass(p_from_id, p_on) loop
    update cooperation_member x set valid = daterange(lower(m.valid), p_on), left_at = app.now(), left_by = p_me.person_id
      where x.id = m.id;
    insert into cooperation_member (commitment_id, organisation_id, valid, joined_at, joined_by, left_at, left_by)
      select m.commitment_id, p_to_id, daterange(p_on, upper(m.valid)), app.now(), p_me.person_id, m.left_at, m.left_by
        where not exists (select from cooperation_member y where y.commitment_id = m.commitment_id
          and y.organisation_id = p_to_id and y.valid && daterange(p_on, upper(m.valid)));
    perform audit(p_me, 'cooperation.leave', 'organisation', p_from_id), audit(p_me, 'cooperation.join', 'organisation', p_to_id);
  end loop;
end $$;

-- What a deviation must say: what, since when, and why or until when why.
create or replace function app.demand_deviation(p_subject text, p_since date, p_reason text, p_due date, p_ended date) returns void
language plpgsql stable set search_path = app, pg_temp as $$
begin
  if p_subject is null then
    perform fail('CN422', 'required', 'subject');
  elsif p_since is null then
    perform fail('CN422', 'required', 'since');
  elsif p_reason is null and p_due is null then
    perform fail('CN422', 'reason_or_due', 'reason');
  elsif p_reason is null and p_due < p_since then
    perform fail('CN422', 'until_before_from', 'reason_due_on');
  elsif p_ended < p_since then
    perform fail('CN422', 'until_before_from', 'ended_on');
  end if;
end $$;
