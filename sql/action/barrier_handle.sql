-- Answered, or closed without one. Who left an address hears that there is an
-- answer; the words stand behind the link alone.
create or replace function action.barrier_handle(p_me app.caller, p_barrier text, p_version bigint, p_state text, p_reply text)
returns json
language plpgsql volatile security definer set search_path = app, pg_temp
set plan_cache_mode = force_generic_plan as $$
declare
  r barrier_report;
begin
  select x.* into r from barrier_report x where x.number = p_barrier for update;
  if not found then
    perform fail('CN404', 'not_found');
  elsif r.version <> p_version then
    perform fail('CN409', 'barrier_changed');
  elsif p_state is null or p_state not in ('answered', 'closed') then
    perform fail('CN422', 'choose', 'state');
  elsif p_state = 'answered' and text_or_null(p_reply) is null then
    perform fail('CN422', 'required', 'reply');
  end if;
  update barrier_report x set state = p_state, reply = text_or_null(p_reply), handled_at = app.now(), handled_by = p_me.person_id,
    version = x.version + 1 where x.id = r.id;
  perform audit(p_me, 'barrier.handle', 'barrier_report', r.id, sha256(convert_to(coalesce(r.reply, ''), 'UTF8')),
    sha256(convert_to(coalesce(text_or_null(p_reply), ''), 'UTF8')));
  if r.mail is not null and text_or_null(p_reply) is not null then
    perform queue_mail('barrier_answered', null, r.mail, null, jsonb_build_object('number', r.number, 'code', r.key), null,
      'barrier_answered ' || r.id || '-' || r.version);
  end if;
  return json_build_object('location', '/barriers/' || r.number || '?notice=barrier_handled', 'version', r.version + 1);
end $$;
