-- At commit, the hash of a version must be the hash of what it is made of, and
-- somebody must have approved that hash.
create or replace function app.check_version_hash() returns trigger
language plpgsql security definer set search_path = app, pg_temp
set plan_cache_mode = force_generic_plan as $$
begin
  if canon_hash(version_canon(new.id)) <> new.content_hash then
    perform fail('CN409', 'hash_changed');
  elsif not exists (select from approval a where a.candidate_id = new.candidate_id and a.verdict = 'approve') then
    perform fail('CN409', 'not_approved');
  elsif new.joinable and not exists (select from release_candidate c where c.id = new.candidate_id and c.joinable) then
    perform fail('CN409', 'not_approved');
  end if;
  return null;
end $$;

do $$
begin
  if not exists (select from pg_trigger where tgname = 'check_hash'
      and tgrelid = 'app.response_version'::regclass) then
    create constraint trigger check_hash after insert on app.response_version
      deferrable initially deferred for each row execute function app.check_version_hash();
  end if;
end $$;
