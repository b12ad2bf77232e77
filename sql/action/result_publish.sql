-- The counts of a stage become public, as far as no group is under five.
create or replace function action.result_publish(p_me app.caller, p_consultation text) returns json
language plpgsql volatile security definer set search_path = app, pg_temp
set plan_cache_mode = force_generic_plan as $$
declare
  s app.stage := desk_stage(p_consultation);
begin
  if s.id is null then
    perform fail('CN404', 'not_found');
  elsif stage_state(s) in ('planned', 'open') then
    perform fail('CN409', 'publication_window_open', null, json_build_object('name', s.title));
  end if;
  insert into result_release (stage_id, released_at, released_by) values (s.id, app.now(), p_me.person_id)
    on conflict (stage_id) where revoked_at is null do nothing;
  if found then
    perform audit(p_me, 'result.publish', 'stage', s.id);
  end if;
  return json_build_object('location', '/consultations/' || p_consultation || '/publications?notice=results_published');
end $$;
