-- As action.approval_ask, for a group.
create or replace function action.group_approval_ask(p_me app.caller, p_consultation text, p_group text, p_content_hash text,
  p_due_on text) returns json
language plpgsql volatile security definer set search_path = app, pg_temp
set plan_cache_mode = force_generic_plan as $$
begin
  return ask_approval(p_me, p_consultation, weighed_group(desk_stage(p_consultation), p_group), p_content_hash, p_due_on);
end $$;
