-- Asks back about a point: who releases for the house, once, until the deadline.
create or replace function action.ask_back_write(p_me app.caller, p_consultation text, p_position text, p_body text) returns json
language plpgsql volatile security definer set search_path = app, pg_temp
set plan_cache_mode = force_generic_plan as $$
declare
  h app.house := house(p_me, p_consultation, p_position);
  p app.position := told_position(h, p_position);
  l app.reply_release := last_release(h.stage_id);
  v_id bigint;
begin
  if p.id is null then
    perform fail('CN404', 'not_found');
  elsif app.now() > l.ask_back_until then
    perform fail('CN409', 'ask_back_over', null, json_build_object('closes_at', l.ask_back_until));
  elsif text_or_null(p_body) is null then
    perform fail('CN422', 'required', 'body');
  end if;
  insert into ask_back (stage_id, organisation_id, position_id, body, asked_at, asked_by)
    values (h.stage_id, h.organisation_id, p.id, text_or_null(p_body), app.now(), p_me.person_id)
    on conflict do nothing returning id into v_id;
  if v_id is null then
    perform fail('CN409', 'ask_back_once');
  end if;
  perform audit(p_me, 'ask_back.write', 'ask_back', v_id),
    mail_moderators('ask_back', h.organisation_id, jsonb_build_object('consultation', h.slug, 'code', h.organisation_code),
      'ask_back ' || v_id);
  return json_build_object('location', '/consultations/' || h.slug || '/response/outcome/' || p_position || '?notice=ask_back_sent');
end $$;
