-- Takes back what was released, before the deadline: it counts no more, its
-- positions leave the Synopse (but those that others have joined) and keep their
-- numbers, the receipt stays. The
-- text is still the house's. p_receipt: the version that the page showed.
create or replace function action.response_withdraw(p_me app.caller, p_consultation text, p_receipt text) returns json
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
  elsif h.is_over then
    perform fail('CN409', 'deadline', null, json_build_object('closes_at', h.closes_at));
  end if;
  perform from response r where r.id = h.response_id for update;
  select x.* into v from current_version c join response_version x on x.id = c.response_version_id
    where c.response_id = h.response_id;
  if not found then
    perform fail('CN409', 'not_submitted');
  elsif p_receipt is distinct from v.receipt_no then
    perform fail('CN409', 'version_changed');
  end if;
  insert into withdrawal (response_version_id, response_id, stage_id, organisation_id, withdrawn_at)
    values (v.id, v.response_id, v.stage_id, v.organisation_id, app.now());
  delete from current_version c where c.response_id = v.response_id;
  perform search_forget(array[v.response_id]);
  update response r set state = 'withdrawn', changed_at = app.now() where r.id = v.response_id and r.state = 'submitted';
  perform audit(p_me, 'response.withdraw', 'response_version', v.id, v.content_hash),
    mail_writers(p_me, s, v.organisation_id, 'response_withdrawn', jsonb_build_object('receipt', v.receipt_no))
    from stage s where s.id = v.stage_id;
  perform mail_joined(h, v, 'joined_withdrawn');
  perform settle_positions(v.response_id); -- what another house has joined counts on
  return json_build_object('location', '/consultations/' || h.slug || '/response?notice=withdrawn', 'receipt', v.receipt_no);
end $$;
