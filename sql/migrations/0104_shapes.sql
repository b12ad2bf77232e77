-- Questions with options: one of them, several, an order of them, one for each
-- item. The options are the sub-items of the question, so they stand as soon as
-- the edition is published.
alter domain app.question_shape drop constraint question_shape_check;
alter domain app.question_shape add check (value in ('text', 'per_item', 'list', 'choice', 'multi', 'ranking', 'table'));
alter table app.question_version add constraint options
  check (shape not in ('choice', 'multi', 'ranking', 'table') or jsonb_array_length(sub_items) >= 2);

-- What is said in the form of a question is what that question allows, whoever
-- writes it: an unknown option, one that is named twice, an item it does not aim at.
create function app.guard_value() returns trigger
language plpgsql security definer set search_path = app, pg_temp as $$
begin
  if not value_fits(new.target_id, new.value) then
    raise exception using errcode = 'CN422', message = 'bad_pick',
      detail = json_build_object('table', tg_table_name)::text;
  end if;
  return new;
end $$;
create trigger guard_value before insert or update of value, target_id on app.answer
  for each row when (new.value is not null) execute function app.guard_value();
create trigger guard_value before insert or update of value, target_id on app.intake_answer
  for each row when (new.value is not null) execute function app.guard_value();
create trigger guard_value before insert on app.released_answer
  for each row when (new.value is not null) execute function app.guard_value();
