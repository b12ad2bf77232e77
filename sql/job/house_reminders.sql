-- Reminders by mail inside the houses: of work that is due and of co-signing.

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

-- Whom to remind in the house that this transaction acts for (my_organisation):
-- each request once the day before and once on the day, but not on the day
-- somebody was asked. Returns how many mails.
create or replace function app.remind_cosigners() returns int
language plpgsql volatile as $$
declare
  v_now timestamptz := app.now();
  v_today date := today();
  v_count int := 0;
  r record;
begin
  for r in
    with waiting as materialized (
      select q.id, q.person_id, q.organisation_id, c.slug, q.due_on, q.silence,
          case when q.due_on = v_today then 'due' else 'eve' end as kind
        from cosign_request q join answer a on a.id = q.answer_id and a.content_hash = q.content_hash
          join response x on x.id = a.response_id and x.state = 'cosigning'
          join stage s on s.id = x.stage_id join consultation c on c.id = s.consultation_id
          join participation p on p.stage_id = x.stage_id and p.organisation_id = x.organisation_id
        where q.organisation_id = my_organisation() and q.withdrawn_at is null
          and q.due_on between v_today and v_today + 1
          and (q.asked_at at time zone 'Europe/Berlin')::date < v_today
          and coalesce(p.extended_until, s.closes_at) >= v_now
          and is_cosigner(q.person_id, q.organisation_id, s.consultation_id, v_today)
          and not exists (select from cosign d where d.request_id = q.id and d.undone_at is null)
    ), fresh as (
      insert into cosign_reminder (request_id, organisation_id, kind, on_day, sent_at)
        select w.id, w.organisation_id, w.kind, v_today, v_now from waiting w
        on conflict do nothing returning request_id
    )
    select w.person_id, w.organisation_id, w.slug, w.due_on, w.kind, count(*) as count, bool_or(w.silence = 'consents') as consents
      from fresh f join waiting w on w.id = f.request_id
      group by w.person_id, w.organisation_id, w.slug, w.due_on, w.kind
  loop
    perform queue_mail('cosign_reminder', r.person_id, null, r.organisation_id, jsonb_build_object('count', r.count,
      'until', r.due_on, 'consultation', r.slug, 'is_due', r.kind = 'due', 'consents', r.consents), null, null);
    v_count := v_count + 1;
  end loop;
  return v_count;
end $$;

-- Reminds in one house after the other, from seven in the morning: one mail for
-- each person, consultation and kind. Drafts belong to their house, and a job
-- reads them as that house. Returns how many mails.
create or replace function job.house_reminders() returns int
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
  v_houses := array(select g.organisation_id from assignment g
      where g.done_at is null and g.due_on between v_today and v_today + 1
    union select q.organisation_id from cosign_request q
      where q.withdrawn_at is null and q.due_on between v_today and v_today + 1);
  foreach v_house in array v_houses loop
    perform set_config('app.organisation_id', v_house::text, true);
    v_count := v_count + remind_workers() + remind_cosigners();
  end loop;
  perform set_config('app.organisation_id', '', true);
  return v_count;
end $$;
