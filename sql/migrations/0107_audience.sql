-- Who is asked: everybody (null), or some of the groups that the returns are cut
-- into, in their order and each once; all five would be everybody.
create domain app.audience_groups as text[] check (array_position(value, null) is null and cardinality(value) between 1 and 4
  and ' ' || array_to_string(value, ' ') ~ '^( bund)?( laender)?( advisory)?( municipal)?( others)?$');

-- Of a question in an edition, from which its target begins; of a target, where
-- it holds and is frozen with it when the stage opens (guard_target).
alter table app.question_version add column audience app.audience_groups;
alter table app.target add column audience app.audience_groups;

-- As the organisation was invited: by these it is asked, or not.
alter type app.house add attribute level text, add attribute seat_status text;

-- Who is not asked has no answer there, whoever writes it.
create function app.guard_asked() returns trigger
language plpgsql security definer set search_path = app, pg_temp as $$
declare
  v_audience text[] := (select t.audience from target t where t.id = new.target_id);
begin
  if v_audience is not null and not exists (select from participation p where p.stage_id = new.stage_id
      and p.organisation_id = new.organisation_id and target_asks(v_audience, p.level, p.seat_status)) then
    raise exception using errcode = 'CN422', message = 'not_asked',
      detail = json_build_object('audience', v_audience)::text;
  end if;
  return new;
end $$;
create trigger guard_asked before insert on app.answer
  for each row execute function app.guard_asked();
create trigger guard_asked before insert on app.assignment
  for each row execute function app.guard_asked();
create trigger guard_asked before insert on app.intake_answer
  for each row execute function app.guard_asked();
