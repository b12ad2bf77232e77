-- What marks that a wait is in the log (app.note_throttle).
alter table app.login_attempt
  add column account_noted boolean not null default false,
  add column address_noted boolean not null default false;

-- resonanz_identity had more than it needs; 40_policies.sql, 69_erasure.sql and
-- 75_retention.sql grant the rest anew.
revoke all on app.response, app.response_version, app.mail_event, app.organisation_import from resonanz_identity;

-- Who is the last one active to administer the platform or to release for an
-- organisation today is not taken away (app.demand_holder in 66_role.sql). The
-- third line behind actions, which look at all days to come and say so in
-- words. Checked at commit, since handing over is two rows.
create function app.guard_last_administrator() returns trigger
language plpgsql security definer set search_path = app, pg_temp as $$
begin
  perform role_was_taken(old.person_id, old.valid, null, null);
  return null;
end $$;

create function app.guard_last_releaser() returns trigger
language plpgsql security definer set search_path = app, pg_temp as $$
begin
  perform role_was_taken(old.person_id, old.valid, old.organisation_id, old.consultation_id);
  return null;
end $$;

create function app.guard_last_unlocked() returns trigger
language plpgsql security definer set search_path = app, pg_temp as $$
begin
  perform person_was_locked(old.id);
  return null;
end $$;

create constraint trigger guard_last after update or delete on app.platform_role
  deferrable initially deferred for each row when (old.role = 'administrator')
  execute function app.guard_last_administrator();
create constraint trigger guard_last after update or delete on app.membership
  deferrable initially deferred for each row when (old.role = 'releaser')
  execute function app.guard_last_releaser();
create constraint trigger guard_last after update on app.person
  deferrable initially deferred for each row when (old.state = 'active' and new.state = 'locked')
  execute function app.guard_last_unlocked();
