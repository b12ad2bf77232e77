-- Tags those of the preview that are ticked (p_take); p_positions: all it had.
create or replace function action.topic_tag(p_me app.caller, p_consultation text, p_topic text, p_mode text, p_take json,
  p_positions text) returns json
language plpgsql volatile security definer set search_path = app, pg_temp
set plan_cache_mode = force_generic_plan as $$
declare
  s app.stage := desk_stage(p_consultation);
  t app.topic := topic_at(s.consultation_id, p_topic);
  n record;
  v_shown bigint[];
  b app.topic_bulk;
  v_changed bigint;
begin
  if s.id is null then
    perform fail('CN404', 'not_found');
  end if;
  perform topic_lock(s.consultation_id);
  t := topic_at(s.consultation_id, p_topic);
  if t.id is null then
    perform fail('CN422', 'topic_unknown', 'topic');
  elsif p_mode is null or p_mode not in ('add', 'replace', 'remove') then
    perform fail('CN422', 'bad_choice', 'mode');
  end if;
  select x.ids, x.unknown into n from positions_named(s, (select string_agg(k.key, ',') from json_each_text(p_take) k where k.value <> '')) x;
  if n.unknown <> '{}' then
    perform fail('CN422', 'position_unknown', 'positions', json_build_object('number', n.unknown[1]));
  elsif n.ids = '{}' then
    perform fail('CN422', 'none_ticked', 'take');
  end if;
  v_shown := array(select distinct x.id from unnest((positions_named(s, p_positions)).ids || n.ids) x(id));
  b := topic_tag(p_me, s, t, p_mode, n.ids, v_shown);
  v_changed := (select count(*) from topic_bulk_position x where x.bulk_id = b.id);
  if v_changed = 0 then
    perform fail('CN409', 'topic_nothing');
  end if;
  perform audit(p_me, 'topic.tag', 'topic', t.id, null, null, v_changed);
  return json_build_object('location', '/consultations/' || p_consultation || '/topics?bulk=' || b.key, 'bulk', b.key,
    'changed', v_changed);
end $$;
