-- Answers what an organisation asked back: once, and never changed.
create or replace function action.ask_back_answer(p_me app.caller, p_consultation text, p_organisation text, p_ask_back text,
  p_ask_back_text text) returns json
language plpgsql volatile security definer set search_path = app, pg_temp
set plan_cache_mode = force_generic_plan as $$
declare
  s app.stage := desk_stage(p_consultation);
  p app.participation := invited_house(s.id, p_organisation);
  b app.ask_back;
begin
  select x.* into b from ask_back x
    where x.stage_id = s.id and x.organisation_id = p.organisation_id and x.key = p_ask_back for update;
  if not found then
    perform fail('CN404', 'not_found');
  elsif b.answer is not null then
    perform fail('CN409', 'ask_back_answered');
  elsif text_or_null(p_ask_back_text) is null then
    perform fail('CN422', 'required', 'ask_back_text');
  end if;
  update ask_back x set answer = text_or_null(p_ask_back_text), answered_at = app.now(), answered_by = p_me.person_id where x.id = b.id;
  perform audit(p_me, 'ask_back.answer', 'ask_back', b.id),
    mail_house_of(p.organisation_id, s.consultation_id, 'ask_back_answered',
      jsonb_build_object('consultation', p_consultation), 'ask_back_answered ' || b.id);
  return json_build_object('location', '/consultations/' || p_consultation || '/replies/' || p_organisation
    || '?notice=ask_back_answered');
end $$;
