-- What an organisation has had put into the minutes, word for word; without the
-- wording, what is known of it.
create or replace function action.protocol_statement_record(p_me app.caller, p_organisation text, p_ref text,
  p_session_number text, p_stated_on text, p_body text, p_note text) returns json
language plpgsql volatile security definer set search_path = app, pg_temp
set plan_cache_mode = force_generic_plan as $$
declare
  v_organisation bigint := any_organisation(p_organisation, 'organisation');
  v_ref text := read_council_ref(p_ref, 'ref');
  v_session text := clean(p_session_number);
  v_day date := read_day(p_stated_on, 'stated_on');
  v_body text := nullif(btrim(p_body), '');
  v_id bigint;
begin
  if v_session !~ '^[1-9]\d{0,3}$' then
    perform fail('CN422', 'bad_session', 'session_number');
  elsif v_ref is null and v_session is null then
    perform fail('CN422', 'ref_or_session', 'ref');
  elsif v_day > today() then
    perform fail('CN422', 'day_future', 'stated_on', json_build_object('today', today()));
  elsif v_body is null and clean(p_note) is null then
    perform fail('CN422', 'required', 'body');
  end if;
  insert into protocol_statement (organisation_id, organisation_name, council_decision_id, session_number, body, note,
      stated_on, recorded_at, recorded_by)
    select v_organisation, coalesce(n.name, f.name), council_decision_id(v_ref), v_session::int, v_body, clean(p_note), v_day,
        app.now(), p_me.person_id
      from (select x.name from organisation_name x where x.organisation_id = v_organisation
          order by lower(x.valid) desc nulls last limit 1) f
        left join name_on(v_organisation, coalesce(v_day, today())) n on true
    returning id into v_id;
  perform audit(p_me, 'protocol_statement.record', 'protocol_statement', v_id, null, sha256(convert_to(coalesce(v_body, ''), 'UTF8')));
  return json_build_object('location', case when v_ref is not null then '/council-decisions/' || v_ref
    else '/protocol-statements' end || '?notice=saved');
end $$;
