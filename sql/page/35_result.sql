-- Results for the public: counts of which no group is under five, and the
-- statements that were published, in their redacted words.

-- The stage of the address, else the last one of which something is public.
create or replace function app.result_stage(p_consultation text) returns app.stage
language plpgsql stable as $$
declare
  v_id bigint := consultation_at(p_consultation);
  s app.stage := current_stage(v_id);
  v_last bigint;
begin
  if v_id is null or not is_public(v_id) then
    return null;
  end if;
  v_last := (select x.id from stage x where x.consultation_id = v_id and is_any_public(x.id) order by x.closes_at desc limit 1);
  if pinned_stage() is null and v_last <> s.id then
    perform set_config('app.stage_id', v_last::text, true);
    select x.* into s from stage x where x.id = v_last;
  end if;
  return s;
end $$;

create or replace function app.is_any_public(p_stage_id bigint) returns boolean
language plpgsql stable as $$
begin
  return exists (select from result_release r where r.stage_id = p_stage_id and r.revoked_at is null)
    or exists (select from publication p where p.stage_id = p_stage_id and p.revoked_at is null);
end $$;

create or replace function app.has_results(p_consultation_id bigint) returns boolean
language plpgsql stable as $$
begin
  return exists (select from stage s where s.consultation_id = p_consultation_id and is_any_public(s.id));
end $$;

-- The results on an item or a question, of the last stage that has some.
create or replace function app.result_link(p_consultation_id bigint, p_item_id bigint, p_question_id bigint) returns text
language plpgsql stable as $$
begin
  return (select '/consultations/' || stage_address(s) || '/results/' || t.key
    from stage s join target t on t.stage_id = s.id left join item_version v on v.id = t.item_version_id
      left join question_version q on q.id = t.question_version_id
    where s.consultation_id = p_consultation_id and v.item_id is not distinct from p_item_id
      and q.question_id is not distinct from p_question_id and t.chapter_id is null and is_any_public(s.id)
    order by s.closes_at desc limit 1);
end $$;

create or replace function app.result_base(s app.stage) returns text
language plpgsql stable as $$
begin
  return (select '/consultations/' || address(c.slug) || '/results' from consultation c where c.id = s.consultation_id);
end $$;

create or replace function app.result_stage_json(s app.stage) returns json
language sql stable as $$
  select json_build_object('key', s.key, 'kind', s.kind, 'number', s.number, 'title', s.title, 'closes_at', s.closes_at)
$$;

-- Under which licence the open data stand: as the administration says, else the
-- one that is usual for data of the public administration.
create or replace function app.licence_json() returns json
language plpgsql stable as $$
begin
  return (select json_build_object('name', coalesce(x.value ->> 'name', 'Datenlizenz Deutschland – Namensnennung – Version 2.0'),
      'href', case when x.value ? 'name' then x.value ->> 'href' else 'https://www.govdata.de/dl-de/by-2-0' end,
      'credit', coalesce(o.value ->> 'operator_name', 'FITKO (Föderale IT-Kooperation)'))
    from (values (1)) one (row) left join setting x on x.key = 'open_data' left join setting o on o.key = 'operator');
end $$;

-- Bars of the five stances; p_rows: [{"label", "n", "values"}].
create or replace function app.result_chart(p_id text, p_words text, p_rows json) returns json
language sql immutable parallel safe as $$
  select case when json_array_length(p_rows) > 0 then json_build_object('kind', 'stacked', 'id', p_id, 'title', 'chart:' || p_words,
    'desc', 'chart:results_desc', 'classes', json_build_array('agree', 'agree_changed', 'reject', 'note', 'no_position'), 'rows', p_rows) end
$$;

-- Whether what is shown is public, or shown to the desk before.
create or replace function app.result_state(s app.stage) returns json
language plpgsql stable as $$
begin
  return (select json_build_object('is_released', r.id is not null, 'released_at', r.released_at,
      'is_preview', r.id is null and is_desk(), 'is_shown', r.id is not null or is_desk(),
      'statements', (select count(*) from publication p where p.stage_id = s.id and p.revoked_at is null),
      'shortened', (select count(*) from publication p where p.stage_id = s.id and p.revoked_at is null and p.is_shortened),
      'invited', invited_count(s.id), 'returned', case when r.id is not null or is_desk() then public_returned(s.id) end)
    from (values (1)) one (row) left join result_release r on r.stage_id = s.id and r.revoked_at is null);
end $$;

-- --- statements --------------------------------------------------------------------

-- An answer as the public reads it: its words, whom it was joined from or by (as
-- far as they are published), and what became of it.
create or replace function app.statement_answer(a app.published_answer, p_base text, p_decisions json) returns jsonb
language plpgsql stable as $$
declare
  w app.published_answer := public_words(a);
begin
  return jsonb_build_object('answer_kind', a.kind, 'stance', form_stance(a.kind, a.stance), 'body', w.body, 'proposal', w.proposal,
    'reason', w.reason, 'papers', papers_of(w.value), 'picked', picked_of(w.value), 'is_cut', a.cuts > 0,
    'is_adopted', a.adopted, 'is_without_words', a.adopted and w.id is null,
    'joined', case when a.adopted then (select json_build_object('name', p.organisation_name, 'href', p_base || '/statements/' || o.code)
      from publication p join organisation o on o.id = p.organisation_id where p.id = w.publication_id and w.id <> a.id) end,
    'joined_by', (select coalesce(json_agg(json_build_object('name', p.organisation_name, 'href', p_base || '/statements/' || o.code)
        order by p.sort_key), '[]')
      from published_answer x join publication p on p.id = x.publication_id join organisation o on o.id = p.organisation_id
      where not a.adopted and x.released_answer_id = a.released_answer_id and x.adopted),
    'decisions', coalesce(p_decisions, '[]'));
end $$;

-- What became of these, by answer.
create or replace function app.decisions_by_answer(p_stage_id bigint, p_answers bigint[])
returns table (released_answer_id bigint, decisions json)
language plpgsql stable as $$
begin
  return query select d.released_answer_id, json_agg(json_build_object('decision', d.decision, 'referred_to', d.referred_to,
      'assessment', case when not quotes_cut(d.released_answer_id, d.body) then d.body end, 'place', d.edition_place, 'is_part', d.part > 0, 'part', d.part) order by d.part)
    from public_decisions(p_stage_id, p_answers, app.now()) d group by d.released_answer_id;
end $$;

-- The answers of one statement in the order of the paper.
create or replace function app.statement_groups(s app.stage, p_answers app.published_answer[], p_base text) returns json
language plpgsql stable as $$
begin
  return (with d as materialized (select * from decisions_by_answer(s.id, array(select x.released_answer_id from unnest(p_answers) x))),
    w as (select t.position as place, k.key as group_key, 'Kapitel ' || k.number || ': ' || k.title as label, t.key, target_title(t) as title,
        statement_answer((a.id, a.publication_id, a.stage_id, a.organisation_id, a.target_id, a.released_answer_id, a.adopted, a.kind, a.stance,
            a.body, a.proposal, a.reason, a.value, a.cuts)::published_answer, p_base, d.decisions)
          || jsonb_build_object('target', t.key, 'title', target_title(t), 'href', p_base || '/' || t.key) as row
      from unnest(p_answers) a join target t on t.id = a.target_id
        join chapter k on k.key = target_chapter(t) and k.edition_id = s.edition_id
        left join d on d.released_answer_id = a.released_answer_id),
    g as (select min(w.place) as place, w.group_key, w.label, json_agg(w.row order by w.place) as rows from w group by 2, 3)
    select coalesce(json_agg(json_build_object('key', g.group_key, 'label', g.label, 'rows', g.rows) order by g.place), '[]') from g);
end $$;

-- What would be published of a version.
create or replace function app.public_answers(v app.response_version) returns app.published_answer[]
language plpgsql stable as $$
begin
  return array(select (-f.target_id, 0, v.stage_id, v.organisation_id, f.target_id, f.released_answer_id, f.adopted, f.kind, f.stance,
      f.body, f.proposal, f.reason, f.value, f.cuts)::published_answer from public_form(v.id) f);
end $$;

create or replace function app.publication_json(p app.publication, p_base text) returns json
language plpgsql stable as $$
begin
  return (select json_build_object('code', o.code, 'name', p.organisation_name, 'short_name', p.organisation_short_name, 'level', p.level,
      'land_name', (select l.name from land l where l.code = p.land_code), 'is_shortened', p.is_shortened, 'published_at', p.published_at,
      'href', p_base || '/statements/' || o.code)
    from organisation o where o.id = p.organisation_id);
end $$;

-- Of whom the words behind a change are public.
create or replace function app.behind_json(p_change_id bigint) returns json
language plpgsql stable as $$
begin
  return (select coalesce(json_agg(json_build_object('name', p.organisation_name, 'href', '/consultations/' || stage_address(s)
      || '/results/statements/' || o.code) order by p.sort_key), '[]')
    from publication p join organisation o on o.id = p.organisation_id join stage s on s.id = p.stage_id
    where p.id = any (published_behind(p_change_id)) and p.revoked_at is null);
end $$;

grant execute on function app.outcome_rows(bigint, bigint, text), app.target_asks(text[], text, text), app.return_group(text, text) to resonanz_public;
