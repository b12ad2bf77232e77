-- Giving answers for co-signing, and who is missing.

-- The people asked, each with the answers that wait, came back or were changed.
create or replace function app.cosign_people(h app.house) returns json
language plpgsql stable as $$
begin
  return (select coalesce(json_agg(json_build_object('person', x.person, 'name', x.name, 'waiting', x.waiting,
      'outdated', x.outdated, 'rows', x.rows, 'due_on', cosign_day_wish(h)) order by x.waiting = 0, x.name), '[]')
    from (select l.person, l.name, count(*) filter (where l.is_current and l.verdict is null and not l.is_gone) as waiting,
        count(*) filter (where not l.is_current and not l.is_gone) as outdated,
        json_agg(json_build_object('target', t.key, 'title', target_title(t), 'request', l.request, 'verdict', l.verdict,
          'remark', l.remark, 'at', l.decided_at, 'due_on', l.due_on, 'is_late', l.is_late, 'is_current', l.is_current,
          'is_void', l.is_void, 'is_gone', l.is_gone, 'href', '/consultations/' || h.slug || '/response/answers/' || t.key)
          order by t.position) as rows
      from cosign_lines(h) l join target t on t.id = l.target_id group by l.person, l.name) x);
end $$;

-- What can be ticked: the answers there are, and the people who co-sign.
create or replace function app.cosign_choices(p_me app.caller, h app.house, p_target text) returns json
language plpgsql stable as $$
begin
  return (select coalesce(json_agg(json_build_object('key', x.key, 'kind', x.kind, 'label', x.label, 'state', x.state,
      'answer', x.answer, 'cosigner', x.cosigner) order by x.kind, x.place), '[]')
    from (select t.key::text, 'answer' as kind, target_title(t) as label, t.position as place,
          answer_state(a.kind, h.response_state, c.state) as state,
          case when t.key = p_target then '1' else '' end as answer, '' as cosigner
        from answer a join target t on t.id = a.target_id left join cosign_states(h) c on c.answer_id = a.id
        where a.response_id = h.response_id and a.organisation_id = p_me.organisation_id and a.kind is not null
      union all select p.key::text, 'cosigner', person_name(p), (row_number() over ())::int, null, '',
          case when count(*) over () = 1 then '1' else '' end
        from cosigners_of(p_me, h.consultation_id) p) x);
end $$;

create or replace function page.response_cosigns(p_me app.caller, p_consultation text, p_target text) returns json
language plpgsql stable security definer set search_path = app, pg_temp
set plan_cache_mode = force_generic_plan as $$
declare
  h app.house := house(p_me, p_consultation);
  v_rows json := cosign_choices(p_me, h, p_target);
begin
  return json_build_object(
    'frame', frame_of(p_me, h, 'response'),
    'consultation', consultation_json(h.consultation_id),
    'organisation', organisation_json(h.organisation_id),
    'response', json_build_object('state', h.response_state),
    'rule', (rule_of(h.organisation_id)).silence,
    'people', cosign_people(h),
    'answers', (select count(*) from json_array_elements(v_rows) x where x ->> 'kind' = 'answer'),
    'cosigners', (select count(*) from json_array_elements(v_rows) x where x ->> 'kind' = 'cosigner'),
    'deadline', deadline_json(h),
    'closed_reason', closed_reason(h),
    'form', json_build_object('rows', v_rows, 'due_on', cosign_day_wish(h), 'message', ''),
    'can', json_build_object('edit', h.can_edit));
end $$;
