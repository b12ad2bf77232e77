-- Takes the own word back, until the response is frozen; then it waits again.
create or replace function action.cosign_undo(p_me app.caller, p_cosign_request text) returns json
language plpgsql volatile security definer set search_path = app, pg_temp
set plan_cache_mode = force_generic_plan as $$
declare
  q app.cosign_request;
begin
  select (o.q).* into q from open_request(p_me, p_cosign_request) o;
  if exists (select from cosign_request n where n.answer_id = q.answer_id and n.person_id = q.person_id
      and n.content_hash = q.content_hash and n.withdrawn_at is null and n.id > q.id) then
    perform fail('CN409', 'cosign_asked_again');
  end if;
  update cosign c set undone_at = app.now() where c.request_id = q.id and c.undone_at is null;
  if found then
    perform audit(p_me, 'cosign.undo', 'cosign_request', q.id, q.content_hash);
  end if;
  return json_build_object('location', '/cosigns?notice=cosign_undone');
end $$;
