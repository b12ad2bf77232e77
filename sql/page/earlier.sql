-- All earlier answers of the house, point by point.
create or replace function app.earlier_row(h app.house, t app.target, p_answers app.earlier[]) returns json
language plpgsql stable as $$
declare
  a app.answer;
  v_list json;
begin
  select x.* into a from answer x where x.response_id = h.response_id and x.target_id = t.id
    and x.organisation_id = h.organisation_id;
  v_list := (select json_agg(earlier_json(h, e, t, a, true) order by e.n) from unnest(p_answers) e);
  return json_build_object('target', t.key, 'title', target_title(t), 'version', coalesce(a.version, 0),
    'state', coalesce((select 'confirmed' from json_array_elements(v_list) x where x ->> 'state' = 'confirmed' limit 1), v_list #>> '{0,state}'),
    'is_several', cardinality(p_answers) > 1, 'href', '/consultations/' || h.slug || '/response/answers/' || t.key,
    'answers', v_list);
end $$;

create or replace function page.earlier(p_me app.caller, p_consultation text) returns json
language plpgsql stable security definer set search_path = app, pg_temp
set plan_cache_mode = force_generic_plan as $$
declare
  h app.house := house(p_me, p_consultation);
begin
  return json_build_object(
    'frame', frame_of(p_me, h, 'response'),
    'consultation', consultation_json(h.consultation_id),
    'organisation', organisation_json(h.organisation_id),
    'deadline', deadline_json(h),
    'progress', earlier_progress(h),
    'rows', (select coalesce(json_agg(earlier_row(h, t, x.answers) order by t.position), '[]')
      from (select e.target_id, array_agg(e) as answers from earlier_answers(h) e group by e.target_id) x
        join target t on t.id = x.target_id),
    'unchanged', (select count(*) from earlier_unchanged(h)),
    'can', json_build_object('edit', h.can_edit),
    'closed_reason', closed_reason(h));
end $$;
