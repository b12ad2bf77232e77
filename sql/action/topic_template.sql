-- Topics "aus Vorlage": the names of a code list, those that are not there yet.
create or replace function action.topic_template(p_me app.caller, p_consultation text, p_template text) returns json
language plpgsql volatile security definer set search_path = app, pg_temp
set plan_cache_mode = force_generic_plan as $$
declare
  s app.stage := desk_stage(p_consultation);
  v_name text;
  v_count int := 0;
begin
  if s.id is null or not exists (select from code_list l where l.key = p_template and l.key like 'topics-%') then
    perform fail('CN404', 'not_found');
  end if;
  perform topic_lock(s.consultation_id);
  for v_name in select c.label from code c where c.list_key = p_template and not exists (select from topic t
      where t.consultation_id = s.consultation_id and t.parent_id is null and lower(t.name) = lower(c.label)) order by c.position loop
    perform topic_make(s, null, v_name, null);
    v_count := v_count + 1;
  end loop;
  if v_count = 0 then
    perform fail('CN409', 'template_there');
  end if;
  perform audit(p_me, 'topic.template', 'consultation', s.consultation_id, null, null, v_count);
  return json_build_object('location', '/consultations/' || p_consultation || '/topics?notice=topic_template', 'count', v_count);
end $$;
