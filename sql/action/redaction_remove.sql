-- Takes a mark away: the public may read the passage.
create or replace function action.redaction_remove(p_me app.caller, p_consultation text, p_target text,
  p_redaction text) returns json
language plpgsql volatile security definer set search_path = app, pg_temp
set plan_cache_mode = force_generic_plan as $$
declare
  a app.answer := answer_to_mark(p_me, p_consultation, p_target);
begin
  delete from redaction d where d.answer_id = a.id and d.key = p_redaction;
  if not found then
    perform fail('CN409', 'redaction_gone');
  end if;
  perform audit(p_me, 'redaction.remove', 'answer', a.id, a.content_hash);
  return json_build_object('location', '/consultations/' || p_consultation || '/response/redactions/' || p_target
    || '?notice=redaction_removed');
end $$;
