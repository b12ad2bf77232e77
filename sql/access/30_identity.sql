-- What policies and functions ask about the caller of this transaction. Only
-- app.enter and app.enter_read set these settings.
create or replace function app.my_person() returns bigint
language sql stable parallel safe as $$
  select nullif(current_setting('app.person_id', true), '')::bigint
$$;

create or replace function app.my_organisation() returns bigint
language sql stable parallel safe as $$
  select nullif(current_setting('app.organisation_id', true), '')::bigint
$$;

create or replace function app.my_roles() returns text[]
language sql stable parallel safe as $$
  select coalesce(string_to_array(nullif(current_setting('app.roles', true), ''), ','), '{}')
$$;

-- The one person about whom data are put together (app.person_data).
create or replace function app.my_subject() returns bigint
language sql stable parallel safe as $$
  select nullif(current_setting('app.subject_id', true), '')::bigint
$$;

create or replace function app.is_desk() returns boolean
language sql stable parallel safe as $$
  select app.my_roles() && array['moderator', 'reporter']
$$;

-- The operator at the command line, by the role that connected: neither SET
-- ROLE nor a security definer function changes session_user.
create or replace function app.is_operator() returns boolean
language sql stable as $$
  select pg_has_role(session_user, 'resonanz_owner', 'member')
$$;

create or replace function app.is_job() returns boolean
language sql stable as $$
  select pg_has_role(session_user, 'resonanz_jobs', 'member')
$$;

create or replace function app.is_administrator() returns boolean
language sql stable parallel safe as $$
  select 'administrator' = any (app.my_roles())
$$;

-- Who may send invitations; whose they may see, the functions say.
create or replace function app.is_inviter() returns boolean
language sql stable parallel safe as $$
  select app.my_roles() && array['administrator', 'moderator']
$$;

-- The roles of which one is needed; '{}' means no role; null: no such audience.
-- NAME_confirmed: the same people, with password or code shown within the last
-- ten minutes (app.admit). pending: between password and code.
create or replace function app.audience(p_audience text) returns text[]
language plpgsql immutable parallel safe as $$
begin
  return case replace(p_audience, '_confirmed', '')
    when 'public' then array[]::text[]
    when 'pending' then array[]::text[]
    when 'signed_in' then array[]::text[]
    when 'member' then array['reader', 'cosigner', 'editor', 'releaser']
    when 'editor' then array['editor']
    when 'releaser' then array['releaser']
    when 'desk' then array['moderator', 'reporter']
    when 'moderator' then array['moderator']
    when 'reporter' then array['reporter']
    when 'auditor' then array['auditor']
    when 'administrator' then array['administrator']
    when 'inviter' then array['administrator', 'moderator']
  end;
end $$;
