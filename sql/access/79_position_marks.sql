-- What a position copies of its topics, group and approvals, for filters. Runs as
-- resonanz_join, because a sponsor's approval changes positions of other houses.
set local role resonanz_join;

create or replace function app.position_mark(p_ids bigint[]) returns void
language plpgsql volatile security definer set search_path = app, pg_temp as $$
begin
  update position p set is_approved = x.is_approved, is_tagged = x.is_tagged, is_grouped = x.is_grouped
    from (select y.id, exists (select from position_topic t where t.position_id = y.id) as is_tagged,
        exists (select from group_member m where m.position_id = y.id and m.left_at is null) as is_grouped,
        y.assessment_id is not null and coalesce((select bool_and(coalesce(v.verdict = 'approved', false))
          from stage s join sponsor o on o.consultation_id = s.consultation_id
            left join assessment_approval v on v.assessment_id = y.assessment_id and v.organisation_id = o.organisation_id
          where s.id = y.stage_id), false) as is_approved
      from position y where y.id = any (p_ids)) x
    where p.id = x.id and (p.is_approved, p.is_tagged, p.is_grouped) is distinct from (x.is_approved, x.is_tagged, x.is_grouped);
end $$;

create or replace function app.positions_of_assessment_mark(p_assessment_id bigint) returns void
language plpgsql volatile security definer set search_path = app, pg_temp as $$
begin
  perform position_mark(array(select p.id from position p where p.assessment_id = p_assessment_id));
end $$;

create or replace function app.positions_of_consultation_mark(p_consultation_id bigint) returns void
language plpgsql volatile security definer set search_path = app, pg_temp as $$
begin
  perform position_mark(array(select p.id from position p join stage s on s.id = p.stage_id
    where s.consultation_id = p_consultation_id and p.assessment_id is not null));
end $$;

grant execute on function app.position_mark(bigint[]), app.positions_of_assessment_mark(bigint),
  app.positions_of_consultation_mark(bigint) to resonanz_owner;
set local role resonanz_owner;
