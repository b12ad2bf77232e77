-- Who was given an answer says that it is finished, or that it is not yet.
create or replace function action.assignment_done(p_me app.caller, p_consultation text, p_target text, p_done boolean)
returns json
language plpgsql volatile security definer set search_path = app, pg_temp
set plan_cache_mode = force_generic_plan as $$
declare
  h app.house := house(p_me, p_consultation);
  t app.target;
begin
  select x.* into t from target x where x.stage_id = h.stage_id and x.key = p_target;
  if not found then
    perform fail('CN404', 'not_found');
  elsif not h.is_editor then
    perform fail('CN403', 'audience');
  end if;
  h := open_response(h);
  if p_done and not h.nil_rest and not exists (select from answer a where a.response_id = h.response_id
      and a.target_id = t.id and a.organisation_id = h.organisation_id and a.kind is not null) then
    perform fail('CN409', 'empty_answer');
  end if;
  update assignment g set done_at = case when p_done then app.now() end
    where g.response_id = h.response_id and g.target_id = t.id and g.organisation_id = h.organisation_id
      and g.person_id = p_me.person_id;
  if not found then
    perform fail('CN409', 'not_assigned');
  end if;
  perform audit(p_me, case when p_done then 'assignment.done' else 'assignment.undone' end, 'target', t.id);
  return json_build_object('location', '/consultations/' || h.slug || '/response/answers/' || t.key
    || case when p_done then '?notice=work_done' else '?notice=work_undone' end);
end $$;
