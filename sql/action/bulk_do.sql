-- Does to several positions what their page has shown; what is locked or not
-- ready is left out, and the page says so. Once.
create or replace function action.bulk_do(p_me app.caller, p_consultation text, p_bulk text, p_assignee text, p_finish_on text,
  p_place text, p_due_on text) returns json
language plpgsql volatile security definer set search_path = app, pg_temp
set plan_cache_mode = force_generic_plan as $$
declare
  s app.stage := desk_stage(p_consultation);
  b app.bulk := bulk_at(s.id, p_bulk);
begin
  if b.id is null then
    perform fail('CN404', 'not_found');
  end if;
  perform group_lock(s.id);
  b := bulk_at(s.id, p_bulk);
  if b.done_at is not null then
    perform fail('CN409', 'bulk_done');
  elsif b.kind = 'assign' then
    perform bulk_assign(p_me, s, b, p_assignee, p_finish_on, p_place);
  else
    perform bulk_approval(p_me, s, b, due_on(p_due_on));
  end if;
  return json_build_object('location', '/consultations/' || p_consultation || '/bulk/' || p_bulk || '?notice=bulk_done',
    'changed', (select count(*) from bulk_position x where x.bulk_id = b.id and x.outcome = 'changed'));
end $$;
