-- What the own house does otherwise than a commitment says; one of them open.
create or replace function page.deviations(p_me app.caller, p_commitment text, p_deviation text) returns json
language plpgsql stable security definer set search_path = app, pg_temp
set plan_cache_mode = force_generic_plan as $$
declare
  c app.commitment;
  d app.deviation;
begin
  select x.* into c from commitment x where x.number = upper(p_commitment) and x.is_adopted;
  if not found then
    return null;
  end if;
  if p_deviation is not null then
    select x.* into d from deviation x where x.commitment_id = c.id and x.key = p_deviation
      and x.organisation_id = p_me.organisation_id;
    if not found then
      return null;
    end if;
  end if;
  return json_build_object(
    'frame', frame(p_me, null, 'commitments'),
    'commitment', commitment_json(c, today()), 'number', c.number, 'href', '/commitments/' || c.number,
    'rows', (select coalesce(json_agg(deviation_json(x) order by x.since, x.id), '[]') from deviation x
      where x.commitment_id = c.id and x.organisation_id = p_me.organisation_id),
    'open', case when d.id is not null then deviation_json(d) end,
    'can', json_build_object('edit', p_me.roles @> '{editor}' and (d.id is null or d.released_at is null or d.reason_released_at is null),
      'release', p_me.roles @> '{releaser}' and d.id is not null and d.reason_released_at is null
        and (d.released_at is null or d.reason is not null),
      'publish', p_me.roles @> '{releaser}' and d.reason_released_at is not null),
    'form', json_build_object('deviation', d.key, 'version', coalesce(d.version, 0), 'subject', d.subject,
      'since', to_char(d.since, 'DD.MM.YYYY'), 'reason', d.reason, 'reason_due_on', to_char(d.reason_due_on, 'DD.MM.YYYY'),
      'ended_on', to_char(d.ended_on, 'DD.MM.YYYY'), 'is_public', case when d.is_public then '1' end));
end $$;
