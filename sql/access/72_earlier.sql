-- The second round: what a house had released in an earlier stage, offered at
-- each point again. An item is followed back through the edges that a person
-- confirmed, so what was split is offered at each part and of what was merged
-- every earlier answer is; a question through itself, a chapter by its key.
-- Nothing of it counts: it is an offer until it is saved and released.

-- The versions that a version came from, and itself. relation: the last edge
-- that was more than going on.
create or replace function app.came_from(p_stage_id bigint, p_target_id bigint)
returns table (target_id bigint, version_id bigint, relation text)
language plpgsql stable rows 20 set search_path = app, pg_temp as $$
begin
  return query with recursive b as (
      select t.id as target_id, t.item_version_id as version_id, null::text as relation from target t
        where t.stage_id = p_stage_id and t.item_version_id is not null and t.question_version_id is null
          and (p_target_id is null or t.id = p_target_id)
      union
      select b.target_id, l.from_version_id, case when l.relation = 'continues' then b.relation else l.relation::text end
        from b join item_lineage l on l.to_version_id = b.version_id and l.state = 'confirmed'
          and l.from_version_id is not null)
    select b.target_id, b.version_id, b.relation from b;
end $$;

-- Pairs of targets: one of this stage, and one of another that it comes from.
create or replace function app.earlier_targets(p_stage_id bigint, p_target_id bigint)
returns table (target_id bigint, earlier_id bigint, relation text)
language plpgsql stable rows 20 set search_path = app, pg_temp as $$
begin
  return query select b.target_id, o.id, b.relation from came_from(p_stage_id, p_target_id) b
      join target o on o.item_version_id = b.version_id and o.question_version_id is null and o.stage_id <> p_stage_id
    union all
    select t.id, o.id, null from target t join question_version q on q.id = t.question_version_id
      join question_version x on x.question_id = q.question_id
      join target o on o.question_version_id = x.id and o.item_version_id is null and o.stage_id <> p_stage_id
      where t.stage_id = p_stage_id and t.item_version_id is null and (p_target_id is null or t.id = p_target_id)
    union all
    select t.id, o.id, null from target t join chapter k on k.id = t.chapter_id join stage s on s.id = t.stage_id
      join stage y on y.consultation_id = s.consultation_id and y.id <> s.id
      join target o on o.stage_id = y.id join chapter x on x.id = o.chapter_id and x.key = k.key
      where t.stage_id = p_stage_id and (p_target_id is null or t.id = p_target_id);
end $$;

-- What the house released last before this stage, at each target or at one; n
-- numbers the answers of a target. None where it has released nothing before.
create or replace function app.earlier_answers(h app.house, p_target_id bigint default null)
returns setof app.earlier
language plpgsql stable rows 20 set search_path = app, pg_temp as $$
begin
  if not exists (select from stage s join response r on r.stage_id = s.id and r.organisation_id = h.organisation_id
      join current_version c on c.response_id = r.id
      where s.consultation_id = h.consultation_id and s.id <> h.stage_id) then
    return;
  end if;
  return query select x.target_id, row_number() over (partition by x.target_id order by o.position), x.relation, s, o, a
    from (select e.target_id, e.earlier_id, e.relation, r.stage_id, v.released_answer_id,
          rank() over (partition by e.target_id order by y.opens_at desc) as place
        from earlier_targets(h.stage_id, p_target_id) e join asked(h) z on z.id = e.target_id
          join target t on t.id = e.earlier_id
          join stage y on y.id = t.stage_id and y.consultation_id = h.consultation_id and y.opens_at < h.opens_at
          join response r on r.stage_id = y.id and r.organisation_id = h.organisation_id
          join current_version c on c.response_id = r.id
          join version_answer v on v.response_version_id = c.response_version_id and v.target_id = t.id) x
      join stage s on s.id = x.stage_id join target o on o.id = x.earlier_id
      join released_answer a on a.id = x.released_answer_id
    where x.place = 1;
end $$;

-- What became of an offer in the draft: open, confirmed (the same again),
-- adjusted, or withdrawn: nothing is said any more where something was.
create or replace function app.earlier_state(p_kind text, p_stance text, p_has_words boolean, p_is_same boolean) returns text
language sql immutable parallel safe as $$
  select case when p_kind is null then 'open' when p_is_same then 'confirmed'
    when p_kind <> 'answered' or p_stance = 'no_position' and not p_has_words then 'withdrawn' else 'adjusted' end
$$;

-- As content of the form.
create or replace function app.earlier_content(a app.released_answer, t app.target) returns app.answer_content
language plpgsql stable set search_path = app, pg_temp as $$
declare
  c app.answer_content;
begin
  c.kind := a.kind;
  c.stance := case when t.takes_stance then a.stance end;
  c.body := a.body;
  c.proposal := proposal_on(t, a.proposal);
  c.reason := a.reason;
  c.value := case when value_fits(t.id, a.value) then a.value end;
  c.confidential := a.confidential;
  c.confidential_reason := a.confidential_reason;
  if a.kind = 'answered' and num_nonnulls(c.stance, c.body, c.proposal, c.reason, c.value) = 0 then
    c.kind := null;
    c.confidential := false;
    c.confidential_reason := null;
  end if;
  return c;
end $$;

-- Saves one: the same answer again, or that it does not hold any more.
create or replace function app.take_earlier(p_me app.caller, h app.house, t app.target, p_version bigint,
  a app.released_answer, p_choice text) returns app.answer
language plpgsql volatile set search_path = app, pg_temp as $$
declare
  c app.answer_content;
begin
  if p_choice = 'confirm' then
    c := earlier_content(a, t);
    if c.kind is null then
      perform fail('CN409', 'earlier_empty');
    end if;
  else
    c.confidential := false;
    c.kind := case when t.takes_stance then 'answered' else 'nil' end;
    c.stance := case when t.takes_stance then 'no_position' end;
  end if;
  return put_answer(p_me, h, t, p_version, c, null, case p_choice when 'confirm' then 'answer.confirm' else 'answer.give_up' end);
end $$;

-- The wording an answer stands at: of its item, question or chapter.
create or replace function app.target_wording(t app.target) returns text
language plpgsql stable set search_path = app, pg_temp as $$
begin
  return case when t.item_version_id is not null then wording_of(t.item_version_id)
    when t.question_version_id is not null then (select q.body from question_version q where q.id = t.question_version_id)
    else (select coalesce(k.summary, k.title) from chapter k where k.id = t.chapter_id) end;
end $$;

-- The open offers that can be confirmed all at once.
create or replace function app.earlier_unchanged(h app.house)
returns table (target_id bigint, answer app.released_answer)
language plpgsql stable set search_path = app, pg_temp as $$
begin
  return query select e.target_id, (array_agg(e.answer))[1] from earlier_answers(h) e
      join target t on t.id = e.target_id
      left join answer a on a.response_id = h.response_id and a.target_id = e.target_id and a.organisation_id = h.organisation_id
    where a.kind is null
    group by e.target_id, t.id having count(*) = 1
      and bool_and((e.answer).kind is not null and (earlier_content(e.answer, t)).kind is not null
        and not lacks_reason(t, (e.answer).stance, (e.answer).body, proposal_on(t, (e.answer).proposal), (e.answer).reason)
        and target_wording(t) is not distinct from target_wording(e.earlier));
end $$;
