-- Helpers of the pages that say who has which position until when.

-- Who may be given a position, by name.
create or replace function app.moderators() returns json
language plpgsql stable as $$
begin
  return (select coalesce(json_agg(json_build_object('key', p.key, 'name', p.name) order by p.name, p.id), '[]') from person p
    where p.state = 'active' and exists (select from platform_role r
      where r.person_id = p.id and r.role = 'moderator' and r.valid @> today()));
end $$;

-- The places in use, as a form names them.
create or replace function app.places(p_consultation_id bigint) returns json
language plpgsql stable as $$
begin
  return (select coalesce(json_agg(json_build_object('key', p.id::text, 'name', p.name, 'kind', p.kind)
    order by p.position, p.id), '[]') from place p where p.consultation_id = p_consultation_id and p.retired_at is null);
end $$;

-- Who has a position, until when and where it is; with what a form may set.
create or replace function app.work_json(p_me app.caller, s app.stage, p app.position) returns json
language plpgsql stable as $$
declare
  l app.place := first_place(s.consultation_id);
begin
  if p.place_id is not null then
    select x.* into l from place x where x.id = p.place_id;
  end if;
  return json_build_object('place', l.name, 'place_key', l.id::text, 'assignee', name_of(p.assignee_id), 'due_on', p.due_on,
    'is_late', p.due_on < today() and l.kind <> 'done', 'version', p.version,
    'places', places(s.consultation_id), 'people', case when p_me.roles @> '{moderator}' then moderators() end,
    'form', json_build_object('assignee', coalesce((select x.key from person x where x.id = p.assignee_id), 'nobody'),
      'place', l.id::text, 'finish_on', to_char(p.due_on, 'DD.MM.YYYY')));
end $$;

-- A line of a list: number, point, sender, and how far it is.
create or replace function app.work_line(s app.stage, p app.position, p_consultation text) returns json
language plpgsql stable as $$
declare
  v_number text := position_number(s.kind, s.number, p.number, p.part);
begin
  return (select json_build_object('number', v_number, 'href', '/consultations/' || p_consultation || '/positions/' || v_number,
      'target', t.key, 'target_title', target_title(t), 'organisation', n.short_name, 'decision', p.decision,
      'place', coalesce(l.name, (first_place(s.consultation_id)).name), 'assignee', name_of(p.assignee_id), 'due_on', p.due_on,
      'days_late', case when p.due_on < today() then today() - p.due_on end,
      'state', case when p.assessment_id is null or p.decision = 'open' then 'open'
        when a.asked then 'approval' else 'draft' end, 'given', a.given, 'of', a.of)
    from target t left join place l on l.id = p.place_id
      cross join lateral name_on(p.organisation_id, today()) n
      left join lateral (select c.given, c.of, exists (select from assessment_approval x where x.assessment_id = p.assessment_id) as asked
        from assessment_approvals(p.assessment_id) c) a on true
    where t.id = p.target_id);
end $$;

-- Numbers as people write them, or as boxes of a list were ticked: current ones.
create or replace function app.positions_named(s app.stage, p_text text, p_ticks json) returns bigint[]
language plpgsql stable set search_path = app, pg_temp as $$
declare
  v_words text[] := array(select x.word from regexp_split_to_table(upper(coalesce(p_text, '')), '[\s,;]+') x(word) where x.word <> ''
    union select t.key from json_each_text(coalesce(p_ticks, '{}')) t where t.value <> '');
  v_unknown text;
  v_ids bigint[];
begin
  if cardinality(v_words) = 0 then
    perform fail('CN422', 'required', 'positions');
  elsif cardinality(v_words) > 500 then
    perform fail('CN422', 'too_many', 'positions', json_build_object('max', 500));
  end if;
  select array_agg((x.p).id) filter (where (x.p).id is not null), min(x.word) filter (where (x.p).id is null) into v_ids, v_unknown
    from (select w.word, numbered_position(s, w.word) as p from unnest(v_words) w(word)) x;
  if v_unknown is not null then
    perform fail('CN422', 'position_unknown', 'positions', json_build_object('number', left(v_unknown, 40)));
  end if;
  return v_ids;
end $$;

-- What the caller has and is not done yet.
create or replace function app.my_positions(p_me app.caller, p_stage_id bigint) returns bigint[]
language plpgsql stable as $$
begin
  return array(select p.id from position p left join place l on l.id = p.place_id
    where p.stage_id = p_stage_id and p.is_current and p.assignee_id = p_me.person_id and l.kind is distinct from 'done');
end $$;
