-- A draft goes; what is released stays.
create or replace function action.deviation_discard(p_me app.caller, p_commitment text, p_deviation text) returns json
language plpgsql volatile security definer set search_path = app, pg_temp
set plan_cache_mode = force_generic_plan as $$
declare
  c app.commitment := commitment_of(p_commitment);
  v_id bigint;
begin
  delete from deviation x where x.commitment_id = c.id and x.key = p_deviation and x.organisation_id = p_me.organisation_id
    and x.released_at is null returning x.id into v_id;
  if v_id is null then
    perform fail('CN404', 'not_found');
  end if;
  perform audit(p_me, 'deviation.discard', 'deviation', v_id);
  return json_build_object('location', '/commitments/' || c.number || '/deviations?notice=saved');
end $$;
