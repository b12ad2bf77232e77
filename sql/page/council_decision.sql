-- One Beschluss: what it is called, what became of it, who cites it, what was
-- said for the minutes, and which commitments it has brought about.
create or replace function page.council_decision(p_me app.caller, p_year text, p_number text) returns json
language plpgsql stable security definer set search_path = app, pg_temp
set plan_cache_mode = force_generic_plan as $$
declare
  d app.council_decision;
  v_desk boolean := is_at_desk(p_me);
begin
  select x.* into d from council_decision x where x.ref = p_year || '/' || p_number;
  if not found then
    return null;
  end if;
  return json_build_object(
    'frame', frame(p_me, null, null),
    'decision', council_decision_json(d, v_desk),
    'acts', council_decision_acts(d.id),
    'cited_by', coalesce((select c.list from citations(d.id) c), '[]'),
    'commitments', (select coalesce(json_agg(json_build_object('number', c.number, 'href', '/commitments/' || c.number,
        'kind', e.kind, 'on', e.effective_on, 'title', (select v.title from commitment_version v
          where v.id = (commitment_on(c.id, e.effective_on)).version_id)) order by c.number, e.number), '[]')
      from commitment_event e join commitment c on c.id = e.commitment_id
      where e.council_decision_id = d.id and (c.is_adopted or sees_proposals())),
    'statements', protocol_statements(d.id, v_desk),
    'can', json_build_object('edit', p_me.roles @> '{moderator}'));
end $$;
