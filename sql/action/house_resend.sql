-- A new link for a colleague who has not accepted.
create or replace function action.house_resend(p_me app.caller, p_person text) returns json
language plpgsql volatile security definer set search_path = app, pg_temp
set plan_cache_mode = force_generic_plan as $$
declare
  p app.person;
begin
  select x.* into p from person x where x.key = p_person and exists (select from membership m
    where m.person_id = x.id and m.organisation_id = p_me.organisation_id
      and (upper_inf(m.valid) or upper(m.valid) > today()));
  if not found then
    perform fail('CN404', 'not_found');
  elsif p.state = 'active' then
    perform fail('CN409', 'invitation_used');
  end if;
  perform invite(p_me, p.id, p_me.organisation_id, 'invitation');
  return json_build_object('location', '/house?notice=invitation_resent');
end $$;
