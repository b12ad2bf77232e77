-- All points of the paper with what the house says of each now, had said and still waits for, by section; p_section:
-- only that one, as after a save that was refused.
create or replace function page.validity(p_me app.caller, p_consultation text, p_section text) returns json
language plpgsql stable security definer set search_path = app, pg_temp
set plan_cache_mode = force_generic_plan as $$
declare
  h app.house := house(p_me, p_consultation);
  v_base text := '/consultations/' || h.slug || '/response';
begin
  return (with e as (select x.target_id, json_agg(said_json(h, x) order by x.n) as said from earlier_answers(h) x group by x.target_id),
    i as (select x.target_id, json_agg(json_build_object('number', x.number, 'decision', x.decision,
        'href', case when x.is_told then v_base || '/outcome?stage=' || (x.stage).key || '#' || x.number end)) as points
      from inherited_points(h) x group by x.target_id),
    g as (select b.section, b.label, b.chapter, min(t.position) as place, count(*) as of, count(a.kind) as done,
        json_agg(validity_row(h, t, a, e.said, i.points) order by t.position) as rows
      from validity_targets(h) t join work_blocks(h.stage_id) b on b.target_id = t.id
        left join answer a on a.response_id = h.response_id and a.target_id = t.id and a.organisation_id = h.organisation_id
        left join e on e.target_id = t.id left join i on i.target_id = t.id
      where p_section is null or b.section = p_section
      group by b.section, b.label, b.chapter)
  select json_build_object(
    'frame', frame_of(p_me, h, 'response'),
    'consultation', consultation_json(h.consultation_id),
    'organisation', organisation_json(h.organisation_id),
    'progress', validity_progress(h),
    'section', p_section,
    'form', json_build_object('groups', (select coalesce(json_agg(json_build_object('key', g.section, 'label', g.label,
      'chapter', g.chapter, 'done', g.done, 'of', g.of, 'rows', g.rows) order by g.place), '[]') from g)),
    'limits', json_build_object('text', 4000),
    'can', json_build_object('edit', h.can_edit),
    'closed_reason', closed_reason(h),
    'deadline', deadline_json(h)));
end $$;
