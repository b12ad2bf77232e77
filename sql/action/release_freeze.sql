-- Puts the response up for release: the text stands until somebody releases it,
-- gives it back, or an editor takes it back.
create or replace function action.release_freeze(p_me app.caller, p_consultation text) returns json
language plpgsql volatile security definer set search_path = app, pg_temp
set plan_cache_mode = force_generic_plan as $$
declare
  h app.house := house(p_me, p_consultation);
  v_blocker record;
begin
  if not h.is_editor then
    perform fail('CN403', 'audience');
  end if;
  perform from response r where r.id = h.response_id for update;
  h := house(p_me, p_consultation);
  select b.* into v_blocker from release_blockers(h) b
    where b.code in ('not_open', 'deadline', 'not_draft', 'nothing') limit 1;
  if found then
    perform fail('CN409', v_blocker.code, null, v_blocker.args);
  elsif h.response_state = 'frozen' then
    perform fail('CN409', 'frozen');
  end if;
  perform hold_candidate(p_me, h, candidate_for(p_me, h, publication_wish(h), joinable_wish(h)));
  return json_build_object('location', '/consultations/' || h.slug || '/response/release?notice=frozen',
    'state', 'frozen');
end $$;
