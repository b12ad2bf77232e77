-- A later Beschluss has repealed, replaced or amended this one, or parts of it.
create or replace function action.council_decision_link_add(p_me app.caller, p_year text, p_number text, p_later text,
  p_effect text, p_clauses text, p_since text) returns json
language plpgsql volatile security definer set search_path = app, pg_temp
set plan_cache_mode = force_generic_plan as $$
declare
  d app.council_decision := council_decision_of(p_year, p_number);
  v_ref text := read_council_ref(p_later, 'later');
  v_since date := read_day(p_since, 'since');
  v_id bigint;
  v_link bigint;
begin
  if v_ref is null then
    perform fail('CN422', 'required', 'later');
  elsif v_ref = d.ref or (regexp_match(v_ref, '\d{4}'))[1]::int < d.year then
    perform fail('CN422', 'ref_not_later', 'later', json_build_object('ref', d.ref));
  elsif p_effect is null or p_effect not in ('repeals', 'replaces', 'amends') then
    perform fail('CN422', 'choose', 'effect');
  end if;
  v_id := council_decision_id(v_ref);
  if exists (select from council_decision_link l where l.from_id = d.id and l.to_id = v_id) then
    perform fail('CN422', 'ref_not_later', 'later', json_build_object('ref', d.ref));
  end if;
  insert into council_decision_link (from_id, to_id, kind, clauses, since, added_at, added_by)
    values (v_id, d.id, p_effect, clean(p_clauses), v_since, app.now(), p_me.person_id)
    on conflict do nothing returning id into v_link;
  if v_link is null then
    perform fail('CN422', 'link_exists', 'later');
  end if;
  perform audit(p_me, 'council_decision.link', 'council_decision', d.id);
  return json_build_object('location', '/council-decisions/' || d.ref || '?notice=saved');
end $$;
