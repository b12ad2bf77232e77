-- Invitations, newest first; moderators see those of the consultations.

-- p_houses null: of every organisation, and those to the platform.
create or replace function app.invitation_rows(p_houses bigint[], p_state text, p_organisations bigint[],
  a app.invitation, p_limit int) returns setof app.invitation
language plpgsql stable set plan_cache_mode = force_custom_plan as $$
declare
  v_now timestamptz := app.now();
begin
  return query select i.* from invitation i
    where i.purpose = 'invitation' and (p_houses is null or i.organisation_id = any (p_houses))
      and (p_organisations is null or i.organisation_id = any (p_organisations))
      and (p_state is null or invitation_state(i, v_now) = p_state)
      and (a.id is null or (i.created_at, i.id) < (a.created_at, a.id))
    order by i.created_at desc, i.id desc limit p_limit;
end $$;

create or replace function app.invitation_counts(p_houses bigint[]) returns json
language plpgsql stable set plan_cache_mode = force_custom_plan as $$
declare
  v_now timestamptz := app.now();
begin
  return (select json_build_object('all', count(*), 'open', count(*) filter (where s.state = 'open'),
      'sent', count(*) filter (where s.state = 'sent'), 'accepted', count(*) filter (where s.state = 'accepted'),
      'expired', count(*) filter (where s.state = 'expired'),
      'withdrawn', count(*) filter (where s.state = 'withdrawn'))
    from (select invitation_state(i, v_now) as state from invitation i
      where i.purpose = 'invitation' and (p_houses is null or i.organisation_id = any (p_houses))) s);
end $$;

create or replace function page.invitations(p_me app.caller, p_state text, p_organisation text, p_after text) returns json
language plpgsql stable security definer set search_path = app, pg_temp
set plan_cache_mode = force_generic_plan as $$
declare
  c_size constant int := 50;
  v_all boolean := is_administrator();
  v_houses bigint[] := case when not v_all then array(select distinct p.organisation_id from participation p) end;
  a app.invitation;
  v_rows json;
  v_next text;
begin
  select x.* into a from invitation x where x.key = p_after;
  with r as (select x.*, row_number() over () as n
    from invitation_rows(v_houses, p_state, organisation_filter(p_organisation), a, c_size + 1) x)
  select coalesce(json_agg(json_build_object('key', r.key, 'state', s.state, 'name', person_name(p), 'mail', p.mail,
        'person_href', case when v_all then '/people/' || p.key end, 'organisation', o.name,
        'created_at', r.created_at, 'sent_at', r.sent_at, 'used_at', r.used_at, 'ends_at', r.ends_at, 'by', person_name(b),
        'can_withdraw', s.state in ('open', 'sent'), 'can_resend', p.state = 'invited' and not exists (
          select from invitation x where x.person_id = p.id and x.purpose = 'invitation' and x.id > r.id))
      order by r.n) filter (where r.n <= c_size), '[]'),
      case when max(r.n) > c_size then max(r.key) filter (where r.n = c_size) end
    into v_rows, v_next
    from r join invitation i on i.id = r.id join person p on p.id = r.person_id
      left join person b on b.id = r.created_by left join name_on(r.organisation_id, today()) o on true,
      lateral (select invitation_state(i, app.now()) as state) s;
  return json_build_object(
    'frame', frame(p_me, null, 'invitations'),
    'rows', v_rows, 'next', v_next, 'is_first', a.id is null, 'counts', invitation_counts(v_houses),
    'is_administrator', v_all,
    'filter', json_build_object('state', p_state, 'organisation', p_organisation,
      'is_on', num_nonnulls(p_state, p_organisation) > 0),
    'options', json_build_object('organisations', organisation_names(),
      'states', json_build_array('open', 'sent', 'accepted', 'expired', 'withdrawn')));
end $$;
