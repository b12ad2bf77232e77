-- All positions of the filter in their order, for the exports; the page takes
-- p_limit of them behind the token p_after. Not a route. The words are fetched
-- in portions, so that nothing large is sorted. organisations: how many hold the
-- position; joined and also_for: those that have joined its author, who may not
-- hold it any more (is_held). Groups are for moderators.
create or replace function page.synopsis_rows(p_me app.caller, p_consultation text, p_target text,
  p_level text, p_land text, p_seat text, p_stance text, p_after text default null,
  p_limit bigint default null)
returns table (number text, target text, target_title text, edition int, organisation_code text,
  organisation text, level text, land text, land_name text, seat_status text, stance text, kind text,
  body text, proposal text, reason text, decision text, confidential boolean, released_at timestamptz,
  organisations bigint, also_for text, is_held boolean, joined json,
  group_number text, group_size bigint)
language plpgsql stable security definer set search_path = app, pg_temp
set plan_cache_mode = force_generic_plan as $$
declare
  c_portion constant int := 2000;
  s app.stage := desk_stage(p_consultation);
  v_sees_groups boolean := p_me.roles @> '{moderator}';
  v_ids bigint[];
begin
  if s.id is null or not is_at_desk(p_me) then
    return;
  end if;
  v_ids := position_ids(s.id, target_filter(s.id, p_target), p_level, p_land, p_seat, p_stance,
    joined_positions(s.id, p_level, p_land, p_seat), position_at(s.id, p_after), p_limit);
  for i in 0 .. cardinality(v_ids) / c_portion loop
    return query
      with t as materialized (select t.id, t.key::text, coalesce(iv.title, q.body::text, k.title::text) as title,
          e.number as edition, target_kind(x.kind, t.question_version_id) as kind
        from target t join edition e on e.id = t.edition_id
          left join item_version iv on iv.id = t.item_version_id left join item x on x.id = iv.item_id
          left join question_version q on q.id = t.question_version_id
          left join chapter k on k.id = t.chapter_id
        where t.stage_id = s.id)
      select position_number(s.kind, s.number, p.number, p.part), t.key, t.title, t.edition, o.code,
          v.organisation_name::text, p.level::text, p.land_code, l.name::text, p.seat_status::text,
          coalesce(p.stance::text, 'no_position'), t.kind,
          case when p.part = 0 and ra.value is not null
            then body_and_papers(cut(ra.body, p.body_range), ra.value) else cut(ra.body, p.body_range) end,
          cut(ra.proposal, p.proposal_range), cut(ra.reason, p.reason_range), p.decision,
          ra.confidential, p.released_at, coalesce(j.count, 0) + h.is_held::int, j.names, h.is_held, coalesce(j.joined, '[]'),
          g.number, g.size
        from unnest(v_ids[i * c_portion + 1 : (i + 1) * c_portion]) with ordinality u(id, n)
          join position p on p.id = u.id join t on t.id = p.target_id
          join released_answer ra on ra.id = p.released_answer_id
          left join current_version c on c.response_id = ra.response_id
          join response_version v on v.id = coalesce(c.response_version_id, last_version(ra.response_id))
          cross join lateral joiners_of_answer(ra.id) j
          cross join lateral (select j.count is null or exists (select from version_answer va
            where va.response_version_id = c.response_version_id and va.target_id = ra.target_id
              and va.released_answer_id = ra.id) as is_held) h
          join organisation o on o.id = p.organisation_id
          left join land l on l.code = p.land_code
          left join lateral group_in_list(p.id, v_sees_groups) g on true
        order by u.n;
  end loop;
end $$;
