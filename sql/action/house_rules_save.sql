-- The rules of the house. Silence holds for requests from now on: what was
-- asked before keeps the rule it was asked under.
create or replace function action.house_rules_save(p_me app.caller, p_silence text, p_approvals text) returns json
language plpgsql volatile security definer set search_path = app, pg_temp
set plan_cache_mode = force_generic_plan as $$
begin
  if p_silence not in ('waits', 'consents') then
    perform fail('CN422', 'bad_choice', 'silence');
  elsif p_approvals not in ('1', '2') then
    perform fail('CN422', 'bad_choice', 'approvals');
  end if;
  insert into house_rule as x (organisation_id, silence, approvals, changed_by, changed_at)
    values (p_me.organisation_id, p_silence, p_approvals::int, p_me.person_id, app.now())
    on conflict (organisation_id) do update set silence = excluded.silence, approvals = excluded.approvals,
      changed_by = excluded.changed_by, changed_at = excluded.changed_at
      where (x.silence, x.approvals) is distinct from (excluded.silence, excluded.approvals);
  if found then
    perform audit(p_me, 'house.rules', 'organisation', p_me.organisation_id);
  end if;
  return json_build_object('location', '/house/rules?notice=rules_saved');
end $$;
