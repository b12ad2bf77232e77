-- One organisation with its names, seats, invitations and people.
create or replace function app.organisation_facts(o app.organisation) returns json
language plpgsql stable as $$
begin
  return (select json_build_object('code', o.code, 'name', n.name, 'short_name', n.short_name,
      'level', o.level, 'kind', o.kind, 'kind_label', kind_label(o.kind), 'land', o.land_code,
      'land_name', (select l.name from land l where l.code = o.land_code), 'ars', o.ars,
      'size_class', o.size_class, 'size_label', (select c.label from code c
        where c.list_key = 'size-class' and c.key = o.size_class),
      'office_mail', o.office_mail, 'postal_address', o.postal_address,
      'changed_at', o.changed_at, 'changed_by', (select person_name(p) from person p where p.id = o.changed_by),
      'valid', period_json(o.valid), 'is_valid', o.valid @> today(),
      'has_ended', upper(o.valid) <= today(),
      'status', council_status_on(o.id, today()), 'hints', organisation_hints(o, today()))
    from name_on(o.id, today()) n);
end $$;

create or replace function app.organisation_brief(p_id bigint) returns json
language plpgsql stable as $$
begin
  return (select json_build_object('code', o.code, 'name', n.name, 'short_name', n.short_name)
    from organisation o, name_on(o.id, today()) n where o.id = p_id);
end $$;

-- Invitations of an organisation, newest first; is_open: the stage still takes answers.
create or replace function app.organisation_participations(p_organisation_id bigint) returns json
language plpgsql stable as $$
begin
  return (select coalesce(json_agg(json_build_object('consultation', c.title, 'slug', c.slug,
      'stage', s.number, 'state', stage_state(s), 'is_open', stage_state(s) in ('planned', 'open'),
      'invited_at', p.invited_at, 'opened_at', p.opened_at, 'status', case p.seat_status when 'none' then 'consulted' else p.seat_status end,
      'submitted_as', (select v.organisation_name from released_under(s.id, p.organisation_id) v))
      order by p.invited_at desc), '[]')
    from participation p join stage s on s.id = p.stage_id join consultation c on c.id = s.consultation_id
    where p.organisation_id = p_organisation_id);
end $$;

create or replace function page.organisation(p_me app.caller, p_organisation text) returns json
language plpgsql stable security definer set search_path = app, pg_temp
set plan_cache_mode = force_generic_plan as $$
declare
  o app.organisation := organisation_of(p_organisation);
begin
  return json_build_object(
    'frame', frame(p_me, null, 'organisations'),
    'organisation', organisation_facts(o),
    'names', (select json_agg(json_build_object('name', n.name, 'short_name', n.short_name,
        'period', period_json(n.valid), 'is_now', n.valid @> today()) order by n.valid)
      from organisation_name n where n.organisation_id = o.id),
    'seats', seats_held(o.id),
    'predecessor', organisation_brief(o.predecessor_id),
    'successors', (select coalesce(json_agg(organisation_brief(x.id) order by x.code), '[]')
      from organisation x where x.predecessor_id = o.id),
    'participations', organisation_participations(o.id),
    'people', (select count(distinct m.person_id) from membership m
      where m.organisation_id = o.id and m.valid @> today()),
    'lists', code_lists_json());
end $$;
