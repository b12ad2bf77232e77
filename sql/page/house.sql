-- The people of the own house, for who releases for it.
create or replace function page.house(p_me app.caller) returns json
language plpgsql stable security definer set search_path = app, pg_temp
set plan_cache_mode = force_generic_plan as $$
declare
  v_is_own boolean := exists (select from own_releases(p_me));
begin
  return json_build_object(
    'frame', frame(p_me, null, 'house'),
    'organisation', house_name(p_me),
    'people', (select coalesce(json_agg(json_build_object('key', p.key, 'name', person_name(p), 'mail', p.mail,
        'state', p.state, 'has_factor', p.totp_set_at is not null, 'is_me', p.id = p_me.person_id,
        'roles', house_roles(p_me, p.id), 'can_resend', p.state = 'invited') order by p.sort_name, p.id), '[]')
      from person p where exists (select from membership m where m.person_id = p.id
        and m.organisation_id = p_me.organisation_id and (upper_inf(m.valid) or upper(m.valid) > today()))),
    'can', json_build_object('deputy', v_is_own,
      'hand_over', v_is_own and exists (select from colleagues(p_me))));
end $$;
