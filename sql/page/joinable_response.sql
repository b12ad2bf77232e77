-- One response that the house may join, in its words: what is offered, beside
-- what the own draft holds there, so that the effect is seen first.

-- The answers offered, in the order of the paper; group: where a new one begins.
create or replace function app.join_rows(h app.house, v app.response_version) returns json
language plpgsql stable as $$
begin
  return (select coalesce(json_agg(json_build_object('key', x.key, 'title', x.title, 'kind', x.kind,
      'group', case when x.label is distinct from x.label_before then x.label end,
      'answer_kind', (x.o).kind, 'stance', form_stance((x.o).kind, (x.o).stance), 'body', (x.o).body,
      'proposal', (x.o).proposal, 'reason', (x.o).reason, 'papers', papers_of((x.o).value), 'picked', picked_of((x.o).value),
      'state', x.state, 'version', coalesce((x.a).version, 0),
      'own', case when x.state in ('own', 'deviates', 'older') then answer_changes_to(x.a, x.o) end,
      'origin', case when x.state = 'own' and x.pinned is not null then (origin_of(x.pinned)).short_name end,
      'adopt', case when x.state in ('empty', 'equal', 'older') then '1' else '' end) order by x.position), '[]')
    from (select t.key, t.position, o, a, d.released_answer_id as pinned, place_state(a, d, o) as state,
        coalesce(i.title, q.body, k.title) as title, target_kind(m.kind, t.question_version_id) as kind,
        coalesce(qs.label, s.title, k.title) as label,
        lag(coalesce(qs.label, s.title, k.title)) over (order by t.position) as label_before
      from offered_answers(v.id) o join asked(h) t on t.id = o.target_id
        left join answer a on a.response_id = h.response_id and a.organisation_id = h.organisation_id
          and a.target_id = o.target_id
        left join adoption d on d.answer_id = a.id
        left join item_version i on i.id = t.item_version_id left join item m on m.id = i.item_id
        left join section s on s.id = i.section_id
        left join question_version q on q.id = t.question_version_id and t.item_version_id is null
        left join question_set qs on qs.id = q.question_set_id
        left join chapter k on k.id = t.chapter_id) x);
end $$;

-- What would become of an own answer: the words of it before, theirs after.
create or replace function app.answer_changes_to(a app.answer, o app.released_answer) returns json
language plpgsql stable as $$
begin
  return array_of(field_change('stance', form_stance(a.kind, a.stance), form_stance(o.kind, o.stance)),
    field_change('body', a.body, o.body), field_change('proposal', a.proposal, o.proposal),
    field_change('reason', a.reason, o.reason),
    field_change('papers', value_text(a.value), value_text(o.value)),
    field_change('confidential_reason', a.confidential_reason, null));
end $$;

-- How many of the rows are in each state.
create or replace function app.join_effect(p_rows json) returns json
language plpgsql stable as $$
begin
  return (select json_build_object('all', count(*), 'new', count(*) filter (where x in ('empty', 'equal')),
      'adopted', count(*) filter (where x = 'adopted'), 'newer', count(*) filter (where x = 'older'),
      'own', count(*) filter (where x in ('own', 'deviates')), 'open', count(*) filter (where x <> 'adopted'))
    from (select r ->> 'state' as x from json_array_elements(p_rows) r) y);
end $$;

create or replace function page.joinable_response(p_me app.caller, p_consultation text, p_organisation text) returns json
language plpgsql stable security definer set search_path = app, pg_temp
set plan_cache_mode = force_generic_plan as $$
declare
  h app.house := house(p_me, p_consultation);
  v app.response_version;
  n record;
  v_rows json;
  v_joined json;
begin
  select x.* into v from joinable_versions(h.stage_id, p_organisation) x;
  if not found then
    return null;
  end if;
  v_rows := join_rows(h, v);
  select * into n from offer_counts(v.id);
  v_joined := (select x from json_array_elements(houses_joined(h.slug, h.response_id, h.organisation_id, null)) x
    where x ->> 'code' = p_organisation);
  return json_build_object(
    'frame', frame_of(p_me, h, 'response'),
    'consultation', consultation_json(h.consultation_id),
    'organisation', organisation_json(h.organisation_id),
    'from', json_build_object('code', p_organisation, 'name', v.organisation_name, 'short_name', v.organisation_short_name,
      'level', v.level, 'seat_status', v.seat_status, 'land_name', (select l.name from land l where l.code = v.land_code)),
    'version', v.number, 'receipt', v.receipt_no, 'released_at', v.released_at, 'nil_rest', v.nil_rest,
    'withheld', n.answers - n.offered, 'not_asked', n.offered - json_array_length(v_rows), 'joined_count', joined_count(v.response_id),
    'joined', v_joined, 'effect', join_effect(v_rows),
    'own_nil_rest', h.nil_rest,
    'deadline', deadline_json(h),
    'closed_reason', closed_reason(h),
    'form', json_build_object('receipt', v.receipt_no, 'own', '', 'nil_rest', false, 'rows', v_rows),
    'can', json_build_object('edit', h.can_edit));
end $$;
