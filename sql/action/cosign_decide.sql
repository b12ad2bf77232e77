-- The word of one person on one answer, bound to the text that was asked about.
create or replace function action.cosign_decide(p_me app.caller, p_cosign_request text, p_verdict text,
  p_remark text) returns json
language plpgsql volatile security definer set search_path = app, pg_temp
set plan_cache_mode = force_generic_plan as $$
declare
  o record;
  q app.cosign_request;
  c app.cosign;
  v_remark text := text_or_null(p_remark);
  v_target text;
begin
  select * into o from open_request(p_me, p_cosign_request);
  q := o.q;
  if p_verdict not in ('agree', 'agree_changed', 'return', 'nil') then
    perform fail('CN422', 'bad_choice', 'verdict');
  elsif v_remark is null and p_verdict in ('agree_changed', 'return') then
    perform fail('CN422', 'remark_' || p_verdict, 'remark');
  end if;
  select x.* into c from cosign x where x.request_id = q.id and x.undone_at is null;
  if not found then
    insert into cosign (request_id, organisation_id, answer_id, revision, content_hash, person_id, verdict, remark, decided_at)
      values (q.id, q.organisation_id, q.answer_id, q.revision, q.content_hash, q.person_id, p_verdict, v_remark, app.now())
      returning * into c;
    perform audit(p_me, 'cosign.' || p_verdict, 'cosign_request', q.id, null, q.content_hash);
    if p_verdict = 'return' then
      v_target := (select t.key from answer a join target t on t.id = a.target_id where a.id = q.answer_id);
      perform queue_mail('cosign_returned', q.asked_by, null, q.organisation_id, jsonb_build_object(
        'by', name_of(p_me.person_id), 'target', v_target, 'consultation', (o.h).slug), null, null);
    end if;
  elsif (c.verdict, c.remark) is distinct from (p_verdict, v_remark) then
    perform fail('CN409', 'cosign_decided');
  end if; -- else the same again
  return json_build_object('location', '/cosigns?notice=cosign_' || p_verdict, 'verdict', c.verdict, 'decided_at', c.decided_at);
end $$;
