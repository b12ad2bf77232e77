-- Whom to remind in the house that this transaction acts for (my_organisation):
-- the day before work is due and on the day, each once. Not on the day it was
-- given, not of what is done, and not who edits no more. Returns how many mails.
create or replace function app.remind_workers() returns int
language plpgsql volatile as $$
declare
  v_now timestamptz := app.now();
  v_today date := today();
  v_count int := 0;
  r record;
begin
  for r in
    with waiting as materialized (
      select g.response_id, g.target_id, g.person_id, g.organisation_id, g.due_on, c.slug
        from assignment g join response x on x.id = g.response_id and is_open(x.state)
          join stage s on s.id = g.stage_id join consultation c on c.id = s.consultation_id
          join participation p on p.stage_id = g.stage_id and p.organisation_id = g.organisation_id
          left join answer a on a.response_id = g.response_id and a.target_id = g.target_id
          left join lateral cosign_states(x.id, x.organisation_id, x.state) k on k.answer_id = a.id
        where g.organisation_id = my_organisation() and g.done_at is null
          and g.due_on between v_today and v_today + 1
          and g.reminded_on is distinct from v_today
          and (g.assigned_at at time zone 'Europe/Berlin')::date < v_today
          and coalesce(p.extended_until, s.closes_at) >= v_now
          and is_work_open(answer_state(coalesce(a.kind, case when x.nil_rest then 'nil' end), x.state, k.state), g.done_at)
          and exists (select from membership m where m.person_id = g.person_id and m.organisation_id = g.organisation_id
            and m.role = 'editor' and coalesce(m.consultation_id, c.id) = c.id and m.valid @> v_today)
    ), reminded as (
      update assignment g set reminded_on = v_today from waiting w
        where g.response_id = w.response_id and g.target_id = w.target_id and g.reminded_on is distinct from v_today
        returning w.person_id, w.organisation_id, w.slug, w.due_on)
    select n.person_id, n.organisation_id, n.slug, n.due_on, count(*) as count from reminded n
      group by n.person_id, n.organisation_id, n.slug, n.due_on order by n.due_on
  loop
    perform queue_mail('assignment_reminder', r.person_id, null, r.organisation_id, jsonb_build_object('count', r.count,
      'until', r.due_on, 'consultation', r.slug, 'is_due', r.due_on = v_today), null, null);
    v_count := v_count + 1;
  end loop;
  return v_count;
end $$;

-- Reminds by mail of work inside the houses, from seven in the morning: one mail
-- for each person, house and consultation, read as one house after the other.
-- Returns how many mails.
create or replace function job.assignment_reminders() returns int
language plpgsql volatile security definer set search_path = app, pg_temp as $$
declare
  v_today date := today();
  v_houses bigint[];
  v_house bigint;
  v_count int := 0;
begin
  if (app.now() at time zone 'Europe/Berlin')::time < '07:00' then
    return 0;
  end if;
  v_houses := array(select distinct g.organisation_id from assignment g
    where g.done_at is null and g.due_on between v_today and v_today + 1);
  foreach v_house in array v_houses loop
    perform set_config('app.organisation_id', v_house::text, true);
    v_count := v_count + remind_workers();
  end loop;
  perform set_config('app.organisation_id', '', true);
  return v_count;
end $$;
