-- A moderator records who joins or leaves; both days: somebody who was in.
create or replace function action.member_record(p_me app.caller, p_commitment text, p_member text, p_joined_on text, p_left_on text)
returns json
language plpgsql volatile security definer set search_path = app, pg_temp
set plan_cache_mode = force_generic_plan as $$
declare
  c app.commitment := commitment_of(p_commitment);
  v_organisation bigint := any_organisation(p_member, 'member');
  v_joined date := read_day(p_joined_on, 'joined_on');
  v_left date := read_day(p_left_on, 'left_on');
begin
  if num_nonnulls(v_joined, v_left) = 0 then
    perform fail('CN422', 'required', 'joined_on');
  end if;
  perform set_member(p_me, c, v_organisation, v_joined, v_left, case when v_joined is null then 'left_on' else 'joined_on' end);
  return json_build_object('location', '/commitments/' || c.number || '?notice=saved');
end $$;
