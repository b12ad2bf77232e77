-- Its wordings, each beside the one before, word by word.
create or replace function app.commitment_versions(p_id bigint) returns json
language plpgsql stable as $$
begin
  return (select json_agg(json_strip_nulls(json_build_object('number', v.number, 'title', v.title, 'body', v.body,
      'written_on', (v.written_at at time zone 'Europe/Berlin')::date,
      'title_before', case when b.title <> v.title then b.title end,
      'diff_of', case when b.id is not null then json_build_object('old', b.body, 'new', v.body) end)) order by v.number desc)
    from commitment_version v left join commitment_version b on b.commitment_id = v.commitment_id and b.number = v.number - 1
    where v.commitment_id = p_id);
end $$;

create or replace function app.commitment_events(p_id bigint, p_desk boolean) returns json
language plpgsql stable as $$
begin
  return (select json_agg(json_build_object('kind', e.kind, 'on', e.effective_on, 'until', e.until, 'reason', e.reason,
      'is_ahead', e.effective_on > today(),
      'decision', case when d.id is not null then json_build_object('ref', d.ref, 'href', '/council-decisions/' || d.ref,
        'effects', case when d.effects <> '[]' then d.effects end) end,
      'version', v.number, 'successor', case when s.id is not null then json_build_object('number', s.number,
        'href', '/commitments/' || s.number) end,
      'recorded_on', (e.recorded_at at time zone 'Europe/Berlin')::date,
      'recorded_by', case when p_desk then (select p.name from person p where p.id = e.recorded_by) end) order by e.number desc)
    from commitment_event e left join council_decision d on d.id = e.council_decision_id
      left join commitment_version v on v.id = e.version_id left join commitment s on s.id = e.successor_id
    where e.commitment_id = p_id);
end $$;

-- Members on a day first, then those who were or will be.
create or replace function app.members_json(p_id bigint, p_on date, p_desk boolean) returns json
language plpgsql stable as $$
begin
  return (select coalesce(json_agg(json_build_object('name', n.short_name, 'code', o.code, 'from', lower(m.valid),
      'until', upper(m.valid) - 1, 'is_on', m.valid @> p_on,
      'recorded_on', (coalesce(m.left_at, m.joined_at) at time zone 'Europe/Berlin')::date,
      'recorded_by', case when p_desk then (select p.name from person p where p.id = coalesce(m.left_by, m.joined_by)) end)
      order by m.valid @> p_on desc, n.sort_name, m.valid), '[]')
    from cooperation_member m join organisation o on o.id = m.organisation_id, name_on(m.organisation_id, p_on) n
    where m.commitment_id = p_id);
end $$;

-- What the house of a member may do here.
create or replace function app.commitment_own(p_me app.caller, c app.commitment) returns json
language plpgsql stable as $$
declare
  m app.cooperation_member;
  d app.cooperation_declaration;
begin
  if not is_member(p_me) then
    return null;
  end if;
  select x.* into m from cooperation_member x where x.commitment_id = c.id and x.organisation_id = p_me.organisation_id
    and (upper(x.valid) is null or upper(x.valid) > today()) order by x.valid limit 1;
  select x.* into d from cooperation_declaration x where x.commitment_id = c.id and x.organisation_id = p_me.organisation_id
    order by x.id desc limit 1;
  return json_build_object('organisation', (select n.short_name from name_on(p_me.organisation_id, today()) n),
    'member_from', lower(m.valid), 'member_until', upper(m.valid) - 1,
    'declaration', case when d.id is not null and (d.verdict is null or d.decided_at > app.now() - interval '30 days')
      and d.verdict is distinct from 'taken_back' then json_build_object('act', d.act, 'on_day', d.on_day,
      'verdict', d.verdict, 'remark', d.remark, 'is_open', d.verdict is null) end,
    'is_waiting', d.id is not null and d.verdict is null,
    'can_declare', 'releaser' = any (p_me.roles) and c.step = 'V3' and c.state in ('proposed', 'adopted', 'amended'),
    'can_join', m.id is null, 'can_leave', m.id is not null and upper(m.valid) is null,
    'deviations_href', case when c.is_adopted then '/commitments/' || c.number || '/deviations' end);
end $$;

create or replace function page.commitment(p_me app.caller, p_commitment text, p_on text) returns json
language plpgsql stable security definer set search_path = app, pg_temp
set plan_cache_mode = force_generic_plan as $$
declare
  v_on date := coalesce(day_of(p_on), today());
  v_desk boolean := is_at_desk(p_me);
  v_edit boolean := p_me.roles @> '{moderator}';
  c app.commitment;
begin
  select x.* into c from commitment x where x.number = upper(p_commitment) and (x.is_adopted or sees_proposals());
  if not found then
    return null;
  end if;
  return json_build_object(
    'frame', frame(p_me, null, 'commitments'),
    'commitment', commitment_json(c, v_on),
    'number', c.number, 'step', c.step, 'href', '/commitments/' || c.number,
    'body', (select v.body from commitment_version v where v.id = (commitment_on(c.id, v_on)).version_id),
    'review_note', c.review_note,
    'on', v_on, 'is_today', v_on = today(),
    'filter', json_build_object('on', coalesce(p_on, to_char(v_on, 'DD.MM.YYYY')),
      'is_bad', p_on is not null and day_of(p_on) is null),
    'events', commitment_events(c.id, v_desk), 'versions', commitment_versions(c.id),
    'members', case when c.step = 'V3' then members_json(c.id, v_on, v_edit) end,
    'deviations', deviations_of(p_me, c.id),
    'cells', convergence_cells(c),
    'projects', (select coalesce(json_agg(json_build_object('key', x.key, 'name', x.name, 'number', x.number,
        'address_href', x.address) order by x.id), '[]') from project_link x where x.commitment_id = c.id),
    'own', commitment_own(p_me, c),
    'declarations', case when v_edit then (select coalesce(json_agg(json_build_object('key', x.key, 'act', x.act, 'on_day', x.on_day,
        'organisation', (select n.short_name from name_on(x.organisation_id, today()) n),
        'declared_on', (x.declared_at at time zone 'Europe/Berlin')::date) order by x.id), '[]')
      from cooperation_declaration x where x.commitment_id = c.id and x.verdict is null) end,
    'can', json_build_object('edit', v_edit));
end $$;
