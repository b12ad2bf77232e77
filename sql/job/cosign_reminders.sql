-- Reminds by mail of co-signing the day before and on the day, from seven in
-- the morning, each once: one mail for each person, house and consultation. Not
-- on the day somebody was asked. Returns how many mails.
create or replace function job.cosign_reminders() returns int
language plpgsql volatile security definer set search_path = app, pg_temp as $$
declare
  v_now timestamptz := app.now();
  v_today date := today();
  v_count int := 0;
  r record;
begin
  if (v_now at time zone 'Europe/Berlin')::time < '07:00' then
    return 0;
  end if;
  for r in
    with waiting as materialized (
      select q.id, q.person_id, q.organisation_id, c.slug, q.due_on, q.silence,
          case when q.due_on = v_today then 'due' else 'eve' end as kind
        from cosign_request q join answer a on a.id = q.answer_id and a.content_hash = q.content_hash
          join response x on x.id = a.response_id and x.state = 'cosigning'
          join stage s on s.id = x.stage_id join consultation c on c.id = s.consultation_id
          join participation p on p.stage_id = x.stage_id and p.organisation_id = x.organisation_id
        where q.withdrawn_at is null and q.due_on between v_today and v_today + 1
          and (q.asked_at at time zone 'Europe/Berlin')::date < v_today
          and coalesce(p.extended_until, s.closes_at) >= v_now
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
