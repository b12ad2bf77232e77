-- "Gilt noch?" in an evaluation: each point of the paper on one list.

-- What is asked about: the items that take a stance; none in a consultation.
create or replace function app.validity_targets(p_stage_id bigint) returns setof app.target
language plpgsql stable rows 80 as $$
begin
  return query select t.* from target t join stage s on s.id = t.stage_id and s.kind <> 'consultation'
    where t.stage_id = p_stage_id and t.item_version_id is not null and t.question_version_id is null and t.takes_stance
    order by t.position;
end $$;

-- Those of them that a house is asked about.
create or replace function app.validity_targets(h app.house) returns setof app.target
language plpgsql stable rows 80 as $$
begin
  return query select t.* from validity_targets(h.stage_id) t where target_asks(t.audience, h.level, h.seat_status);
end $$;

-- What a house still waits for: its positions of earlier stages at the same points that were not adopted, as far as it
-- was told; what it was not told of is open.
create or replace function app.inherited_points(h app.house)
returns table (target_id bigint, stage app.stage, number text, decision text, is_told boolean)
language plpgsql stable rows 20 set plan_cache_mode = force_custom_plan as $$
begin
  return query with r as materialized (select y as stage, y.id as stage_id, c.response_version_id from stage y
      join response x on x.stage_id = y.id and x.organisation_id = h.organisation_id
      join current_version c on c.response_id = x.id
      where y.consultation_id = h.consultation_id and y.opens_at < h.opens_at and y.id <> h.stage_id),
    d as materialized (select w.position_id, a.decision from r
      cross join lateral reply_of(r.stage_id, h.organisation_id, app.now()) v
      cross join lateral unnest(told_points(h.organisation_id, v.response_version_id, app.now())) w
      join assessment a on a.id = w.assessment_id where v.release_id is not null)
  select e.target_id, r.stage, point_key(r.stage, p), coalesce(d.decision, 'open'), d.position_id is not null
    from earlier_targets(h.stage_id, null) e join target o on o.id = e.earlier_id join r on r.stage_id = o.stage_id
      join version_answer v on v.response_version_id = r.response_version_id and v.target_id = o.id
      join position p on p.released_answer_id = v.released_answer_id and p.is_current
      left join d on d.position_id = p.id
    where coalesce(d.decision, 'open') in ('open', 'not_adopted', 'referred')
    order by e.target_id, (r.stage).opens_at desc, p.number, p.part;
end $$;

-- How many of them the draft says something of; null where nothing is asked.
create or replace function app.validity_progress(h app.house) returns json
language plpgsql stable as $$
begin
  return (select json_build_object('of', count(*), 'done', count(a.kind), 'href', '/consultations/' || h.slug || '/response/validity')
    from validity_targets(h) t left join answer a on a.response_id = h.response_id and a.target_id = t.id
      and a.organisation_id = h.organisation_id having count(*) > 0);
end $$;

create or replace function app.said_json(h app.house, e app.earlier) returns json
language sql stable parallel safe as $$
  select json_build_object('stage', json_build_object('kind', (e.stage).kind, 'number', (e.stage).number),
    'key', (e.earlier).key, 'kind', (e.answer).kind, 'stance', app.form_stance((e.answer).kind, (e.answer).stance),
    'body', (e.answer).body, 'proposal', (e.answer).proposal, 'reason', (e.answer).reason)
$$;

-- stance: one of the three, "" for none of them; stored: what the answer says by now, however the form was filled.
create or replace function app.validity_row(h app.house, t app.target, a app.answer, p_said json, p_inherited json) returns json
language plpgsql stable as $$
begin
  return json_build_object('key', t.key, 'title', target_title(t), 'body', wording_of(t.item_version_id),
    'version', coalesce(a.version, 0)::text, 'reason', coalesce(a.reason, ''),
    'stance', case when a.stance in ('agree', 'agree_changed', 'reject') then a.stance::text else '' end,
    'stored', json_build_object('stance', form_stance(a.kind, a.stance), 'reason', a.reason, 'body', a.body, 'proposal', a.proposal,
      'has_more', num_nonnulls(a.body, a.proposal, a.value) > 0),
    'said', coalesce(p_said, '[]'), 'inherited', coalesce(p_inherited, '[]'),
    'href', '/consultations/' || h.slug || '/response/answers/' || t.key);
end $$;
