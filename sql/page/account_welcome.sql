-- After an invitation: what one may do, and the offer of a second factor.
create or replace function page.account_welcome(p_me app.caller) returns json
language plpgsql stable security definer set search_path = app, pg_temp
set plan_cache_mode = force_generic_plan as $$
begin
  return json_build_object('frame', frame(p_me, null, null), 'factor', factor_need(p_me.person_id),
    'landing_href', landing(p_me.person_id, p_me.organisation_id));
end $$;
