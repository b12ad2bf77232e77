-- The audit log, the newest first, 50 to a page.
create or replace function app.audit_page(f app.audit_filter, p_after text, p_size int, out entries json,
  out next text)
language plpgsql stable as $$
declare
  a text[] := regexp_match(p_after, '^(\d{1,9})-(\d{1,20})-(\d{1,18})$');
begin
  with r as (select x as e, row_number() over () as n
      from audit_rows(f, a[1]::int, a[2]::xid8, a[3]::bigint, p_size + 1) x)
  select coalesce(json_agg(json_build_object('number', (r.e).id, 'at', (r.e).at,
      'who', person_label((r.e).person_id), 'organisation', organisation_label((r.e).organisation_id),
      'act', (r.e).act, 'kind', (r.e).object_kind, 'object', o.label, 'role', o.role, 'amount', (r.e).amount,
      'block', block_of((r.e).epoch, (r.e).xid), 'hash', h.hash, 'mark', left(h.hash, 4) || ' … ' || right(h.hash, 4),
      'request', (r.e).request_id) order by r.n) filter (where r.n <= p_size), '[]'),
    case when max(r.n) > p_size then
      max((r.e).epoch || '-' || (r.e).xid || '-' || (r.e).id) filter (where r.n = p_size) end
    into entries, next
    from r left join lateral audit_object((r.e).object_kind, (r.e).object_id) o on (r.e).object_id is not null
      cross join lateral (select encode(entry_hash(r.e), 'hex') as hash) h;
end $$;

create or replace function page.audit(p_me app.caller, p_from text, p_until text, p_act text,
  p_person text, p_organisation text, p_object text, p_after text) returns json
language plpgsql stable security definer set search_path = app, pg_temp
set plan_cache_mode = force_generic_plan as $$
declare
  f app.audit_filter := read_audit_filter(p_from, p_until, p_act, p_person, p_organisation, p_object);
  v_entries json := json_build_array();
  v_next text;
  v_count json;
begin
  if cardinality(f.bad) = 0 then
    select x.entries, x.next into v_entries, v_next from audit_page(f, p_after, 50) x;
    select json_build_object('shown', n.shown, 'is_capped', n.is_capped) into v_count from audit_count(f) n;
  end if;
  return json_build_object(
    'frame', frame(p_me, null, 'audit'),
    'entries', v_entries, 'next', v_next, 'is_first', p_after is null,
    'count', v_count,
    'bad', to_json(f.bad),
    'error', (select json_object_agg(b, true) from unnest(f.bad) b),
    'filter', json_build_object('from', p_from, 'until', p_until, 'act', p_act, 'person', p_person,
      'organisation', p_organisation, 'object', p_object,
      'is_on', num_nonnulls(p_from, p_until, p_act, p_person, p_organisation, p_object) > 0),
    'options', (select json_agg(json_build_object('area', x.area, 'acts', x.acts) order by x.first)
      from (select a.area, json_agg(a.act order by a.n) as acts, min(a.n) as first
        from acts() with ordinality a(act, area, n) group by a.area) x),
    'verification', verification_json());
end $$;
