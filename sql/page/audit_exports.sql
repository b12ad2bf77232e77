-- Who saw or took away what of others in a period: what Art. 33 DSGVO asks for
-- within 72 hours. Lists and exports count for every organisation, since they
-- may hold words of each.
create or replace function app.seen_rows(f app.audit_filter, p_people bigint[], p_organisations bigint[])
returns table (person_id bigint, act text, kind text, object_id bigint, times bigint, amount bigint,
  first_at timestamptz, last_at timestamptz)
language plpgsql stable set plan_cache_mode = force_custom_plan as $$
begin
  return query select a.person_id, a.act, a.object_kind, a.object_id, count(*), sum(a.amount)::bigint, min(a.at), max(a.at)
    from audit a
    where a.at >= f.from_at and a.at < f.until_at and a.act = any (f.acts)
      and (p_people is null or a.person_id = any (p_people))
      and (p_organisations is null or a.object_kind is distinct from 'response_version'
        or exists (select from response_version v
          where v.id = a.object_id and v.organisation_id = any (p_organisations)))
    group by a.person_id, a.act, a.object_kind, a.object_id
    order by max(a.at) desc limit 501;
end $$;

create or replace function page.audit_exports(p_me app.caller, p_from text, p_until text, p_person text,
  p_organisation text) returns json
language plpgsql stable security definer set search_path = app, pg_temp
set plan_cache_mode = force_generic_plan as $$
declare
  v_today date := (clock_timestamp() at time zone 'Europe/Berlin')::date;
  v_from text := coalesce(p_from, to_char(v_today - 30, 'DD.MM.YYYY'));
  v_until text := coalesce(p_until, to_char(v_today, 'DD.MM.YYYY'));
  f app.audit_filter := read_audit_filter(v_from, v_until, 'seen', null, null, null);
  v_rows json := json_build_array();
  v_people bigint;
begin
  if cardinality(f.bad) = 0 then
    with r as (select x.*, row_number() over () as n
        from seen_rows(f, audit_people(p_person), audit_organisations(p_organisation)) x)
    select coalesce(json_agg(json_build_object('who', person_label(r.person_id), 'act', r.act, 'kind', r.kind,
        'object', o.label, 'organisation', case when r.kind = 'response_version' then organisation_label(
          (select v.organisation_id from response_version v where v.id = r.object_id)) end,
        'times', r.times, 'amount', r.amount, 'first_at', r.first_at, 'last_at', r.last_at) order by r.n), '[]'),
      count(distinct r.person_id) into v_rows, v_people
      from r left join lateral audit_object(r.kind, r.object_id) o on r.object_id is not null;
  end if;
  return json_build_object(
    'frame', frame(p_me, null, 'audit'),
    'rows', v_rows, 'people', coalesce(v_people, 0), 'is_cut', json_array_length(v_rows) > 500,
    'bad', to_json(f.bad), 'error', (select json_object_agg(b, true) from unnest(f.bad) b),
    'filter', json_build_object('from', v_from, 'until', v_until, 'person', p_person,
      'organisation', p_organisation,
      'is_on', num_nonnulls(p_from, p_until, p_person, p_organisation) > 0));
end $$;
