-- Whether who releases in a consultation needs a second factor, in every house.
create or replace function action.settings_factor(p_me app.caller, p_consultation text,
  p_release_needs_factor boolean) returns json
language plpgsql volatile security definer set search_path = app, pg_temp
set plan_cache_mode = force_generic_plan as $$
declare
  v_id bigint;
begin
  update consultation c set release_needs_factor = p_release_needs_factor
    where c.slug = p_consultation returning c.id into v_id;
  if not found then
    perform fail('CN404', 'not_found');
  end if;
  perform audit(p_me, 'consultation.release_factor', 'consultation', v_id, null,
    sha256(p_release_needs_factor::text::bytea));
  return json_build_object('location', '/settings?notice=settings_saved');
end $$;
