-- The data of a frozen report, row by row: each a JSON array in the order of
-- app.report_columns. Decisions and positions are those of its basis.

create or replace function app.sheet_organisation(p_id bigint) returns text
language plpgsql stable as $$
begin
  return (select n.name from organisation_name n where n.organisation_id = p_id order by upper(n.valid) desc nulls first limit 1);
end $$;

create or replace function app.sheet_level(p_level text) returns text
language sql immutable parallel safe as $$
  select coalesce('{"bund": "Bund", "land": "Land", "kommune": "Kommune", "kommunalverband": "Kommunaler Spitzenverband",
    "fachministerkonferenz": "Fachministerkonferenz", "foederale_einrichtung": "Föderale Einrichtung", "aufsicht": "Aufsicht",
    "wirtschaft": "Wirtschaft", "wissenschaft": "Wissenschaft", "zivilgesellschaft": "Zivilgesellschaft",
    "sonstige": "Sonstige"}'::jsonb ->> p_level, p_level)
$$;

create or replace function app.sheet_participants(r app.report) returns setof json
language plpgsql stable as $$
begin
  return query select json_build_array(coalesce(v.organisation_name::text, sheet_organisation(p.organisation_id)),
      sheet_level(p.level::text), l.name, report_word('seat', p.seat_status::text),
      case when v.id is not null then 'eingegangen' else 'ausstehend' end, report_day((v.released_at at time zone 'Europe/Berlin')::date))
    from participation p left join land l on l.code = p.land_code
      left join lateral (select x.id, x.organisation_name, x.released_at from response_version x
        where x.stage_id = p.stage_id and x.organisation_id = p.organisation_id and x.released_at <= r.frozen_at
        order by x.number desc limit 1) v on true
    where p.stage_id = r.stage_id and p.invited_at <= r.frozen_at
    order by p.sort_key, p.organisation_id;
end $$;

create or replace function app.sheet_figures(r app.report) returns setof json
language plpgsql stable as $$
begin
  return query select json_build_array(f.key, f.value ->> 'label', f.value -> 'value', f.value -> 'base', f.value ->> 'base_label')
    from jsonb_each(convert_from(r.data, 'UTF8')::jsonb -> 'figures') f order by f.key collate "C";
end $$;

create or replace function app.sheet_decisions(r app.report) returns setof json
language plpgsql stable as $$
begin
  return query select json_build_array(report_word('decision', d.code), count(b.position_id),
      (select count(*) from report_basis x where x.report_id = r.id))
    from unnest(report_decisions()) with ordinality d(code, n)
      left join (select y.position_id, coalesce(a.decision, 'open') as decision from report_basis y
        left join assessment a on a.id = y.assessment_id where y.report_id = r.id) b on b.decision = d.code
    group by d.code, d.n order by d.n;
end $$;

create or replace function app.sheet_opinion(r app.report) returns setof json
language plpgsql stable as $$
begin
  return query select json_build_array(t.key, t.title, count(*), count(*) filter (where p.stance = 'agree'),
      count(*) filter (where p.stance = 'agree_changed'), count(*) filter (where p.stance = 'reject'),
      count(*) filter (where p.stance = 'note'), count(*) filter (where coalesce(p.stance::text, 'no_position') = 'no_position'))
    from report_basis b join position p on p.id = b.position_id join stage_targets(r.stage_id) t on t.id = p.target_id
    where b.report_id = r.id group by t.id, t.key, t.title order by min(p.sort_target);
end $$;

-- As the participants read them: what a house gave to the moderators alone, and
-- what it has marked, does not leave.
create or replace function app.sheet_positions(r app.report) returns setof json
language plpgsql stable as $$
begin
  return query select json_build_array(position_number(s.kind, s.number, p.number, p.part), t.key, t.title,
      coalesce(v.organisation_name::text, sheet_organisation(p.organisation_id)), sheet_level(p.level::text),
      report_word('stance', coalesce(p.stance::text, 'no_position')),
      case when ra.confidential then '[vertraulich]' else shortened(ra.body, p.body_range, z.body) end,
      case when not ra.confidential then shortened(ra.proposal, p.proposal_range, z.proposal) end,
      case when not ra.confidential then shortened(ra.reason, p.reason_range, z.reason) end,
      report_word('decision', coalesce(a.decision, 'open')), a.body, a.edition_place)
    from stage s join report_basis b on b.report_id = r.id join position p on p.id = b.position_id
      join stage_targets(s.id) t on t.id = p.target_id join released_answer ra on ra.id = p.released_answer_id
      left join assessment a on a.id = b.assessment_id
      left join lateral (select x.id, x.organisation_name from response_version x where x.response_id = ra.response_id
        and x.released_at <= r.frozen_at order by x.number desc limit 1) v on true
      left join lateral (select array_agg(x.range order by x.range) filter (where x.field = 'body') as body,
          array_agg(x.range order by x.range) filter (where x.field = 'proposal') as proposal,
          array_agg(x.range order by x.range) filter (where x.field = 'reason') as reason
        from released_redaction x where x.response_version_id = v.id and x.target_id = ra.target_id) z on true
    where s.id = r.stage_id order by p.sort_target, p.sort_key, p.id;
end $$;

create or replace function app.sheet_codebook() returns setof json
language sql immutable parallel safe as $$
  select json_build_array(c.sheet_title, c.name, c.title, c.meaning) from app.report_columns() c where c.sheet <> 'codebook'
$$;

create or replace function job.report_sheet(p_report text, p_sheet text) returns setof json
language plpgsql stable security definer set search_path = app, pg_temp as $$
declare
  r app.report := job.report_frozen(p_report);
begin
  case p_sheet
    when 'participants' then return query select * from sheet_participants(r);
    when 'figures' then return query select * from sheet_figures(r);
    when 'decisions' then return query select * from sheet_decisions(r);
    when 'opinion' then return query select * from sheet_opinion(r);
    when 'positions' then return query select * from sheet_positions(r);
    when 'codebook' then return query select * from sheet_codebook();
  end case;
end $$;

create or replace function job.report_columns() returns json
language sql stable security definer set search_path = app, pg_temp as $$
  select json_agg(c) from app.report_columns() c
$$;
