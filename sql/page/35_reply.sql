-- Replies as pages show them: points with decision, reason and place; one shape
-- for the house, the desk and the letter.

-- A point by its number, as addresses and forms name it.
create or replace function app.point_key(s app.stage, p app.position) returns text
language sql immutable parallel safe as $$
  select app.position_number(s.kind, s.number, p.number, p.part)
$$;

create or replace function app.decisions() returns text[]
language sql immutable parallel safe as $$
  select array['adopted', 'partly', 'not_adopted', 'noted', 'referred', 'open']
$$;

-- What an assessment says; nothing for what is open.
create or replace function app.assessment_json(p_assessment_id bigint, p_at timestamptz) returns json
language plpgsql stable as $$
begin
  return coalesce((select json_build_object('decision', a.decision, 'referred_to', a.referred_to, 'assessment', a.body,
      'place', a.edition_place, 'at', p_at) from assessment a where a.id = p_assessment_id),
    json_build_object('decision', 'open', 'at', p_at));
end $$;

create or replace function app.ask_back_json(p_organisation_id bigint, p_position_id bigint) returns json
language plpgsql stable as $$
begin
  return (select json_build_object('key', b.key, 'body', b.body, 'asked_at', b.asked_at, 'answer', b.answer,
      'answered_at', b.answered_at)
    from ask_back b where b.organisation_id = p_organisation_id and b.position_id = p_position_id);
end $$;

-- The points of a house in the order of the paper. p_version_id: of the response
-- they were made in, for whom an answer was taken over from. With each the changes
-- of published editions that it caused, as far as it was told.
create or replace function app.reply_groups(s app.stage, p_organisation_id bigint, p_version_id bigint,
  p_points app.told_point[], p_show text) returns json
language plpgsql stable as $$
begin
  return (with j as materialized (select * from joins_of(null, p_organisation_id, p_version_id)),
    c as materialized (select * from changes_told(p_organisation_id, p_points, app.now())),
    w as (select x.*, t.position as place, t.id as target_id, t.key, target_title(t) as title,
        target_kind(i.kind, t.question_version_id) as kind, p.id as position, p.part, point_key(s, p) as number,
        coalesce(qs.label, e.title, k.title) as label, coalesce(qs.key, e.key, k.key) as group_key,
        p.stance::text as stance, case when p.part = 0 and a.value is not null
          then body_and_papers(cut(a.body, p.body_range), a.value) else cut(a.body, p.body_range) end as body,
        cut(a.proposal, p.proposal_range) as proposal, cut(a.reason, p.reason_range) as reason, a.confidential,
        assessment_json(x.assessment_id, x.told_at) as now
      from unnest(p_points) x join position p on p.id = x.position_id
        join released_answer a on a.id = p.released_answer_id join target t on t.id = p.target_id
        left join item_version v on v.id = t.item_version_id left join item i on i.id = v.item_id
        left join section e on e.id = v.section_id
        left join question_version q on q.id = t.question_version_id and t.item_version_id is null
        left join question_set qs on qs.id = q.question_set_id left join chapter k on k.id = t.chapter_id),
    g as (select min(place) as place, group_key, label, json_agg(json_build_object('number', number, 'target', key,
        'title', title, 'kind', kind, 'is_part', part > 0, 'stance', stance, 'body', body, 'proposal', proposal, 'reason', reason,
        'confidential', confidential, 'joined', (select j.joined from j where j.target_id = w.target_id),
        'decision', now -> 'decision', 'referred_to', now -> 'referred_to', 'assessment', now -> 'assessment',
        'place', now -> 'place', 'told_at', told_at, 'is_update', is_update,
        'changes', (select coalesce(json_agg(caused_json(null, c.change_id, (select y.slug from consultation y where y.id = s.consultation_id))
          order by c.change_id), '[]') from c where c.position_id = w.position),
        'before', case when is_update then assessment_json(before_id, before_at) end,
        'ask_back', ask_back_json(p_organisation_id, position)) order by place, number) as points
      from w where p_show is null or now ->> 'decision' = p_show group by group_key, label)
  select coalesce(json_agg(json_build_object('key', group_key, 'label', label, 'points', points) order by place), '[]') from g);
end $$;

-- How many points of each decision, and of all.
create or replace function app.reply_counts(p_points app.told_point[]) returns json
language plpgsql stable as $$
begin
  return (with c as (select coalesce(a.decision, 'open') as decision, count(*) as count
      from unnest(p_points) x left join assessment a on a.id = x.assessment_id group by 1)
    select json_build_object('points', coalesce(sum(c.count), 0), 'open', coalesce(sum(c.count) filter (where c.decision = 'open'), 0),
      'decided', coalesce(sum(c.count) filter (where c.decision <> 'open'), 0),
      'decisions', coalesce(json_agg(json_build_object('decision', c.decision, 'count', c.count)
        order by array_position(decisions(), c.decision)), '[]')) from c);
end $$;

-- The version of a response that a reply is about.
create or replace function app.reply_about(p_version_id bigint) returns json
language plpgsql stable as $$
begin
  return (select json_build_object('number', v.number, 'receipt', v.receipt_no, 'released_at', v.released_at,
      'is_nil', not exists (select from version_answer a join released_answer r on r.id = a.released_answer_id
        where a.response_version_id = v.id and r.kind = 'answered'),
      'organisation', v.organisation_name, 'is_withdrawn', not exists (select from current_version c
        where c.response_id = v.response_id))
    from response_version v where v.id = p_version_id);
end $$;

-- A release as the desk sees it.
create or replace function app.reply_release_json(r app.reply_release) returns json
language plpgsql stable as $$
begin
  return case when r.id is not null then json_build_object('key', r.key, 'number', r.number, 'at', r.at, 'ask_back_until', r.ask_back_until,
    'is_update', r.number > 1, 'is_told', r.at <= app.now(), 'is_cancelled', r.cancelled_at is not null,
    'organisations', (select count(*) from reply_version v where v.release_id = r.id),
    'mailed', (select count(*) from reply_version v where v.release_id = r.id and v.mailed_at is not null),
    'points', (select count(*) from reply_point y where y.release_id = r.id and not y.is_dropped),
    'open', (select count(*) from reply_point y where y.release_id = r.id and not y.is_dropped and y.assessment_id is null)) end;
end $$;

-- Who scheduled, moved or cancelled releases of a stage, the last first.
create or replace function app.reply_history(p_stage_id bigint) returns json
language plpgsql stable as $$
begin
  return (select coalesce(json_agg(json_build_object('kind', x.kind, 'at', x.at, 'reason', x.reason, 'made_at', x.made_at,
      'by', person_name(p)) order by x.id desc), '[]')
    from reply_release r join reply_release_step x on x.release_id = r.id join person p on p.id = x.made_by
    where r.stage_id = p_stage_id);
end $$;

-- Sponsors of a consultation, by their names today.
create or replace function app.sponsor_names(p_consultation_id bigint) returns text[]
language plpgsql stable as $$
begin
  return array(select n.short_name::text from sponsor x, name_on(x.organisation_id, today()) n
    where x.consultation_id = p_consultation_id order by n.short_name);
end $$;

-- Who writes the letter: as published under „Einstellungen“.
create or replace function app.letter_sender() returns json
language plpgsql stable as $$
begin
  return (select json_build_object('name', x.value ->> 'operator_name', 'address', x.value ->> 'operator_address',
    'mail', x.value ->> 'contact_mail', 'phone', x.value ->> 'contact_phone') from setting x where x.key = 'operator');
end $$;

create or replace function app.ask_back_count(p_stage_id bigint) returns bigint
language plpgsql stable as $$
begin
  return (select count(*) from ask_back b where b.stage_id = p_stage_id and b.answer is null);
end $$;

-- The letter: sender, recipient as the response was submitted, the points. p_at:
-- its date; null while it is a draft.
create or replace function app.letter_json(s app.stage, p_organisation_id bigint, p_version_id bigint, p_body text,
  p_points app.told_point[], p_at timestamptz) returns json
language plpgsql stable as $$
begin
  return json_build_object('sender', letter_sender(), 'at', p_at, 'body', p_body,
    'organisation', organisation_json(p_organisation_id), 'response', reply_about(p_version_id),
    'address', (select json_build_object('office_mail', o.office_mail, 'postal', o.postal_address) from organisation o where o.id = p_organisation_id),
    'stage', s.number, 'stage_kind', s.kind, 'counts', reply_counts(p_points),
    'ask_back_until', (last_release(s.id)).ask_back_until,
    'groups', reply_groups(s, p_organisation_id, p_version_id, p_points, null));
end $$;
