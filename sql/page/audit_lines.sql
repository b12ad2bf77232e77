-- The log of a filter for the exports: the fields as they are hashed, and the
-- names of today. Not a route.
create or replace function page.audit_lines(p_me app.caller, p_from text, p_until text, p_act text,
  p_person text, p_organisation text, p_object text)
returns table (number bigint, berlin text, who text, house text, act text, kind text, object text, role text,
  amount bigint, block bigint, hash text, epoch int, xid text, at text, person_id bigint,
  organisation_id bigint, object_id bigint, before text, after text, request text)
language plpgsql stable security definer set search_path = app, pg_temp
set plan_cache_mode = force_generic_plan as $$
declare
  f app.audit_filter := read_audit_filter(p_from, p_until, p_act, p_person, p_organisation, p_object);
begin
  if not 'auditor' = any (p_me.roles) or cardinality(f.bad) > 0 then
    return;
  end if;
  return query select a.id, to_char(a.at at time zone 'Europe/Berlin', 'DD.MM.YYYY HH24:MI:SS'),
      person_label(a.person_id), organisation_label(a.organisation_id), a.act, a.object_kind, o.label, o.role,
      a.amount, block_of(a.epoch, a.xid), encode(entry_hash(a), 'hex'), a.epoch, a.xid::text, canon_time(a.at),
      a.person_id, a.organisation_id, a.object_id, encode(a.hash_before, 'hex'), encode(a.hash_after, 'hex'),
      a.request_id
    from audit_rows(f, null, null, null, null) a
      left join lateral audit_object(a.object_kind, a.object_id) o on a.object_id is not null;
end $$;
