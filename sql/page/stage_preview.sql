-- What one group of organisations will find in a stage, before it opens: from
-- when on, the questions in their blocks, and for municipalities their short path.
create or replace function app.preview_sets(p_stage_id bigint, p_group text) returns json
language plpgsql stable as $$
begin
  return (select coalesce(json_agg(json_build_object('label', x.label, 'questions', x.questions) order by x.position), '[]')
    from (select q.position, q.label, json_agg(json_build_object('key', t.key, 'body', v.body, 'shape', v.shape,
          'sub_items', v.sub_items, 'audience', audience_json(t.audience, null), 'is_municipal', n.is_municipal) order by t.position) as questions
        from target t join question_version v on v.id = t.question_version_id join question n on n.id = v.question_id
          join question_set q on q.id = v.question_set_id
        where t.stage_id = p_stage_id and t.item_version_id is null and (t.audience is null or p_group = any (t.audience)) group by q.id) x);
end $$;

create or replace function page.stage_preview(p_me app.caller, p_consultation text, p_stage text, p_group text) returns json
language plpgsql stable security definer set search_path = app, pg_temp
set plan_cache_mode = force_generic_plan as $$
declare
  v_id bigint := consultation_at(p_consultation);
  v_path text := '/consultations/' || p_consultation || '/stages/' || p_stage || '/preview';
  v_group text := coalesce(p_group, 'bund');
  s app.stage;
begin
  select x.* into s from stage x where x.consultation_id = v_id and x.key = p_stage;
  if not found or not v_group = any (return_groups()) then
    return null;
  end if;
  return json_build_object(
    'frame', frame(p_me, v_id, 'paper'),
    'consultation', consultation_json(v_id),
    'stage', stage_json(s, '/consultations/' || p_consultation),
    'group', v_group,
    'groups', (select json_agg(json_build_object('group', g.key, 'is_current', g.key = v_group,
        'href', with_query(v_path, array['group'], array[g.key]),
        'invited', (select count(*) from participation p where p.stage_id = s.id and return_group(p.seat_status, p.level) = g.key)) order by g.n)
      from unnest(return_groups()) with ordinality g(key, n)),
    'begins_at', coalesce((select min(w.opens_at) from stage_wave w where w.stage_id = s.id and v_group = any (w.groups)), s.opens_at),
    'counts', (select json_build_object('questions', count(*) filter (where target_part(t) = 'question'),
        'items', count(*) filter (where target_part(t) = 'item'), 'chapters', count(*) filter (where target_part(t) = 'chapter'))
      from target t where t.stage_id = s.id and (t.audience is null or v_group = any (t.audience))),
    'not_asked', (select coalesce(json_agg(json_build_object('key', t.key, 'title', target_title(t), 'kind', target_part(t),
        'audience', audience_json(t.audience, null)) order by t.position), '[]')
      from target t where t.stage_id = s.id and not v_group = any (t.audience)),
    'has_short_path', v_group = 'municipal' and exists (select from target t join question_version v on v.id = t.question_version_id
      join question n on n.id = v.question_id and n.is_municipal where t.stage_id = s.id and (t.audience is null or v_group = any (t.audience))),
    'sets', preview_sets(s.id, v_group));
end $$;
