-- The ends of retention: what is over its time in each class, and deleting it.
-- What was released, its receipts and the log are in no class: they belong to
-- the file and go by file plan, after being offered to the archive. Runs as
-- resonanz_identity; pages and actions say who may.
set local role resonanz_identity;

-- Accounts that nothing has needed since: no login, no role that ended later,
-- no stage of one of their houses, no link; whoever is made for the platform
-- stays.
create or replace function app.accounts_unneeded(p_since timestamptz) returns setof bigint
language plpgsql stable security definer set search_path = app, pg_temp as $$
declare
  v_day date := (p_since at time zone 'Europe/Berlin')::date;
begin
  return query select p.id from person p
    where p.state <> 'erased' and greatest(p.created_at, p.last_login_at) < p_since
      and not exists (select from platform_role r where r.person_id = p.id
        and (upper_inf(r.valid) or upper(r.valid) >= v_day))
      and not exists (select from membership m where m.person_id = p.id and upper(m.valid) >= v_day)
      and not exists (select from membership m join participation t on t.organisation_id = m.organisation_id
          join stage s on s.id = t.stage_id
        where m.person_id = p.id and coalesce(t.extended_until, s.closes_at) >= p_since)
      and not exists (select from invitation i where i.person_id = p.id and i.withdrawn_at is null
        and i.ends_at >= p_since);
end $$;

-- Rows of a class that are older than so many days. What the consultation is
-- about counts by its clock, the rest by the real one.
create or replace function app.retention_due(p_class text, p_days int) returns setof bigint
language plpgsql stable security definer set search_path = app, pg_temp as $$
declare
  v_real timestamptz := clock_timestamp() - make_interval(days => p_days);
  v_then timestamptz := app.now() - make_interval(days => p_days);
begin
  case p_class
    when 'login_attempt' then
      return query select a.id from login_attempt a where a.at < v_real;
    when 'session' then
      return query select s.id from session s where least(s.ends_at, s.touched_at + idle_time()) < v_real;
    when 'mail' then
      return query select m.id from mail m where m.state in ('sent', 'bounced', 'failed', 'withdrawn')
        and coalesce(m.sent_at, m.created_at) < v_real
        and not exists (select from checkpoint c where c.mail_id = m.id);
    when 'invitation' then
      return query select i.id from invitation i
        where i.ends_at < v_then and (i.used_at is null or i.purpose = 'reset');
    when 'organisation_import' then
      return query select i.id from organisation_import i where coalesce(i.finished_at, i.uploaded_at) < v_then
        and not exists (select from job j where j.kind = 'address_import' and j.dedupe_key = i.key
          and j.state in ('ready', 'running'));
    when 'job' then
      return query select j.id from job j where j.state in ('done', 'failed') and j.finished_at < v_real;
    when 'draft' then
      return query select r.id from response r join stage s on s.id = r.stage_id
          join participation t on t.stage_id = r.stage_id and t.organisation_id = r.organisation_id
        where coalesce(t.extended_until, s.closes_at) < v_then
          and not exists (select from response_version v where v.response_id = r.id);
    when 'intake' then
      return query select i.id from intake i join stage s on s.id = i.stage_id
          join participation t on t.stage_id = i.stage_id and t.organisation_id = i.organisation_id
        where i.state not in ('confirmed', 'taken_over') and coalesce(t.extended_until, s.closes_at) < v_then;
    when 'answer_step' then
      return query select s.id from answer_step s where s.part = 0 and s.written_at < v_then;
    when 'edition_upload' then
      return query select u.id from edition_upload u where u.uploaded_at < v_then;
    when 'barrier_contact' then
      return query select r.id from barrier_report r where num_nonnulls(r.name, r.mail) > 0 and r.handled_at < v_then;
    when 'barrier_report' then
      return query select r.id from barrier_report r where r.handled_at < v_then;
    when 'account' then
      return query select * from accounts_unneeded(v_then);
  end case;
end $$;

create or replace function app.retention_delete(p_me app.caller, p_class text, p_ids bigint[]) returns void
language plpgsql volatile security definer set search_path = app, pg_temp as $$
declare
  v_id bigint;
begin
  case p_class
    when 'login_attempt' then delete from login_attempt x where x.id = any (p_ids);
    when 'session' then delete from session x where x.id = any (p_ids);
    when 'mail' then delete from mail x where x.id = any (p_ids);
    when 'invitation' then
      update mail m set invitation_id = null where m.invitation_id = any (p_ids);
      delete from invitation x where x.id = any (p_ids);
    when 'organisation_import' then delete from organisation_import x where x.id = any (p_ids);
    when 'job' then delete from job x where x.id = any (p_ids);
    when 'draft' then delete from response x where x.id = any (p_ids);
    when 'intake' then delete from intake x where x.id = any (p_ids);
    when 'answer_step' then delete from answer_step x where x.id = any (p_ids);
    when 'edition_upload' then delete from edition_upload x where x.id = any (p_ids);
    when 'barrier_contact' then update barrier_report x set name = null, mail = null where x.id = any (p_ids);
    when 'barrier_report' then delete from barrier_report x where x.id = any (p_ids);
    when 'account' then
      foreach v_id in array p_ids loop
        perform erase_person(p_me, v_id);
      end loop;
  end case;
end $$;

-- Every class with its limit and what is over it: [{class, days, count}].
create or replace function app.retention_counts() returns jsonb
language plpgsql stable security definer set search_path = app, pg_temp as $$
begin
  return (select jsonb_agg(jsonb_build_object('class', c.key, 'days', c.days, 'least', c.least, 'most', c.most,
      'count', (select count(*) from retention_due(c.key, c.days))) order by c.position)
    from retention_class c);
end $$;

-- Deletes what is over its time, class by class, and keeps the counts. A dry
-- run only counts, and leaves no trace. p_most: of each class no more at a time.
create or replace function app.retention_run(p_me app.caller, p_is_dry boolean, p_most int default null) returns jsonb
language plpgsql volatile security definer set search_path = app, pg_temp as $$
declare
  c app.retention_class;
  v_ids bigint[];
  v_result jsonb := '[]'::jsonb;
  v_id bigint;
begin
  if p_is_dry then
    return retention_counts();
  end if;
  perform pg_advisory_xact_lock(hashtextextended('resonanz retention', 13));
  for c in select x.* from retention_class x order by x.position loop
    v_ids := array(select d from retention_due(c.key, c.days) d limit p_most);
    perform retention_delete(p_me, c.key, v_ids);
    v_result := v_result || jsonb_build_object('class', c.key, 'days', c.days, 'count', cardinality(v_ids));
  end loop;
  insert into retention_run (is_dry, person_id, result) values (false, p_me.person_id, v_result)
    returning id into v_id;
  perform audit(p_me, 'retention.run', 'retention_run', v_id);
  return v_result;
end $$;

grant execute on function app.retention_counts(), app.retention_run(app.caller, boolean, int) to resonanz_owner;
set local role resonanz_owner;

grant select on app.retention_class, app.checkpoint to resonanz_identity;
grant select, insert on app.retention_run to resonanz_identity;
grant delete on app.mail, app.invitation, app.organisation_import, app.job, app.response, app.answer_step, app.intake, app.edition_upload, app.barrier_report to resonanz_identity;
grant select (id, key, finished_at, uploaded_at) on app.organisation_import to resonanz_identity;
grant select (id, stage_id, organisation_id) on app.response to resonanz_identity;
grant select (id, stage_id, organisation_id, state) on app.intake to resonanz_identity;
grant select (id, uploaded_at) on app.edition_upload to resonanz_identity;
grant update (invitation_id) on app.mail to resonanz_identity;
