-- The form to propose a commitment, from an item of the paper or anew.
create or replace function page.commitment_new(p_me app.caller, p_origin text) returns json
language plpgsql stable security definer set search_path = app, pg_temp
set plan_cache_mode = force_generic_plan as $$
begin
  return json_build_object('frame', frame(p_me, null, 'commitments'), 'organisations', all_organisation_names(),
    'form', json_build_object('origin', p_origin, 'step', 'V1'));
end $$;
