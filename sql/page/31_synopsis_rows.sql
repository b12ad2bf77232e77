-- The rows of the synopsis in words, and which of them a version of it has.

-- The 13 columns, and the fields of each in the order of the exports.
create or replace function app.synopsis_columns() returns text[]
language sql immutable parallel safe as $$
  select array['number', 'target', 'from', 'stance', 'nature', 'words', 'proposal', 'reason', 'topic', 'assessment',
    'decision', 'edition_place', 'handling']
$$;

create or replace function app.synopsis_fields(p_columns text[]) returns text[]
language sql immutable parallel safe as $$
  select array(select x.field from (values (1, 'number', 'number'), (2, 'target', 'target'), (3, 'target', 'target_title'),
      (4, 'target', 'edition'), (5, 'target', 'kind'), (6, 'from', 'organisation_code'), (7, 'from', 'organisation'), (8, 'from', 'short_name'),
      (9, 'from', 'level'), (10, 'from', 'land'), (11, 'from', 'land_name'), (12, 'from', 'seat_status'),
      (13, 'from', 'organisations'), (14, 'from', 'also_for'), (15, 'from', 'is_held'), (16, 'from', 'joined'),
      (17, 'from', 'released_at'), (18, 'stance', 'stance'), (19, 'nature', 'nature'), (20, 'words', 'body'),
      (21, 'words', 'confidential'), (22, 'proposal', 'proposal'), (23, 'reason', 'reason'), (24, 'topic', 'topics'),
      (25, 'topic', 'group_number'), (26, 'topic', 'group_size'), (27, 'assessment', 'assessment'),
      (28, 'assessment', 'mark'), (29, 'decision', 'decision'), (30, 'decision', 'referred_to'),
      (31, 'edition_place', 'edition_place'), (32, 'handling', 'state'), (33, 'handling', 'approvals_given'),
      (34, 'handling', 'approvals_of'), (35, 'handling', 'place'), (36, 'handling', 'assignee'), (37, 'handling', 'due_on'),
      (38, 'handling', 'saved_at'), (39, 'handling', 'saved_by')) x(place, col, field)
    where x.col = any (p_columns) order by x.place)
$$;

-- The columns of a view: those that were chosen, in their order; the number
-- always. What participants get has neither topic nor handling.
create or replace function app.columns_of(p_view text, p_column json) returns text[]
language sql immutable parallel safe as $$
  select array(select c from unnest(app.synopsis_columns()) with ordinality x(c, n)
    where (p_view is distinct from 'participants' or c not in ('topic', 'handling'))
      and (c = 'number' or p_column is null or json_array_length(p_column) = 0
        or c in (select json_array_elements_text(p_column)))
    order by n)
$$;

-- What kind of remark it is, where no moderator has said so: about the paper in
-- general; about its substance; or new, wording that no item has yet.
create or replace function app.position_nature(p_nature text, p_kind text, p_stance text, p_proposal text) returns text
language sql immutable parallel safe as $$
  select coalesce(p_nature, case
    when p_kind in ('question', 'chapter') then case when p_proposal is not null then 'new' else 'general' end
    when p_proposal is not null or p_stance in ('agree_changed', 'reject') then 'substantive'
    else 'general' end)
$$;

-- A part of a text without the passages that its house has marked.
create or replace function app.shortened(p_text text, p_range int4range, p_cuts int4range[]) returns text
language plpgsql immutable parallel safe as $$
declare
  v_from int := lower(p_range);
  v_text text := '';
  c int4range;
begin
  if p_range is null then
    return null;
  end if;
  foreach c in array coalesce(p_cuts, '{}') loop
    if c && p_range then
      v_text := v_text || substr(p_text, v_from + 1, greatest(lower(c) - v_from, 0)) || '[gekürzt]';
      v_from := greatest(v_from, least(upper(c), upper(p_range)));
    end if;
  end loop;
  return v_text || substr(p_text, v_from + 1, upper(p_range) - v_from);
end $$;

-- The further papers of a list or what was picked, one a line, below the words
-- of the answer.
create or replace function app.body_and_papers(p_body text, p_value jsonb) returns text
language plpgsql immutable parallel safe as $$
begin
  if p_value is null then
    return p_body;
  end if;
  return concat_ws(e'\n', p_body, case when p_value ?| array['choice', 'ranking'] then app.value_text(p_value)
    else regexp_replace(app.value_text(p_value), '^', '– ', 'gn') end);
end $$;

-- Who has joined an answer, with the version that counts; nothing for nobody.
create or replace function app.joiners_of_answer(p_released_answer_id bigint)
returns table (count bigint, names text, joined json)
language sql stable rows 1 as $$
  select nullif(count(*), 0), string_agg(v.organisation_name, e'\n' order by v.sort_key),
      json_agg(json_build_object('code', o.code, 'name', v.organisation_name, 'short_name', v.organisation_short_name,
        'level', v.level, 'land', v.land_code, 'seat_status', v.seat_status) order by v.sort_key)
    from app.version_answer va join app.current_version c on c.response_version_id = va.response_version_id
      join app.response_version v on v.id = c.response_version_id join app.organisation o on o.id = v.organisation_id
    where va.released_answer_id = p_released_answer_id and va.adopted
$$;

create or replace function app.last_version(p_response_id bigint) returns bigint
language plpgsql stable as $$
begin
  return (select v.id from response_version v where v.response_id = p_response_id order by v.number desc limit 1);
end $$;

-- The targets of a stage, for rows to point at.
create or replace function app.stage_targets(p_stage_id bigint)
returns table (id bigint, key text, title text, edition int, kind text)
language plpgsql stable rows 100 as $$
begin
  return query select t.id, t.key::text, coalesce(iv.title, q.body::text, k.title::text), e.number,
      target_kind(x.kind, t.question_version_id)
    from target t join edition e on e.id = t.edition_id
      left join item_version iv on iv.id = t.item_version_id left join item x on x.id = iv.item_id
      left join question_version q on q.id = t.question_version_id
      left join chapter k on k.id = t.chapter_id
    where t.stage_id = p_stage_id;
end $$;

-- What the desk makes of positions: topics, group, assessment, handling. Groups
-- are for moderators, everything of it is for the desk alone.
create or replace function app.position_handling(s app.stage, p_ids bigint[])
returns table (id bigint, topics text, group_number text, group_size bigint, assessment text, referred_to text,
  edition_place text, state text, given bigint, of bigint, place text, assignee text, saved_at timestamptz, saved_by text)
language plpgsql stable rows 1000 as $$
declare
  v_first text := (first_place(s.consultation_id)).name;
  v_sponsors bigint[] := array(select o.organisation_id from sponsor o where o.consultation_id = s.consultation_id);
begin
  return query
    with tp as materialized (select x.id, topic_path(x.id) as path from topic x where x.consultation_id = s.consultation_id),
      gm as materialized (select m.position_id, m.group_id from group_member m
        where m.position_id = any (p_ids) and m.left_at is null),
      -- a group once, however many of its members there are
      gs as materialized (select z.id, z.number, (select count(*) from group_member o join position q on q.id = o.position_id
            where o.group_id = z.id and o.left_at is null and q.is_current) as size
        from position_group z where z.id in (select gm.group_id from gm))
    select p.id, t.names, group_number(g.number), g.size, a.body::text, a.referred_to::text, a.edition_place::text,
        case when a.id is null then 'none' when p.is_approved then 'approved' else 'draft' end,
        v.given, case when a.id is not null then cardinality(v_sponsors)::bigint end, coalesce(l.name, v_first)::text, person_name(w), a.saved_at, person_name(y)
      from position p
        left join lateral (select string_agg(tp.path, e'\n' order by tp.path) as names from position_topic pt
          join tp on tp.id = pt.topic_id where pt.position_id = p.id) t on true
        left join gm on gm.position_id = p.id left join gs g on g.id = gm.group_id
        left join assessment a on a.id = p.assessment_id
        -- as app.assessment_approvals counts, without a call for each row
        left join lateral (select count(*) as given from assessment_approval b where b.assessment_id = a.id
          and b.verdict = 'approved' and b.organisation_id = any (v_sponsors)) v on a.id is not null
        left join place l on l.id = p.place_id
        left join person w on w.id = p.assignee_id
        left join person y on y.id = a.saved_by
      where p.id = any (p_ids);
end $$;

-- Positions in words, in the order of p_ids. What participants get has no text
-- that its house gave to the moderators alone, and none of what it has marked.
create or replace function app.position_rows(s app.stage, p_ids bigint[], p_for_participants boolean)
returns setof app.synopsis_row
language plpgsql stable rows 1000 as $$
begin
  return query
    with t as materialized (select * from stage_targets(s.id))
    select coalesce(position_number(s.kind, s.number, p.number, p.part), t.key || '_' || o.code),
        position_number(s.kind, s.number, p.number, p.part), t.key, t.title, t.edition, t.kind, o.code::text,
        v.organisation_name::text, v.organisation_short_name::text, p.level::text, p.land_code, l.name::text, p.seat_status::text,
        coalesce(j.count, 0) + h.is_held::int, j.names, h.is_held, coalesce(j.joined, '[]'), p.released_at,
        coalesce(p.stance::text, 'no_position'), position_nature(p.nature, t.kind, p.stance::text, w.proposal),
        case when p.part = 0 and ra.value is not null and not w.is_withheld then body_and_papers(w.body, ra.value)
          else w.body end, ra.confidential, w.proposal, w.reason,
        d.topics, d.group_number, d.group_size, d.assessment, case when d.state = 'draft' then 'draft' end, p.decision,
        d.referred_to, d.edition_place, d.state, d.given, d.of, d.place, d.assignee, p.due_on, d.saved_at, d.saved_by
      from unnest(p_ids) with ordinality u(id, n)
        join position p on p.id = u.id join t on t.id = p.target_id
        join released_answer ra on ra.id = p.released_answer_id
        left join current_version c on c.response_id = ra.response_id
        -- of its own, so that the version is found by its key
        cross join lateral (select coalesce(c.response_version_id, last_version(ra.response_id)) as id offset 0) y
        join response_version v on v.id = y.id
        cross join lateral joiners_of_answer(ra.id) j
        cross join lateral (select j.count is null or exists (select from version_answer va
          where va.response_version_id = c.response_version_id and va.target_id = ra.target_id
            and va.released_answer_id = ra.id) as is_held) h
        left join lateral (select array_agg(x.range order by x.range) filter (where x.field = 'body') as body,
            array_agg(x.range order by x.range) filter (where x.field = 'proposal') as proposal,
            array_agg(x.range order by x.range) filter (where x.field = 'reason') as reason
          from released_redaction x where p_for_participants and x.response_version_id = v.id
            and x.target_id = ra.target_id) z on true
        cross join lateral (select p_for_participants and ra.confidential as is_withheld,
          case when p_for_participants and ra.confidential then null when p_for_participants
            then shortened(ra.body, p.body_range, z.body) else cut(ra.body, p.body_range) end as body,
          case when p_for_participants and ra.confidential then null when p_for_participants
            then shortened(ra.proposal, p.proposal_range, z.proposal) else cut(ra.proposal, p.proposal_range) end as proposal,
          case when p_for_participants and ra.confidential then null when p_for_participants
            then shortened(ra.reason, p.reason_range, z.reason) else cut(ra.reason, p.reason_range) end as reason) w
        join organisation o on o.id = p.organisation_id
        left join land l on l.code = p.land_code
        left join position_handling(s, p_ids) d on d.id = p.id
      order by u.n;
end $$;
