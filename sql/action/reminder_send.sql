-- Reminds those who are ticked, or all of the filter where they are too many to tick. Who has submitted since the
-- page was made, or was reminded by another moderator, makes it a conflict: the page comes again as it is now.

-- The words as they were typed, with places that exist.
create or replace function app.reminder_words(p_subject text, p_body text) returns void
language plpgsql volatile as $$
declare
  v_unknown text[] := (select array[x.field, m[1]] from (values ('subject', p_subject), ('body', p_body)) x(field, words),
      regexp_matches(x.words, '\[([[:alpha:]]+)\]', 'g') m
    where m[1] not in ('Organisation', 'Verfahren', 'Frist') and (m[1], x.field) <> ('Link', 'body') limit 1);
begin
  if text_or_null(p_subject) is null then
    perform fail('CN422', 'required', 'subject');
  elsif text_or_null(p_body) is null then
    perform fail('CN422', 'required', 'body');
  elsif v_unknown is not null then
    perform fail('CN422', 'place_unknown', v_unknown[1], json_build_object('place', left(v_unknown[2], 40)));
  end if;
end $$;

-- Who was ticked and is no recipient any more: a conflict that says so by name.
create or replace function app.demand_missing(s app.stage, p_ids bigint[], p_shown bigint) returns void
language plpgsql volatile as $$
declare
  v_gone bigint[];
  v_is_in boolean;
begin
  select array_agg(r.organisation_id order by r.place, r.sort_key), bool_and(r.reason = 'released') into v_gone, v_is_in
    from reminder_rows(s, null, null, null, null) r where r.organisation_id = any (p_ids) and r.reason is not null;
  if v_gone is not null then
    perform fail('CN409', case when v_is_in then 'reminder_submitted' else 'reminder_moved' end, null, json_build_object(
      'names', left(names_of(v_gone[1:3]), 120), 'more', nullif(greatest(cardinality(v_gone) - 3, 0), 0), 'now', p_shown - cardinality(v_gone), 'was', p_shown));
  end if;
end $$;

-- One mail to each person who can act, else to the office; once for each act.
create or replace function app.queue_reminders(r app.reminder, p_consultation_id bigint) returns bigint
language plpgsql volatile as $$
declare
  v_args jsonb := jsonb_build_object('reminder', r.key, 'consultation', (select stage_address(s) from stage s where s.id = r.stage_id));
  v_count bigint;
begin
  with w as materialized (select distinct x.organisation_id, m.person_id from reminder_recipient x
      join membership m on m.organisation_id = x.organisation_id and m.role in ('editor', 'releaser') and m.valid @> today()
        and coalesce(m.consultation_id, p_consultation_id) = p_consultation_id
      join person p on p.id = m.person_id and p.state = 'active'
    where x.reminder_id = r.id),
  o as (select x.organisation_id, o.office_mail from reminder_recipient x join organisation o on o.id = x.organisation_id
    where x.reminder_id = r.id and not exists (select from w where w.organisation_id = x.organisation_id)),
  q as (select queue_mail('reminder', t.person_id, t.address, t.organisation_id, v_args, null, t.dedupe)
    from (select w.person_id, null::text as address, w.organisation_id,
          'reminder-' || r.key || '-' || w.organisation_id || '-' || w.person_id as dedupe from w
        union all select null, o.office_mail, o.organisation_id, 'reminder-' || r.key || '-' || o.organisation_id from o) t)
  select count(*) into v_count from q;
  return v_count;
end $$;

create or replace function action.reminder_send(p_me app.caller, p_consultation text, p_organisation text,
  p_level text, p_land text, p_seat text, p_preview text, p_recipient json, p_all boolean, p_shown bigint, p_last text,
  p_subject text, p_body text, p_then text) returns json
language plpgsql volatile security definer set search_path = app, pg_temp
set plan_cache_mode = force_generic_plan as $$
declare
  s app.stage := desk_stage(p_consultation);
  l app.reminder;
  r app.reminder;
  v_ids bigint[];
  v_keys text[];
begin
  if s.id is null then
    perform fail('CN404', 'not_found');
  elsif p_then = 'preview' then
    return json_build_object('again', true);
  end if;
  perform pg_advisory_xact_lock(hashtext('reminder'), s.id::int);
  l := last_reminder(s.id);
  if l.key is distinct from p_last then
    perform fail('CN409', 'reminded_meanwhile', null, json_build_object('at', l.sent_at));
  elsif p_all then -- of the filter
    v_ids := array(select x.organisation_id from reminder_rows(s, p_organisation, p_level, p_land, p_seat) x where x.reason is null);
  else
    v_keys := ticked(p_recipient, 'recipient');
    v_ids := array(select o.id from organisation o join participation p on p.organisation_id = o.id and p.stage_id = s.id
      where o.code = any (v_keys));
    if cardinality(v_ids) < cardinality(v_keys) then
      perform fail('CN422', 'recipient_gone', 'recipient');
    end if;
    perform demand_missing(s, v_ids, cardinality(v_ids));
  end if;
  if cardinality(v_ids) is distinct from p_shown then
    perform fail('CN409', 'reminder_count', null, json_build_object('now', cardinality(v_ids), 'was', p_shown));
  end if;
  perform reminder_words(p_subject, p_body);
  insert into reminder (stage_id, subject, body, sent_by, sent_at)
    values (s.id, p_subject, p_body, p_me.person_id, app.now()) returning * into r;
  insert into reminder_recipient (reminder_id, stage_id, organisation_id) select r.id, s.id, i from unnest(v_ids) i;
  update participation p set reminded_at = r.sent_at where p.stage_id = s.id and p.organisation_id = any (v_ids);
  perform audit(p_me, 'reminder.send', 'reminder', r.id, null, null, cardinality(v_ids));
  return json_build_object('location', '/consultations/' || p_consultation || case when p_organisation is null then '/returns'
      else '/participations/' || p_organisation end || '?notice=reminded',
    'reminded', cardinality(v_ids), 'mails', queue_reminders(r, s.consultation_id));
end $$;
