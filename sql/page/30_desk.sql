-- Helpers of the desk. Only released tables are read here, and of a draft no
-- more than that it exists. Words such as "level_many:land" are codes that the
-- drawing of a chart looks up.

-- The stage the desk works in; null for a consultation that does not exist. A
-- number names its stage: R1-0042 is found while the second is open, and its page
-- leads on in the first.
create or replace function app.desk_stage(p_consultation text, p_number text default null) returns app.stage
language plpgsql stable as $$
declare
  v_id bigint := consultation_at(p_consultation);
  v_stage app.stage := current_stage(v_id);
  v_numbered app.stage := numbered_stage(v_id, p_number);
begin
  if v_numbered.id <> v_stage.id then
    perform set_config('app.stage_id', v_numbered.id::text, true);
    return v_numbered;
  end if;
  return v_stage;
end $$;

-- R1-0042, R1-0042.2 for a part; null until the job has numbered it.
create or replace function app.position_number(p_kind text, p_stage_number int, p_number int, p_part int)
returns text
language sql immutable parallel safe as $$
  select app.stage_letter(p_kind) || p_stage_number || '-'
    || case when p_number < 10000 then lpad(p_number::text, 4, '0') else p_number::text end
    || case when p_part > 0 then '.' || p_part else '' end
$$;
grant execute on function app.position_number(text, int, int, int) to resonanz_identity;

-- How far each invited organisation is: of a draft its state and since when, never a text nor the day of one answer.
-- intake: came on paper, entered, and for the house to confirm: neither in nor missing. nil: released, and nothing in
-- it but Fehlanzeige; missing: before "in Freigabe"; late: not in after the own deadline.
create or replace function app.return_rows(p_stage_id bigint, p_closes_at timestamptz, p_organisation_id bigint default null)
returns table (organisation_id bigint, level text, land_code text, seat_status text, sort_key text,
  state text, since timestamptz, deadline timestamptz, extension_reason text, reminded_at timestamptz,
  is_in boolean, is_missing boolean, is_late boolean, was_withdrawn boolean, receipt text, first_on date)
language plpgsql stable set plan_cache_mode = force_custom_plan as $$
declare
  v_now timestamptz := app.now();
begin
  return query select p.organisation_id, p.level::text, p.land_code, p.seat_status::text, p.sort_key,
      x.state, case when v.id is not null then v.released_at when x.state = 'intake' then i.changed_at when r.id is not null then r.changed_at
        else coalesce(p.opened_at, p.invited_at) end,
      coalesce(p.extended_until, p_closes_at), p.extension_reason, p.reminded_at,
      v.id is not null, x.state in ('invited', 'opened', 'draft', 'cosigning'),
      coalesce(v.id is null and x.state <> 'intake' and v_now > coalesce(p.extended_until, p_closes_at), false),
      v.id is null and w.response_id is not null, v.receipt_no, (f.released_at at time zone 'Europe/Berlin')::date
    from participation p
      left join response r on r.stage_id = p.stage_id and r.organisation_id = p.organisation_id
      left join current_version c on c.response_id = r.id
      left join response_version v on v.id = c.response_version_id
      left join response_version f on f.response_id = v.response_id and f.number = 1
      left join (select distinct y.response_id from withdrawal y where y.stage_id = p_stage_id) w on w.response_id = r.id
      left join intake i on i.stage_id = p.stage_id and i.organisation_id = p.organisation_id
        and i.state in ('open', 'waiting', 'returned')
      cross join lateral (select case
        when c.is_nil then 'nil'
        when v.id is not null then 'released'
        when i.id is not null and coalesce(r.state, '') <> 'frozen' then 'intake'
        when r.id is not null then r.state
        when p.opened_at is not null then 'opened' else 'invited' end as state) x
    where p.stage_id = p_stage_id and (p_organisation_id is null or p.organisation_id = p_organisation_id);
end $$;

-- Choices of the filters: what occurs among the invited.
create or replace function app.level_options(p_stage_id bigint) returns json
language plpgsql stable as $$
begin
  return (select coalesce(json_agg(x.level order by x.first), '[]') from (select p.level, min(p.sort_key) as first
    from participation p where p.stage_id = p_stage_id group by p.level) x);
end $$;

create or replace function app.land_options(p_stage_id bigint) returns json
language plpgsql stable as $$
begin
  return (select coalesce(json_agg(json_build_object('code', l.code, 'name', l.name)
      order by translate(l.name, 'äöüß', 'aous')), '[]')
    from land l where exists (select from participation p
      where p.stage_id = p_stage_id and p.land_code = l.code));
end $$;

-- Whom the version with that receipt has joined, the short names; null for nobody.
create or replace function app.joined_by(p_organisation_id bigint, p_receipt text) returns json
language plpgsql stable as $$
begin
  return (select json_agg(x.name order by x.name) from (select distinct (origin_of(va.released_answer_id)).short_name as name
    from version_answer va join response_version v on v.id = va.response_version_id and v.receipt_no = p_receipt
    where va.organisation_id = p_organisation_id and va.adopted) x);
end $$;
