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

-- An answer of another house that the own one has taken over, in its draft or
-- in what it has released. Asked of rows that are not the own house's only.
create or replace function app.is_held_here(p_released_answer_id bigint) returns boolean
language plpgsql stable parallel safe cost 1 as $$
begin
  return exists (select from app.adoption d where d.released_answer_id = p_released_answer_id
      and d.organisation_id = app.my_organisation())
    or exists (select from app.version_answer a where a.released_answer_id = p_released_answer_id and a.adopted
      and a.organisation_id = app.my_organisation());
end $$;

-- What an organisation offers to others: the own answers of the version that
-- counts, if others may join it, but none that is confidential or has passages
-- to be cut; to those who take part in the same stage.
create or replace function app.is_offered(p_released_answer_id bigint, p_confidential boolean) returns boolean
language plpgsql stable parallel safe cost 1 as $$
begin
  return not p_confidential and exists (select from app.version_answer a
    join app.current_version c on c.response_version_id = a.response_version_id
    join app.response_version v on v.id = c.response_version_id and v.joinable
    join app.participation p on p.stage_id = v.stage_id and p.organisation_id = app.my_organisation()
    where a.released_answer_id = p_released_answer_id and not a.adopted and a.organisation_id <> p.organisation_id
      and not exists (select from app.released_redaction d
        where d.response_version_id = a.response_version_id and d.target_id = a.target_id));
end $$;

-- A release of replies whose time has come.
create or replace function app.is_told(p_release_id bigint) returns boolean
language plpgsql stable parallel safe cost 1 as $$
begin
  return exists (select from app.reply_release r
    where r.id = p_release_id and r.cancelled_at is null and r.at <= app.now());
end $$;

-- A position that is of an answer which the own house was told about.
create or replace function app.holds_position(p_position_id bigint) returns boolean
language plpgsql stable parallel safe as $$
begin
  return exists (select from app.reply_version v
    join app.version_answer a on a.response_version_id = v.response_version_id and a.organisation_id = v.organisation_id
    join app.position p on p.released_answer_id = a.released_answer_id
    where v.organisation_id = app.my_organisation() and p.id = p_position_id);
end $$;

-- Does the caller release for a sponsor?
create or replace function app.is_sponsor() returns boolean
language plpgsql stable parallel safe as $$
begin
  return 'releaser' = any (app.my_roles())
    and exists (select from app.sponsor s where s.organisation_id = app.my_organisation());
end $$;

-- Has the caller's house been asked about an assessment that holds for it?
create or replace function app.is_asked(p_assessment_id bigint) returns boolean
language plpgsql stable parallel safe as $$
begin
  return exists (select from app.assessment_approval a
    where a.assessment_id = p_assessment_id and a.organisation_id = app.my_organisation());
end $$;

-- Who reads what is only proposed to the council: the desk, and the houses that
-- have a seat in it.
create or replace function app.sees_proposals() returns boolean
language plpgsql stable parallel safe as $$
begin
  return coalesce(app.my_roles() && array['moderator', 'reporter'], false) or exists (select from app.seat_holding h
    where h.organisation_id = app.my_organisation() and h.valid @> app.today());
end $$;

-- Is the caller the programme management of a Schwerpunktthema?
create or replace function app.manages_topic(p_focus_topic_id bigint) returns boolean
language plpgsql stable parallel safe as $$
begin
  return exists (select from app.focus_topic f where f.id = p_focus_topic_id and (f.manager_person_id = app.my_person()
    or f.manager_organisation_id = app.my_organisation() and app.my_roles() && array['editor', 'releaser']));
end $$;

create or replace function app.is_desk() returns boolean
language sql stable parallel safe as $$
  select app.my_roles() && array['moderator', 'reporter']
$$;

create or replace function app.is_moderator() returns boolean
language sql stable parallel safe as $$
  select 'moderator' = any (app.my_roles())
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
