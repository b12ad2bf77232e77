-- Setting the own second factor, called by the server's own handlers, which
-- check the code and make the recovery codes.

-- Whose factor is about to be set: what the offered secret was made from.
create or replace function action.factor_subject(p_me app.caller) returns json
language plpgsql volatile security definer set search_path = app, pg_temp
set plan_cache_mode = force_generic_plan as $$
begin
  perform demand_factor_shown(p_me);
  return (select json_build_object('key', p.key, 'stamp', factor_state(p.id) ->> 'stamp',
      'is_set', p.totp_set_at is not null)
    from person p where p.id = p_me.person_id);
end $$;

create or replace function action.factor_set(p_me app.caller, p_secret bytea, p_step bigint, p_hashes text[])
returns json
language plpgsql volatile security definer set search_path = app, pg_temp
set plan_cache_mode = force_generic_plan as $$
begin
  perform demand_factor_shown(p_me);
  perform set_factor(p_me, p_secret, p_step, p_hashes);
  return json_build_object('frame', frame(p_me, null, null), 'is_new', true);
end $$;

create or replace function action.factor_codes(p_me app.caller, p_hashes text[]) returns json
language plpgsql volatile security definer set search_path = app, pg_temp
set plan_cache_mode = force_generic_plan as $$
begin
  perform demand_factor_shown(p_me);
  if not exists (select from person p where p.id = p_me.person_id and p.totp_set_at is not null) then
    perform fail('CN409', 'factor_none');
  end if;
  perform replace_recovery_codes(p_me, p_hashes);
  perform audit(p_me, 'factor.codes', 'person', p_me.person_id);
  return json_build_object('frame', frame(p_me, null, null), 'is_new', false);
end $$;
