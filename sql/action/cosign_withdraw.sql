-- Takes a request back that nobody has answered yet.
create or replace function action.cosign_withdraw(p_me app.caller, p_consultation text, p_cosign_request text)
returns json
language plpgsql volatile security definer set search_path = app, pg_temp
set plan_cache_mode = force_generic_plan as $$
declare
  h app.house := house(p_me, p_consultation);
  q app.cosign_request;
begin
  if not h.is_editor then
    perform fail('CN403', 'audience');
  end if;
  select x.* into q from cosign_request x where x.key = p_cosign_request and x.organisation_id = h.organisation_id;
  if not found or not exists (select from answer a where a.id = q.answer_id and a.stage_id = h.stage_id) then
    perform fail('CN404', 'not_found');
  end if;
  h := lock_response(h);
  if exists (select from cosign c where c.request_id = q.id and c.undone_at is null) then
    perform fail('CN409', 'cosign_decided');
  end if;
  update cosign_request x set withdrawn_at = app.now() where x.id = q.id and x.withdrawn_at is null;
  if found then
    perform audit(p_me, 'cosign.withdraw', 'cosign_request', q.id, q.content_hash),
      settle_response(h.response_id);
  end if;
  return json_build_object('location', '/consultations/' || h.slug || '/response/cosigns?notice=cosign_withdrawn');
end $$;
