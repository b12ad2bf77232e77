-- Brings back an older text, all of it or one field; 'empty' is the text that
-- says nothing. What stands is sealed first, so that it can come back as well.
create or replace function action.answer_restore(p_me app.caller, p_consultation text, p_target text,
  p_version bigint, p_entry text, p_field text) returns json
language plpgsql volatile security definer set search_path = app, pg_temp
set plan_cache_mode = force_generic_plan as $$
declare
  h app.house := house(p_me, p_consultation);
  t app.target;
  a app.answer;
  e app.history_entry;
  v_before bigint[];
  v_after bigint[];
begin
  select x.* into t from target x where x.stage_id = h.stage_id and x.key = p_target;
  if not found then
    perform fail('CN404', 'not_found');
  elsif not h.is_editor then
    perform fail('CN403', 'audience');
  end if;
  h := open_response(h);
  select x.* into a from answer x where x.response_id = h.response_id and x.target_id = t.id for update;
  if p_entry <> 'empty' then
    select x.* into e from history_entry(a.id, h.organisation_id, p_entry) x;
  end if;
  if a.id is null or e.key is null and p_entry <> 'empty' then
    perform fail('CN422', 'entry_gone', 'entry');
  elsif p_field is not null and p_field not in ('stance', 'body', 'proposal', 'reason', 'papers') then
    perform fail('CN422', 'bad_choice', 'field');
  elsif a.version <> p_version then
    perform fail('CN409', 'stale_history');
  end if;
  v_before := standing_requests(h, a.id);
  perform seal_answer(a);
  a := put_answer(p_me, h, t, p_version, restored(content_of(a), e.content, p_field),
    p_act => case when p_entry = 'empty' then 'answer.empty' else 'answer.restore' end);
  v_after := standing_requests(h, a.id);
  return json_build_object('location', '/consultations/' || h.slug || '/response/answers/' || t.key || '?notice='
      || case when p_entry = 'empty' then 'emptied' when v_after <@ v_before then 'restored' else 'restored_signed' end
      || case when v_before <@ v_after then '' else '&about=' || t.key end,
    'version', a.version, 'void', requests_gone(v_before, v_after), 'again', requests_gone(v_after, v_before));
end $$;
