-- Helpers of the register of commitments.

create or replace function app.item_origin(p_item_version_id bigint) returns json
language plpgsql stable as $$
begin
  return (select json_build_object('key', i.key, 'kind', i.kind, 'title', v.title, 'edition', e.number,
      'href', '/consultations/' || s.slug || '/items/' || i.key,
      'positions', n.count, 'chain_href', case when n.count > 0 then
        '/consultations/' || s.slug || '/editions/' || e.number || '/items/' || i.key || '/chain' end)
    from item_version v join item i on i.id = v.item_id join edition e on e.id = v.edition_id
      join consultation s on s.id = e.consultation_id cross join lateral (
        select nullif(count(distinct x.position_id), 0) as count from change g join cause x on x.change_id = g.id
          where g.to_version_id = v.id) n where v.id = p_item_version_id);
end $$;

create or replace function app.commitment_owner(c app.commitment) returns text
language plpgsql stable as $$
begin
  return coalesce(c.owner_name, (select n.short_name from name_on(c.owner_organisation_id, today()) n));
end $$;

create or replace function app.members_on(p_commitment_id bigint, p_on date) returns bigint
language plpgsql stable as $$
begin
  return (select count(*) from cooperation_member m where m.commitment_id = p_commitment_id and m.valid @> p_on);
end $$;

-- One row of the register, as it stood on a day.
create or replace function app.commitment_json(c app.commitment, p_on date) returns json
language plpgsql stable as $$
declare
  d record;
  n record;
begin
  select * into d from commitment_on(c.id, p_on);
  select * into n from deviation_counts(c.id, p_on);
  return (select json_build_object('number', c.number, 'href', '/commitments/' || c.number, 'step', c.step,
      'title', v.title, 'state', d.state, 'valid_from', d.valid_from, 'valid_until', d.valid_until,
      'review_since', case when d.state = 'in_force' and c.review_since <= p_on then c.review_since end,
      'members', case when c.step = 'V3' then members_on(c.id, p_on) end,
      'decision', case when b.id is not null then json_build_object('ref', b.ref, 'href', '/council-decisions/' || b.ref) end,
      'origin', item_origin(c.origin_version_id), 'owner', commitment_owner(c),
      'deviations', case when c.is_adopted then json_build_object('count', n.count, 'reasoned', n.reasoned, 'overdue', n.overdue) end,
      'successor', (select json_build_object('number', s.number, 'href', '/commitments/' || s.number)
        from commitment s where s.id = d.successor_id))
    from commitment_version v left join council_decision b on b.id = d.council_decision_id where v.id = d.version_id);
end $$;

-- Those of a filter as they stood on a day, in the order of their numbers.
-- p_vision: the key of the Schwerpunktthema to whose Zielbild they contribute.
create or replace function app.commitment_rows(p_step text, p_state text, p_vision text, p_on date)
returns table (c app.commitment, state text)
language plpgsql stable as $$
begin
  return query select x, d.state from commitment x, commitment_on(x.id, p_on) d
    where (x.is_adopted or sees_proposals()) and d.version_id is not null and (p_step is null or x.step = p_step)
      and (p_state is null or d.state = p_state or p_state = 'review' and d.state = 'in_force' and x.review_since <= p_on)
      and (p_state is not null or d.state <> 'withdrawn')
      and (p_vision is null or exists (select from focus_topic f join target_vision t on t.focus_topic_id = f.id
        where f.key = p_vision and (convergence_of(x.id, t.id)).verdict in ('contributes', 'partly')))
    order by x.step, x.serial limit 500;
end $$;

-- What the programme management has said last; null: nothing.
create or replace function app.convergence_of(p_commitment_id bigint, p_target_vision_id bigint) returns app.convergence
language plpgsql stable as $$
declare
  x app.convergence;
begin
  select y.* into x from convergence y where y.commitment_id = p_commitment_id and y.target_vision_id = p_target_vision_id
    order by y.id desc limit 1;
  return x;
end $$;

create or replace function app.focus_topics_json() returns json
language plpgsql stable as $$
begin
  return (select json_agg(json_build_object('key', f.key, 'name', f.name, 'vision', t.title,
      'href', '/commitments/convergence/' || f.key) order by f.position)
    from focus_topic f join target_vision t on t.focus_topic_id = f.id);
end $$;

-- The five fields of a commitment.
create or replace function app.convergence_cells(c app.commitment) returns json
language plpgsql stable as $$
begin
  return (select json_agg(json_build_object('key', f.key, 'name', f.name, 'verdict', coalesce(x.verdict, 'gap'),
      'evidence', x.evidence, 'stated_on', (x.stated_at at time zone 'Europe/Berlin')::date,
      'href', '/commitments/' || c.number || '/convergence/' || f.key) order by f.position)
    from focus_topic f join target_vision t on t.focus_topic_id = f.id, convergence_of(c.id, t.id) x);
end $$;

create or replace function app.deviation_json(d app.deviation) returns json
language plpgsql stable as $$
begin
  return json_build_object('key', d.key, 'organisation', (select n.short_name from name_on(d.organisation_id, today()) n),
    'subject', d.subject, 'since', d.since, 'ended_on', d.ended_on, 'reason', case when d.reason_released_at is not null
      or d.organisation_id = my_organisation() then d.reason end,
    'reasoned_on', (d.reason_released_at at time zone 'Europe/Berlin')::date, 'reason_due_on', d.reason_due_on,
    'is_overdue', d.reason_released_at is null and d.reason_due_on < today(), 'is_public', d.is_public,
    'state', case when d.released_at is null then 'draft' when d.reason_released_at is not null then 'reasoned' else 'due' end,
    'released_on', (d.released_at at time zone 'Europe/Berlin')::date);
end $$;

-- Those the caller reads: the own house's, at the desk what is released, else
-- what is public.
create or replace function app.deviations_of(p_me app.caller, p_commitment_id bigint) returns json
language plpgsql stable as $$
begin
  return (select coalesce(json_agg(deviation_json(d) order by d.since, d.id), '[]') from deviation d
    where d.commitment_id = p_commitment_id and (d.is_public or d.released_at is not null and (is_at_desk(p_me)
      or d.organisation_id = p_me.organisation_id and is_member(p_me))));
end $$;
