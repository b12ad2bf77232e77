-- Copies on a position for the filters of the synopsis, of what other tables say:
-- app.position_mark keeps them. is_approved: all sponsors have approved the
-- assessment that holds.
alter table app.position
  add column is_approved boolean not null default false,
  add column is_tagged boolean not null default false,
  add column is_grouped boolean not null default false;
alter type app.position_filter drop attribute left_out, add attribute is_tagged boolean, add attribute is_grouped boolean,
  add attribute state text;
create index position_approved on app.position (stage_id, sort_target, sort_key, id) where is_current and is_approved;
create index position_draft on app.position (stage_id, sort_target, sort_key, id)
  where is_current and assessment_id is not null and not is_approved;
create index position_grouped on app.position (stage_id, sort_target, sort_key, id) where is_current and is_grouped;

create function app.mark_position() returns trigger
language plpgsql as $$
declare
  v_id bigint := case tg_op when 'DELETE' then old.position_id else new.position_id end;
begin
  perform app.position_mark(array[v_id]);
  return null;
end $$;
create trigger mark_position after insert or delete on app.position_topic
  for each row execute function app.mark_position();
create trigger mark_position after insert or update of left_at on app.group_member
  for each row execute function app.mark_position();

create function app.mark_assessed() returns trigger
language plpgsql as $$
begin
  perform app.position_mark(array[new.id]);
  return null;
end $$;
create trigger mark_assessed after update of assessment_id on app.position
  for each row when (old.assessment_id is distinct from new.assessment_id) execute function app.mark_assessed();

create function app.mark_approved() returns trigger
language plpgsql as $$
begin
  perform app.positions_of_assessment_mark(case tg_op when 'DELETE' then old.assessment_id else new.assessment_id end);
  return null;
end $$;
create trigger mark_approved after insert or delete or update of verdict on app.assessment_approval
  for each row execute function app.mark_approved();

create function app.mark_sponsored() returns trigger
language plpgsql as $$
begin
  perform app.positions_of_consultation_mark(case tg_op when 'DELETE' then old.consultation_id else new.consultation_id end);
  return null;
end $$;
create trigger mark_sponsored after insert or delete on app.sponsor
  for each row execute function app.mark_sponsored();

update app.position p set is_tagged = exists (select from app.position_topic t where t.position_id = p.id),
    is_grouped = exists (select from app.group_member m where m.position_id = p.id and m.left_at is null),
    is_approved = p.assessment_id is not null and exists (select from app.stage s join app.sponsor o on o.consultation_id = s.consultation_id
      where s.id = p.stage_id) and not exists (select from app.stage s join app.sponsor o on o.consultation_id = s.consultation_id
        left join app.assessment_approval v on v.assessment_id = p.assessment_id and v.organisation_id = o.organisation_id
      where s.id = p.stage_id and v.verdict is distinct from 'approved')
  where p.assessment_id is not null or exists (select from app.position_topic t where t.position_id = p.id)
    or exists (select from app.group_member m where m.position_id = p.id);
