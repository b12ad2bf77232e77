-- Gives targets of the response to a person of the house until a day, or to
-- nobody any more. She gets one mail, whatever the number, about what of it is
-- new to her and still to be done; who had it until now gets one about that.
create or replace function action.assign(p_me app.caller, p_consultation text, p_target json, p_block json,
  p_person text, p_due_on text, p_then text) returns json
language plpgsql volatile security definer set search_path = app, pg_temp
set plan_cache_mode = force_generic_plan as $$
declare
  h app.house := house(p_me, p_consultation);
  v_targets bigint[];
  v_person bigint;
  v_due date;
  v_open bigint;
begin
  if not (h.is_editor or h.is_releaser) then
    perform fail('CN403', 'audience');
  end if;
  h := open_response(h);
  v_targets := targets_ticked(h.stage_id, p_target, p_block, h.level, h.seat_status);
  if p_person is null then
    perform fail('CN422', 'choose', 'person');
  elsif p_person = 'nobody' then
    perform assignment_ended_mail(p_me, h, v_targets, null);
    perform unassign_targets(p_me, h, v_targets);
  else
    v_person := (select e.id from editors_of(h) e where e.key = p_person);
    if v_person is null then
      perform fail('CN422', 'assignee_gone', 'person');
    end if;
    if read_day(p_due_on, 'due_on') is not null then
      v_due := due_day(h, p_due_on);
    end if;
    perform assignment_ended_mail(p_me, h, v_targets, v_person);
    v_open := open_work(h, assign_targets(p_me, h, v_targets, v_person, v_due));
    if v_open > 0 and v_person <> p_me.person_id then
      perform queue_mail('assigned', v_person, null, h.organisation_id, jsonb_build_object(
        'by', name_of(p_me.person_id), 'count', v_open, 'until', v_due, 'consultation', h.slug), null, null);
    end if;
  end if;
  return json_build_object('location', '/consultations/' || h.slug || '/response/'
      || case when p_then = 'answer' and cardinality(v_targets) = 1
        then 'answers/' || (select t.key from target t where t.id = v_targets[1]) else 'assignments' end
      || case when v_person is null then '?notice=unassigned' else '?notice=assigned' end,
    'count', cardinality(v_targets));
end $$;
