-- What a release tells is fixed in one statement, for all points of a stage (at
-- 11,000 organisations some 200,000). Its guard therefore looks once at all that
-- came in, and stands for the foreign keys of a point too: each of those would
-- look up and lock its row, which took ten times as long as all the rest. None of
-- the three is ever deleted.
drop trigger guard_reply_told on app.reply_point;
drop trigger guard_reply_told on app.reply_version;
create trigger guard_reply_told before update or delete on app.reply_point
  for each row execute function app.guard_reply_told();
create trigger guard_reply_told before delete on app.reply_version
  for each row execute function app.guard_reply_told();
do $$
begin
  execute (select string_agg(format('alter table app.reply_point drop constraint %I', c.conname), '; ') from pg_constraint c
    where c.conrelid = 'app.reply_point'::regclass and c.contype = 'f');
end $$;

create function app.guard_reply_fixed() returns trigger
language plpgsql as $$
begin
  if exists (select from (select distinct n.release_id, n.stage_id from added n) x
      left join app.reply_release r on r.id = x.release_id and r.stage_id = x.stage_id
      where r.id is null or r.at <= app.now() or r.cancelled_at is not null) then
    raise exception using errcode = 'CN409', message = 'immutable',
      detail = json_build_object('table', tg_table_name)::text;
  end if;
  return null;
end $$;
create trigger guard_reply_fixed after insert on app.reply_point
  referencing new table as added for each statement execute function app.guard_reply_fixed();
create trigger guard_reply_fixed after insert on app.reply_version
  referencing new table as added for each statement execute function app.guard_reply_fixed();

create function app.guard_reply_point() returns trigger
language plpgsql as $$
begin
  if exists (select from added n left join app.position p on p.id = n.position_id and p.stage_id = n.stage_id
      left join app.assessment a on a.id = n.assessment_id and a.stage_id = n.stage_id
      where p.id is null or n.assessment_id is not null and a.id is null) then
    raise exception using errcode = '23503', message = 'a point of no position or assessment of the stage';
  end if;
  return null;
end $$;
create trigger guard_reply_point after insert on app.reply_point
  referencing new table as added for each statement execute function app.guard_reply_point();
