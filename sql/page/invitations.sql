-- Invitations, newest first; moderators see those of the consultations.
create or replace function page.invitations(p_me app.caller, p_state text, p_organisation text, p_after text) returns json
language plpgsql stable security definer set search_path = app, pg_temp as $$
declare
  c_size constant int := 50;
  v_now timestamptz := app.now();
  a app.invitation;
  v_organisation text := lower(p_organisation);
  v_rows json;
  v_next text;
  v_counts json;
begin
  select x.* into a from invitation x where x.key = p_after;
  with s as materialized (select i.*, invitation_state(i, v_now) as state from invitation i
      where i.purpose = 'invitation' and (is_administrator()
        or exists (select from participation p where p.organisation_id = i.organisation_id))),
  r as (select s.*, o.code, n.name as organisation, row_number() over (order by s.created_at desc, s.id desc) as n
    from s left join organisation o on o.id = s.organisation_id left join name_on(s.organisation_id, today()) n on true
    where (p_state is null or s.state = p_state)
      and (v_organisation is null or lower(o.code) = v_organisation or position(v_organisation in lower(n.name)) > 0
        or position(v_organisation in lower(n.short_name)) > 0)
      and (a.id is null or (s.created_at, s.id) < (a.created_at, a.id))
    order by s.created_at desc, s.id desc limit c_size + 1)
  select coalesce(json_agg(json_build_object('key', r.key, 'state', r.state, 'name', p.name, 'mail', p.mail,
        'person_href', case when is_administrator() then '/people/' || p.key end, 'organisation', r.organisation,
        'organisation_code', r.code, 'created_at', r.created_at, 'sent_at', r.sent_at, 'used_at', r.used_at,
        'ends_at', r.ends_at, 'by', b.name, 'can_withdraw', r.state in ('open', 'sent'),
        'can_resend', p.state = 'invited' and not exists (select from invitation x
          where x.person_id = p.id and x.purpose = 'invitation' and x.id > r.id)) order by r.n)
      filter (where r.n <= c_size), '[]'),
      case when max(r.n) > c_size then max(r.key) filter (where r.n = c_size) end,
      (select json_build_object('all', count(*), 'open', count(*) filter (where s.state = 'open'),
        'sent', count(*) filter (where s.state = 'sent'), 'accepted', count(*) filter (where s.state = 'accepted'),
        'expired', count(*) filter (where s.state = 'expired'),
        'withdrawn', count(*) filter (where s.state = 'withdrawn')) from s)
    into v_rows, v_next, v_counts
    from r join person p on p.id = r.person_id left join person b on b.id = r.created_by;
  return json_build_object(
    'frame', frame(p_me, null, 'invitations'),
    'rows', v_rows, 'next', v_next, 'is_first', a.id is null, 'counts', v_counts,
    'is_administrator', is_administrator(),
    'filter', json_build_object('state', p_state, 'organisation', p_organisation,
      'is_on', num_nonnulls(p_state, p_organisation) > 0),
    'options', json_build_object('organisations', organisation_names(),
      'states', json_build_array('open', 'sent', 'accepted', 'expired', 'withdrawn')));
end $$;
