-- The house takes back that its statement may be read in public: what is public
-- of it is gone at once. p_receipt: the version that the page showed.
create or replace function action.consent_withdraw(p_me app.caller, p_consultation text, p_receipt text) returns json
language plpgsql volatile security definer set search_path = app, pg_temp
set plan_cache_mode = force_generic_plan as $$
declare
  h app.house := house(p_me, p_consultation);
  v app.response_version;
begin
  if not h.is_releaser then
    perform fail('CN403', 'audience');
  elsif release_lacks_factor(p_me, h) then
    perform fail('CN403', 'second_factor');
  end if;
  select x.* into v from current_version c join response_version x on x.id = c.response_version_id where c.response_id = h.response_id;
  if not found then
    perform fail('CN409', 'not_submitted');
  elsif p_receipt is distinct from v.receipt_no then
    perform fail('CN409', 'version_changed');
  elsif v.publication = 'no' or exists (select from consent_withdrawal w where w.response_version_id = v.id) then
    perform fail('CN409', 'consent_none');
  end if;
  insert into consent_withdrawal (response_version_id, response_id, stage_id, organisation_id, withdrawn_at, withdrawn_by)
    values (v.id, v.response_id, v.stage_id, v.organisation_id, app.now(), p_me.person_id);
  perform audit(p_me, 'consent.withdraw', 'response_version', v.id);
  return json_build_object('location', '/consultations/' || h.slug || '/response/publication?notice=consent_withdrawn');
end $$;
