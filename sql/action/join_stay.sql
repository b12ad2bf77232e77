-- A new version of theirs was seen, and the house stays with what it has taken
-- over: it is not reminded of that version any more.
create or replace function action.join_stay(p_me app.caller, p_consultation text, p_organisation text,
  p_receipt text) returns json
language plpgsql volatile security definer set search_path = app, pg_temp
set plan_cache_mode = force_generic_plan as $$
declare
  h app.house := house(p_me, p_consultation);
  v app.response_version := demand_joinable(h, p_organisation);
begin
  if not h.is_editor then
    perform fail('CN403', 'audience');
  elsif v.receipt_no is distinct from p_receipt then
    perform fail('CN409', 'version_changed');
  end if;
  update adoption d set stays_at = v.number
    where d.response_id = h.response_id and d.organisation_id = h.organisation_id
      and (origin_of(d.released_answer_id)).response_id = v.response_id and d.stays_at is distinct from v.number;
  if found then
    perform audit(p_me, 'join.stay', 'response_version', v.id);
  end if;
  return json_build_object('location', '/consultations/' || h.slug || '/response?notice=join_stays');
end $$;
