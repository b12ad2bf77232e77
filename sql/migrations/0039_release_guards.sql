-- The guards of a release ask no more than they need: each submission passes them.
create index on app.approval (response_id); -- goes with its response

create or replace function app.guard_candidate() returns trigger
language plpgsql as $$
begin
  if tg_op = 'UPDATE' then
    if old.closed_at is null and (new.id, new.key, new.response_id, new.stage_id, new.organisation_id, new.number,
        new.content_hash, new.publication, new.frozen_by, new.frozen_at)
      is not distinct from (old.id, old.key, old.response_id, old.stage_id, old.organisation_id, old.number,
        old.content_hash, old.publication, old.frozen_by, old.frozen_at) then
      return new;
    end if;
  elsif not exists (select from app.response r where r.id = old.response_id) then
    return old;
  end if;
  raise exception using errcode = 'CN409', message = 'immutable',
    detail = json_build_object('table', tg_table_name)::text;
end $$;

-- Text opens when a response becomes a draft again or goes to co-signing.
create or replace function app.guard_open_candidate() returns trigger
language plpgsql security definer set search_path = app, pg_temp
set plan_cache_mode = force_generic_plan as $$
declare
  v_response bigint;
begin
  if tg_table_name = 'response' then
    v_response := new.id;
  else
    v_response := new.response_id;
  end if;
  if exists (select from release_candidate c join response r on r.id = c.response_id
      where c.response_id = v_response and c.closed_at is null and r.state <> 'frozen') then
    raise exception using errcode = 'CN409', message = 'candidate_open';
  end if;
  return null;
end $$;
drop trigger guard_open_candidate on app.response;
create constraint trigger guard_open_candidate after update of state on app.response
  deferrable initially deferred for each row when (new.state in ('draft', 'cosigning'))
  execute function app.guard_open_candidate();
