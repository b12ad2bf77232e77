-- Another time for the release that is to come: with a reason, and only before
-- its time. Whom it is about, for cancelling too.
create or replace function app.release_to_come(p_stage_id bigint, p_release text) returns app.reply_release
language plpgsql volatile as $$
declare
  r app.reply_release;
begin
  if p_stage_id is null then
    perform fail('CN404', 'not_found');
  end if;
  perform lock_replies(p_stage_id);
  r := next_release(p_stage_id);
  if r.key is distinct from p_release then
    perform fail('CN409', case when exists (select from reply_release x where x.stage_id = p_stage_id and x.key = p_release
      and x.cancelled_at is null) then 'reply_released' else 'reply_gone' end);
  end if;
  return r;
end $$;

create or replace function action.reply_move(p_me app.caller, p_consultation text, p_release text, p_on_day text,
  p_on_time text, p_move_reason text) returns json
language plpgsql volatile security definer set search_path = app, pg_temp
set plan_cache_mode = force_generic_plan as $$
declare
  s app.stage := desk_stage(p_consultation);
  r app.reply_release := release_to_come(s.id, p_release);
  v_at timestamptz := read_moment(p_on_day, p_on_time);
begin
  if v_at = r.at then
    perform fail('CN422', 'reply_same_time', 'on_time');
  elsif text_or_null(p_move_reason) is null then
    perform fail('CN422', 'required', 'move_reason');
  end if;
  update reply_release x set at = v_at, ask_back_until = ask_back_end(v_at, s.ask_back_days) where x.id = r.id;
  insert into reply_release_step (release_id, kind, at, reason, made_at, made_by)
    values (r.id, 'moved', v_at, text_or_null(p_move_reason), app.now(), p_me.person_id);
  perform audit(p_me, 'reply.move', 'reply_release', r.id);
  return json_build_object('location', '/consultations/' || p_consultation || '/replies/release?notice=reply_moved', 'at', v_at);
end $$;
