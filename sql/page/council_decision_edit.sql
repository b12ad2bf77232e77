-- What is known of a Beschluss, to be changed, and what became of it.
create or replace function page.council_decision_edit(p_me app.caller, p_year text, p_number text) returns json
language plpgsql stable security definer set search_path = app, pg_temp
set plan_cache_mode = force_generic_plan as $$
declare
  d app.council_decision;
begin
  select x.* into d from council_decision x where x.ref = p_year || '/' || p_number;
  if not found then
    return null;
  end if;
  return json_build_object(
    'frame', frame(p_me, null, null),
    'decision', council_decision_json(d, true),
    'links', (select coalesce(json_agg(json_build_object('key', l.key, 'ref', f.ref, 'href', '/council-decisions/' || f.ref,
        'kind', l.kind, 'clauses', l.clauses, 'since', l.since) order by l.id), '[]')
      from council_decision_link l join council_decision f on f.id = l.from_id where l.to_id = d.id),
    'form', json_build_object('version', d.version, 'title', d.title, 'session_number', d.session_number,
      'decided_on', to_char(d.decided_on, 'DD.MM.YYYY'), 'note', d.note, 'address', d.address,
      'checked', case when d.status = 'verified' then '1' end));
end $$;
