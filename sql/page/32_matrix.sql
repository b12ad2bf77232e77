-- The federal matrix: who holds which position on which point. A column is a
-- house with a seat, as it was invited; a municipality stands in no column.

-- Houses with a seat in the order of the council, and seats whose house was not
-- invited. version_id null: nothing of it counts.
create or replace function app.matrix_columns(s app.stage)
returns table (place bigint, code text, name text, short_name text, level text, seat_status text, part text,
  is_invited boolean, version_id bigint, nil_rest boolean)
language plpgsql stable rows 25 as $$
begin
  return query with p as (select p.organisation_id, p.level::text, p.seat_status::text, p.sort_key::text, true as is_invited
        from participation p where p.stage_id = s.id and p.seat_status in ('voting', 'advisory')
      union all select o.id, o.level, z.seat_status, o.sort, false
        from seat z join seat_holding h on h.seat_id = z.id and h.valid @> coalesce((s.closes_at at time zone 'Europe/Berlin')::date, today())
          cross join lateral (select x.id, x.level::text, z.seat_status::text || z.position as sort from organisation x where x.id = h.organisation_id) o
        where not exists (select from seat_holding y join participation q on q.organisation_id = y.organisation_id
          where y.seat_id = z.id and q.stage_id = s.id and q.seat_status = z.seat_status))
    select row_number() over (order by k.seat_status = 'advisory', k.level <> 'bund', not k.is_invited, k.sort_key), o.code::text, n.name::text, n.short_name::text,
        k.level, k.seat_status, return_group(k.seat_status, k.level), k.is_invited, c.response_version_id, coalesce(v.nil_rest, false)
      from p k join organisation o on o.id = k.organisation_id cross join lateral name_on(o.id, today()) n
        left join current_version c on c.stage_id = s.id and c.organisation_id = o.id
        left join response_version v on v.id = c.response_version_id;
end $$;

-- The state of each house at each target. p_kind null: of all kinds.
create or replace function app.matrix_cells(s app.stage, p_kind text)
returns table (target_id bigint, target_position int, kind text, place bigint, code text, name text, short_name text, level text, seat_status text,
  part text, state text)
language plpgsql stable rows 1500 as $$
begin
  return query with m as materialized (select * from matrix_columns(s)),
    a as materialized (select m.place, va.target_id, case ra.kind when 'answered' then coalesce(ra.stance, 'no_position')::text else ra.kind::text end as state
      from m join version_answer va on va.response_version_id = m.version_id join released_answer ra on ra.id = va.released_answer_id)
    select t.id, t.position, k.kind, m.place, m.code, m.name, m.short_name, m.level, m.seat_status, m.part,
        case when not m.is_invited then 'not_invited' when not target_asks(t.audience, m.level, m.seat_status) then 'not_asked'
          when m.version_id is null then 'outstanding' else coalesce(a.state, case when m.nil_rest then 'nil' else 'no_answer' end) end
      from target t left join item_version iv on iv.id = t.item_version_id left join item i on i.id = iv.item_id
        cross join lateral (select target_kind(i.kind, t.question_version_id) as kind) k
        cross join m left join a on a.target_id = t.id and a.place = m.place
      where t.stage_id = s.id and k.kind <> 'chapter' and (p_kind is null or k.kind = p_kind);
end $$;

-- What stands over a column.
create or replace function app.matrix_label(p_code text, p_level text) returns text
language sql immutable parallel safe as $$ select case p_level when 'bund' then initcap(p_code) else p_code end $$;

-- A position: said for or against, or a remark; what else a cell says is none.
create or replace function app.is_position(p_state text) returns boolean
language sql immutable parallel safe as $$ select p_state in ('agree', 'agree_changed', 'reject', 'note') $$;

-- Kinds of targets that the stage has, with how many.
create or replace function app.matrix_kinds(p_stage_id bigint) returns table (kind text, count bigint, place int)
language plpgsql stable rows 7 as $$
begin
  return query select k.kind, count(*), array_position(array['principle', 'cornerstone', 'idea', 'requirement', 'user_group', 'statement', 'question'], k.kind)
    from target t left join item_version iv on iv.id = t.item_version_id left join item i on i.id = iv.item_id
      cross join lateral (select target_kind(i.kind, t.question_version_id) as kind) k
    where t.stage_id = p_stage_id and k.kind <> 'chapter' group by k.kind;
end $$;

-- Positions and base of the groups whose houses have no column, for a target.
create or replace function app.matrix_groups(p_stage_id bigint) returns table (target_id bigint, groups json, seats json)
language plpgsql stable as $$
begin
  return query with r as (select x.target_id, return_group(x.seat_status, x.level) as key, x.seat_status, x.base, x.not_asked,
        x.agree + x.agree_changed + x.reject + x.note as held from outcome_rows(p_stage_id, null, null) x),
    g as (select r.target_id, r.key, sum(r.base) as base, sum(r.held) as held, sum(r.not_asked) as not_asked from r
      where r.key in ('municipal', 'others') group by r.target_id, r.key),
    v as (select r.target_id, sum(r.base) as base, sum(r.held) as held, sum(r.not_asked) as not_asked from r where r.seat_status = 'voting' group by r.target_id)
    select t.id, (select json_agg(json_build_object('key', k.key, 'held', coalesce(g.held, 0), 'base', coalesce(g.base, 0),
          'not_asked', coalesce(g.not_asked, 0)) order by k.place)
        from unnest(array['municipal', 'others']) with ordinality k (key, place) left join g on g.key = k.key and g.target_id = t.id),
      json_build_object('held', coalesce(v.held, 0), 'base', coalesce(v.base, 0), 'not_asked', coalesce(v.not_asked, 0))
    from target t left join v on v.target_id = t.id where t.stage_id = p_stage_id;
end $$;
