-- Open data: what is on the pages of the results, as rows. A file is noted by
-- nobody, since all of it is public; what it is and how new comes first.

-- What stands above the rows, and by what a client knows that nothing is new.
create or replace function page.result_file(p_me app.caller, p_consultation text, p_file text) returns json
language plpgsql stable security definer set search_path = app, pg_temp as $$
declare
  s app.stage := result_stage(p_consultation);
  v_at timestamptz;
  v_state text;
begin
  if s.id is null then
    perform fail('CN404', 'not_found');
  end if;
  select greatest((select max(greatest(p.published_at, p.revoked_at)) from publication p where p.stage_id = s.id),
      (select max(greatest(r.released_at, r.revoked_at)) from result_release r where r.stage_id = s.id), s.closes_at,
      (last_release(s.id)).at), concat_ws(' ', (select concat_ws(' ', count(*), max(a.id), sum(a.id)) from published_answer a where a.stage_id = s.id),
      (last_release(s.id)).id, case when p_file = 'results' then (select md5(string_agg(x::text, '' order by x::text)) from public_rows(s.id) x) end,
      md5(licence_json()::text))
    into v_at, v_state;
  return json_build_object('file_name', p_file || '-' || (select c.slug from consultation c where c.id = s.consultation_id) || '-' || s.key,
    'etag', left(encode(sha256(convert_to(concat_ws(' ', p_file, s.id, v_state), 'UTF8')), 'hex'), 32),
    'last_modified', to_char(least(v_at, app.now()) at time zone 'GMT', 'Dy, DD Mon YYYY HH24:MI:SS "GMT"'),
    'about', json_build_object('consultation', (select c.title from consultation c where c.id = s.consultation_id), 'stage', s.key,
      'licence', licence_json(), 'codebook', result_base(s) || '/codebook'));
end $$;

create or replace function page.result_rows(p_me app.caller, p_consultation text)
returns table (stage text, chapter text, target text, title text, group_code text, levels text, base bigint, answered bigint,
  agree bigint, agree_changed bigint, reject bigint, note bigint, no_position bigint)
language plpgsql stable security definer set search_path = app, pg_temp as $$
declare
  s app.stage := result_stage(p_consultation);
begin
  return query select s.key::text, target_chapter(t), t.key::text, target_title(t), coalesce(r.level, 'all'), case when r.level = 'rest'
        then array_to_string(r.levels, ' ') end, r.base, r.answered, r.agree, r.agree_changed, r.reject, r.note, r.no_position
      from public_rows(s.id) r join target t on t.id = r.target_id
      where t.takes_stance and exists (select from result_release x where x.stage_id = s.id and x.revoked_at is null)
      order by t.position, r.level is not null, r.level = 'rest', r.level;
end $$;

create or replace function page.statement_rows(p_me app.caller, p_consultation text)
returns table (stage text, organisation_code text, organisation text, level text, land_name text, published_on date, is_shortened boolean,
  target text, title text, kind text, stance text, body text, proposal text, reason text, more text, joined text, decision text,
  referred_to text, assessment text, edition_place text)
language plpgsql stable security definer set search_path = app, pg_temp as $$
declare
  s app.stage := result_stage(p_consultation);
begin
  return query
    with d as materialized (select * from public_decisions(s.id, array(select x.released_answer_id from published_answer x where x.stage_id = s.id), app.now()))
    select s.key::text, o.code::text, p.organisation_name::text, p.level::text, l.name::text,
        (p.published_at at time zone 'Europe/Berlin')::date, p.is_shortened, t.key::text, target_title(t), a.kind::text, a.stance::text,
        w.body, w.proposal, w.reason, value_text(w.value), q.organisation_name::text, d.decision, d.referred_to,
        case when not quotes_cut(a.released_answer_id, d.body) then d.body end, d.edition_place
      from publication p join published_answer a on a.publication_id = p.id join organisation o on o.id = p.organisation_id
        join target t on t.id = a.target_id left join land l on l.code = p.land_code
        cross join lateral public_words(a) w
        left join publication q on q.id = w.publication_id and q.id <> p.id
        left join d on d.released_answer_id = a.released_answer_id
      where p.stage_id = s.id and p.revoked_at is null order by p.sort_key, t.position, d.part;
end $$;
