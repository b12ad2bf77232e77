-- Opens a submitted or withdrawn response again before the deadline. What was released
-- counts until a new version replaces it.
create or replace function action.correction(p_me app.caller, p_consultation text) returns json
language plpgsql volatile security definer set search_path = app, pg_temp
set plan_cache_mode = force_generic_plan as $$
declare
  h app.house := house(p_me, p_consultation);
begin
  if not h.is_editor then
    perform fail('CN403', 'audience');
  elsif h.is_over then
    perform fail('CN409', 'deadline', null, json_build_object('closes_at', h.closes_at));
  end if;
  perform from response r where r.id = h.response_id and r.state in ('submitted', 'withdrawn') for update;
  if not found then
    perform fail('CN409', 'not_submitted');
  end if;
  perform reopen_response(h.response_id);
  perform audit(p_me, 'response.correction', 'response', h.response_id);
  return json_build_object('location', '/consultations/' || h.slug || '/response?notice=correction');
end $$;
