-- Protokollerklärungen, all of them; moderators record here what was said.
create or replace function page.protocol_statements(p_me app.caller, p_ref text) returns json
language plpgsql stable security definer set search_path = app, pg_temp
set plan_cache_mode = force_generic_plan as $$
begin
  return json_build_object(
    'frame', frame(p_me, null, null),
    'rows', protocol_statements(null, is_at_desk(p_me)),
    'organisations', case when p_me.roles @> '{moderator}' then all_organisation_names() end,
    'can', json_build_object('edit', p_me.roles @> '{moderator}'),
    'form', json_build_object('ref', p_ref));
end $$;
