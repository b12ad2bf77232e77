-- Recorded by mistake: it is no longer shown, and the desk sees why.
create or replace function action.protocol_statement_withdraw(p_me app.caller, p_statement text, p_withdrawn_reason text)
returns json
language plpgsql volatile security definer set search_path = app, pg_temp
set plan_cache_mode = force_generic_plan as $$
declare
  v_id bigint;
begin
  if clean(p_withdrawn_reason) is null then
    perform fail('CN422', 'required', 'withdrawn_reason');
  end if;
  update protocol_statement p set withdrawn_at = app.now(), withdrawn_by = p_me.person_id,
      withdrawn_reason = clean(p_withdrawn_reason)
    where p.key = p_statement and p.withdrawn_at is null returning p.id into v_id;
  if v_id is null then
    perform fail('CN404', 'not_found');
  end if;
  perform audit(p_me, 'protocol_statement.withdraw', 'protocol_statement', v_id);
  return json_build_object('location', '/protocol-statements?notice=saved');
end $$;
