-- Marks a passage that the public shall not read. p_part and p_start say where,
-- when the words stand in more places; p_instead names a mark of an older text
-- that this one stands for.
create or replace function action.redaction_mark(p_me app.caller, p_consultation text, p_target text,
  p_words text, p_reason text, p_part text, p_start text, p_instead text) returns json
language plpgsql volatile security definer set search_path = app, pg_temp
set plan_cache_mode = force_generic_plan as $$
declare
  a app.answer := answer_to_mark(p_me, p_consultation, p_target);
  p record;
begin
  p := find_passage(a, p_words, p_part, p_start);
  if exists (select from redaction d where d.answer_id = a.id and d.content_hash = a.content_hash
      and d.field = p.field and d.range && p.range) then
    perform fail('CN422', 'redaction_overlap', 'words');
  elsif text_or_null(p_reason) is null then
    perform fail('CN422', 'required', 'reason');
  end if;
  perform seal_answer(a);
  insert into redaction (response_id, stage_id, organisation_id, answer_id, revision, content_hash, field, range,
      reason, made_by, made_at)
    select a.response_id, a.stage_id, a.organisation_id, a.id, max(r.revision), a.content_hash, p.field, p.range,
        p_reason, p_me.person_id, app.now()
      from answer_revision r where r.answer_id = a.id and r.content_hash = a.content_hash;
  delete from redaction d where d.answer_id = a.id and d.key = p_instead and d.content_hash <> a.content_hash;
  perform audit(p_me, 'redaction.mark', 'answer', a.id, null, a.content_hash);
  return json_build_object('location', '/consultations/' || p_consultation || '/response/redactions/' || p_target
    || '?notice=redaction_marked');
end $$;
