-- Who took how many positions out of the house, before the first row leaves it
-- (Art. 33 DSGVO asks for it after a breach). Not a route: the streams of the
-- export call it and wait until the entry is committed.
create or replace function action.synopsis_exported(p_me app.caller, p_consultation text, p_target text,
  p_level text, p_land text, p_seat text, p_stance text) returns bigint
language plpgsql volatile security definer set search_path = app, pg_temp
set plan_cache_mode = force_generic_plan as $$
declare
  s app.stage := desk_stage(p_consultation);
  v_count bigint;
begin
  if s.id is null then
    perform fail('CN404', 'not_found');
  end if;
  v_count := cardinality(position_ids(s.id, target_filter(s.id, p_target), p_level, p_land, p_seat, p_stance,
    joined_positions(s.id, p_level, p_land, p_seat), null, null));
  perform audit_seen(p_me, 'synopsis.export', 'stage', s.id, v_count);
  return v_count;
end $$;
