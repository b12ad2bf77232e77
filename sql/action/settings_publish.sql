-- Publishes the draft that was shown, and no other.
create or replace function action.settings_publish(p_me app.caller, p_content_hash text) returns json
language plpgsql volatile security definer set search_path = app, pg_temp
set plan_cache_mode = force_generic_plan as $$
declare
  v_draft jsonb;
begin
  delete from setting s where s.key = 'operator.draft' returning s.value into v_draft;
  if not found then
    perform fail('CN404', 'not_found');
  elsif operator_hash(v_draft) <> decode(p_content_hash, 'hex') then
    perform fail('CN409', 'draft_changed');
  end if;
  perform set_setting(p_me, 'operator', v_draft);
  return json_build_object('location', '/settings?notice=settings_published');
end $$;
