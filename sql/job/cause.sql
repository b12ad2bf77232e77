-- Where the closure of causes is not what is computed anew, in words for
-- "resonanzctl verify".
create or replace function job.cause_faults() returns table (name text, fault text)
language plpgsql stable security definer set search_path = app, pg_temp as $$
begin
  return query select c.slug || ', edition ' || e.number || ', ' || i.key || ': '
      || coalesce(position_number(s.kind, s.number, p.number, p.part), 'a position') || ' of ' || o.code,
      case f.fault when 'missing' then 'a cause is missing' when 'too_much' then 'a cause too many' else 'a cause differs' end
    from cause_faults() f join change x on x.id = f.change_id join edition e on e.id = x.edition_id
      join consultation c on c.id = e.consultation_id
      join item_version v on v.id = coalesce(x.to_version_id, x.dropped_version_id) join item i on i.id = v.item_id
      join position p on p.id = f.position_id join stage s on s.id = p.stage_id join organisation o on o.id = f.organisation_id;
end $$;
