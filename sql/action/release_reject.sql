-- Who could release gives the text back, and says why. The mail only says that.
create or replace function action.release_reject(p_me app.caller, p_consultation text, p_reason text) returns json
language plpgsql volatile security definer set search_path = app, pg_temp
set plan_cache_mode = force_generic_plan as $$
declare
  h app.house := house(p_me, p_consultation);
  c app.release_candidate;
  v_reason text := text_or_null(p_reason);
begin
  if not h.is_releaser then
    perform fail('CN403', 'audience');
  elsif v_reason is null then
    perform fail('CN422', 'reject_reason', 'reason');
  end if;
  c := thaw(p_me, h, v_reason);
  perform audit(p_me, 'response.reject', 'release_candidate', c.id, c.content_hash),
    mail_house(p_me, h, 'release_rejected', 'editor', 'release_rejected ' || c.key);
  return json_build_object('location', '/consultations/' || h.slug || '/response?notice=rejected', 'state', 'draft');
end $$;
