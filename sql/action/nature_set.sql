-- What kind of remark these positions are; none: as their stance and target say.
create or replace function action.nature_set(p_me app.caller, p_consultation text, p_take json, p_nature text) returns json
language plpgsql volatile security definer set search_path = app, pg_temp
set plan_cache_mode = force_generic_plan as $$
declare
  s app.stage := desk_stage(p_consultation);
  v_ids bigint[];
begin
  if s.id is null then
    perform fail('CN404', 'not_found');
  elsif p_nature is null or p_nature not in ('general', 'substantive', 'editorial', 'new', 'derived') then
    perform fail('CN422', 'bad_choice', 'nature');
  end if;
  v_ids := array(select x.id from json_each_text(p_take) k cross join lateral position_at(s.id, k.key) x
    where k.value <> '' and x.is_current);
  if v_ids = '{}' then
    perform fail('CN422', 'none_ticked', 'take');
  end if;
  update position p set nature = nullif(p_nature, 'derived') where p.id = any (v_ids);
  perform audit(p_me, 'position.nature', 'stage', s.id, null, null, cardinality(v_ids));
  return json_build_object('location', '/consultations/' || p_consultation || '/synopsis?notice=nature_set');
end $$;
