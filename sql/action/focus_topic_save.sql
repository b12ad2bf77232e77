-- Who is the programme management of a Schwerpunktthema: an organisation, a
-- person, or both; and its Zielbild.
create or replace function action.focus_topic_save(p_me app.caller, p_focus_topic text, p_version bigint, p_vision_title text,
  p_ref text, p_address text, p_manager text, p_manager_mail text) returns json
language plpgsql volatile security definer set search_path = app, pg_temp
set plan_cache_mode = force_generic_plan as $$
declare
  v_ref text := read_council_ref(p_ref, 'ref');
  v_manager bigint := case when clean(p_manager) is not null then any_organisation(p_manager, 'manager') end;
  v_person bigint := (select p.id from person p where lower(p.mail) = lower(clean(p_manager_mail)) and p.state = 'active');
  v_id bigint;
begin
  if clean(p_vision_title) is null then
    perform fail('CN422', 'required', 'vision_title');
  elsif clean(p_address) !~ '^https://[^\s/]+\.[^\s/]+(/\S*)?$' then
    perform fail('CN422', 'bad_address', 'address');
  elsif clean(p_manager_mail) is not null and v_person is null then
    perform fail('CN422', 'person_unknown', 'manager_mail');
  end if;
  update focus_topic f set manager_organisation_id = v_manager, manager_person_id = v_person, version = f.version + 1
    where f.key = p_focus_topic and f.version = p_version returning f.id into v_id;
  if v_id is null then
    if exists (select from focus_topic f where f.key = p_focus_topic) then
      perform fail('CN409', 'stale');
    end if;
    perform fail('CN404', 'not_found');
  end if;
  update target_vision t set title = clean(p_vision_title), address = clean(p_address), council_decision_id = council_decision_id(v_ref)
    where t.focus_topic_id = v_id;
  perform audit(p_me, 'focus_topic.save', 'focus_topic', v_id);
  return json_build_object('location', '/commitments/convergence/' || p_focus_topic || '?notice=saved');
end $$;
