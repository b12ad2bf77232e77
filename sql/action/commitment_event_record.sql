-- A step of the life cycle, with its Beschluss and its reason.
create or replace function action.commitment_event_record(p_me app.caller, p_commitment text, p_version bigint, p_event text,
  p_decision_ref text, p_effective_on text, p_until text, p_new_title text, p_new_body text, p_successor text, p_event_reason text)
returns json
language plpgsql volatile security definer set search_path = app, pg_temp
set plan_cache_mode = force_generic_plan as $$
declare
  v_needs constant text[] := array['adopted', 'amended', 'replaced', 'repealed'];
  v_ref text := read_council_ref(p_decision_ref, 'decision_ref');
  v_from date := read_day(p_effective_on, 'effective_on');
  v_until date := read_day(p_until, 'until');
  v_reason text := nullif(btrim(p_event_reason), '');
  c app.commitment;
  v_version bigint;
  v_successor bigint;
begin
  if p_event is null or p_event not in ('adopted', 'amended', 'replaced', 'repealed', 'expired', 'withdrawn') then
    perform fail('CN422', 'choose', 'event');
  elsif p_event = any (v_needs) and v_ref is null then
    perform fail('CN422', 'decision_required', 'decision_ref');
  elsif v_from is null then
    perform fail('CN422', 'required', 'effective_on');
  elsif p_event <> 'adopted' and v_reason is null then
    perform fail('CN422', 'required', 'event_reason');
  elsif v_until is not null and p_event not in ('adopted', 'amended') then
    perform fail('CN422', 'until_not_here', 'until');
  elsif v_until < v_from then
    perform fail('CN422', 'until_before_from', 'until');
  end if;
  c := commitment_to_change(p_commitment, p_version);
  if not commitment_may(c.state, p_event) then
    perform fail('CN422', 'event_not_now', 'event', json_build_object('state', c.state));
  end if;
  if p_event in ('adopted', 'amended') then
    v_version := add_commitment_version(p_me, c.id, coalesce(clean(p_new_title), (select v.title from commitment_version v
      where v.commitment_id = c.id order by v.number desc limit 1)), coalesce(nullif(btrim(p_new_body), ''),
      (select v.body from commitment_version v where v.commitment_id = c.id order by v.number desc limit 1)));
    if p_event = 'amended' and v_version is null then
      perform fail('CN422', 'not_changed', 'new_body');
    end if;
  elsif p_event = 'replaced' then
    select x.id into v_successor from commitment x where x.number = upper(clean(p_successor)) and x.id <> c.id;
    if v_successor is null then
      perform fail('CN422', 'successor_unknown', 'successor');
    end if;
  end if;
  insert into commitment_event (commitment_id, number, kind, effective_on, until, council_decision_id, reason, version_id,
      successor_id, recorded_at, recorded_by)
    values (c.id, 0, p_event, v_from, v_until, council_decision_id(v_ref), v_reason, v_version, v_successor, app.now(), p_me.person_id);
  perform audit(p_me, 'commitment.' || p_event, 'commitment', c.id);
  return json_build_object('location', '/commitments/' || c.number || '?notice=saved');
end $$;
