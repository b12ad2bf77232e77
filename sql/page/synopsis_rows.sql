-- All positions of the filter in their order, for the exports; the page takes
-- p_limit of them behind the token p_after. Not a route. A custom plan each
-- time: which index serves depends on the filter.
create or replace function page.synopsis_rows(p_me app.caller, p_consultation text, p_target text,
  p_level text, p_land text, p_seat text, p_stance text, p_after text default null,
  p_limit bigint default null)
returns table (number text, target text, target_title text, edition int, organisation_code text,
  organisation text, level text, land text, land_name text, seat_status text, stance text, kind text,
  body text, proposal text, reason text, decision text, confidential boolean, released_at timestamptz)
language plpgsql stable security definer set search_path = app, pg_temp
set plan_cache_mode = force_custom_plan as $$
declare
  s app.stage := desk_stage(p_consultation);
  v_target bigint := target_filter(s.id, p_target);
  a app.position := position_at(s.id, p_after);
begin
  if s.id is null or not p_me.roles && array['moderator', 'reporter'] then
    return;
  end if;
  return query
    select position_number(s.kind, s.number, p.number, p.part), t.key::text,
        coalesce(iv.title, q.body::text, k.title::text), e.number, o.code, v.organisation_name::text,
        p.level::text, p.land_code, l.name::text, p.seat_status::text,
        coalesce(p.stance::text, 'no_position'), target_kind(i.kind, t.question_version_id),
        body_and_papers(cut(ra.body, p.body_range), case when p.part = 0 then ra.value end),
        cut(ra.proposal, p.proposal_range), cut(ra.reason, p.reason_range), p.decision,
        ra.confidential, p.released_at
      from (select x.* from position x
          where x.stage_id = s.id and x.is_current
            and position_matches(x.target_id, x.level, x.land_code, x.seat_status, x.stance,
              v_target, p_level, p_land, p_seat, p_stance)
            and (a.id is null or (x.sort_target, x.sort_key, x.id) > (a.sort_target, a.sort_key, a.id))
          order by x.sort_target, x.sort_key, x.id limit p_limit) p
        join released_answer ra on ra.id = p.released_answer_id
        join current_version c on c.response_id = ra.response_id
        join response_version v on v.id = c.response_version_id
        join organisation o on o.id = p.organisation_id
        join target t on t.id = p.target_id join edition e on e.id = t.edition_id
        left join item_version iv on iv.id = t.item_version_id left join item i on i.id = iv.item_id
        left join question_version q on q.id = t.question_version_id
        left join chapter k on k.id = t.chapter_id
        left join land l on l.code = p.land_code
      order by p.sort_target, p.sort_key, p.id;
end $$;
