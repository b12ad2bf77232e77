-- What the house has settled for itself.
create or replace function page.house_rules(p_me app.caller) returns json
language plpgsql stable security definer set search_path = app, pg_temp
set plan_cache_mode = force_generic_plan as $$
declare
  r app.house_rule := rule_of(p_me.organisation_id);
begin
  return json_build_object(
    'frame', frame(p_me, null, 'house'),
    'organisation', house_name(p_me),
    'changed', case when r.changed_at is not null then
      json_build_object('by', name_of(r.changed_by), 'at', r.changed_at) end,
    'form', json_build_object('silence', r.silence, 'approvals', r.approvals::text));
end $$;
