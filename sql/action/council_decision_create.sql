-- What a form says of a Beschluss besides its number.
create or replace function app.council_decision_set(p_me app.caller, p_id bigint, p_title text, p_session_number text,
  p_decided_on text, p_note text, p_address text, p_checked boolean) returns void
language plpgsql volatile set search_path = app, pg_temp as $$
declare
  v_title text := clean(p_title);
  v_session text := clean(p_session_number);
  v_day date := read_day(p_decided_on, 'decided_on');
  v_address text := clean(p_address);
begin
  if v_session !~ '^[1-9]\d{0,3}$' then
    perform fail('CN422', 'bad_session', 'session_number');
  elsif v_address !~ '^https://[^\s/]+\.[^\s/]+(/\S*)?$' then
    perform fail('CN422', 'bad_address', 'address');
  elsif p_checked and v_title is null then
    perform fail('CN422', 'checked_title', 'title');
  elsif v_day > today() then
    perform fail('CN422', 'day_future', 'decided_on', json_build_object('today', today()));
  end if;
  update council_decision d set title = v_title, session_number = v_session::int, decided_on = v_day,
      note = nullif(btrim(p_note), ''), address = v_address,
      status = case when p_checked then 'verified' when d.status = 'verified' then 'to_check' else d.status end,
      checked_at = case when p_checked then coalesce(case when d.title = v_title then d.checked_at end, app.now()) end,
      checked_by = case when p_checked then coalesce(case when d.title = v_title then d.checked_by end, p_me.person_id) end,
      version = d.version + 1
    where d.id = p_id;
end $$;

create or replace function action.council_decision_create(p_me app.caller, p_ref text, p_title text,
  p_session_number text, p_decided_on text, p_note text, p_address text, p_checked boolean) returns json
language plpgsql volatile security definer set search_path = app, pg_temp
set plan_cache_mode = force_generic_plan as $$
declare
  v_ref text := read_council_ref(p_ref, 'ref');
  v_id bigint;
begin
  if v_ref is null then
    perform fail('CN422', 'required', 'ref');
  elsif exists (select from council_decision d where d.ref = v_ref) then
    perform fail('CN422', 'ref_exists', 'ref', json_build_object('ref', v_ref));
  end if;
  v_id := council_decision_id(v_ref);
  perform council_decision_set(p_me, v_id, p_title, p_session_number, p_decided_on, p_note, p_address, p_checked);
  perform audit(p_me, 'council_decision.create', 'council_decision', v_id);
  return json_build_object('location', '/council-decisions/' || v_ref || '?notice=saved');
end $$;
