-- Which context to act in. The list is that of the frame; next leads on.
create or replace function page.account_context(p_me app.caller, p_next text) returns json
language plpgsql stable security definer set search_path = app, pg_temp
set plan_cache_mode = force_generic_plan as $$
begin
  return json_build_object('frame', frame(p_me, null, null),
    'contexts', (select coalesce(json_agg(json_build_object('context', c.context, 'name', c.name, 'roles', c.roles,
        'is_current', c.organisation_id is not distinct from p_me.organisation_id)), '[]')
      from contexts(p_me.person_id) c),
    'form', json_build_object('next', coalesce(p_next, '')));
end $$;
