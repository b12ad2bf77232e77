-- An editor takes the text back to go on writing.
create or replace function action.release_thaw(p_me app.caller, p_consultation text) returns json
language plpgsql volatile security definer set search_path = app, pg_temp
set plan_cache_mode = force_generic_plan as $$
declare
  h app.house := house(p_me, p_consultation);
  c app.release_candidate;
begin
  if not h.is_editor then
    perform fail('CN403', 'audience');
  end if;
  c := thaw(p_me, h, null);
  perform audit(p_me, 'response.thaw', 'release_candidate', c.id, c.content_hash);
  return json_build_object('location', '/consultations/' || h.slug || '/response?notice=thawed', 'state', 'draft');
end $$;
