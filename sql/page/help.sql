-- A part for each role, those of the reader first and open; nobody's own is the public.
create or replace function page.help(p_me app.caller) returns json
language plpgsql stable security definer set search_path = app, pg_temp
set plan_cache_mode = force_generic_plan as $$
begin
  return json_build_object('frame', frame(p_me, null, 'help'),
    'parts', (select json_agg(json_build_object('role', x.role, 'is_mine', x.is_mine) order by not x.is_mine, x.place)
      from (select u.role, u.place, case u.role when 'public' then p_me.person_id is null
          else coalesce(u.role = any (p_me.roles || p_me.withheld), false) end as is_mine
        from unnest(array['public', 'editor', 'cosigner', 'releaser', 'reader', 'moderator', 'reporter', 'auditor', 'administrator'])
          with ordinality u(role, place)) x));
end $$;
