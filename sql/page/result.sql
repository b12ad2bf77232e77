-- The results on one point: how many of which level took which stance, and what
-- was published about it.
create or replace function app.result_groups(s app.stage, p_target_id bigint) returns json
language plpgsql stable as $$
begin
  return (with r as materialized (select * from public_rows(s.id, p_target_id)),
    g as (select r.*, r.level is null as is_total from r)
    select json_build_object('total', (select json_build_object('base', g.base, 'answered', g.answered, 'counts', json_build_object(
          'agree', g.agree, 'agree_changed', g.agree_changed, 'reject', g.reject, 'note', g.note, 'no_position', g.no_position))
        from g where g.is_total),
      'rows', (select coalesce(json_agg(json_build_object('level', g.level, 'levels', g.levels, 'base', g.base, 'answered', g.answered,
          'counts', json_build_object('agree', g.agree, 'agree_changed', g.agree_changed, 'reject', g.reject, 'note', g.note,
            'no_position', g.no_position)) order by g.level = 'rest', g.answered desc, g.level), '[]') from g where not g.is_total),
      'chart', result_chart('result', 'result', (select coalesce(json_agg(json_build_object('label', case when g.is_total then 'result_group:all'
            else 'result_group:' || g.level end, 'n', g.answered, 'values',
            json_build_array(g.agree, g.agree_changed, g.reject, g.note, g.no_position))
          order by g.is_total desc, g.level = 'rest', g.answered desc, g.level), '[]') from g))));
end $$;

-- Fifty at a time, in the order of the organisations.
create or replace function app.result_statements(s app.stage, p_target_id bigint, p_base text, p_after text) returns json
language plpgsql stable as $$
declare
  v_after text := coalesce((select p.sort_key from publication p join organisation o on o.id = p.organisation_id
    where p.stage_id = s.id and p.revoked_at is null and o.code = p_after), '');
begin
  return (with x as materialized (select a.*, p.sort_key, row_number() over (order by p.sort_key) as n from published_answer a
        join publication p on p.id = a.publication_id
      where a.stage_id = s.id and a.target_id = p_target_id and p.sort_key > v_after order by p.sort_key limit 51),
    d as materialized (select * from decisions_by_answer(s.id, array(select x.released_answer_id from x)))
    select json_build_object('rows', coalesce(json_agg(statement_answer((x.id, x.publication_id, x.stage_id, x.organisation_id, x.target_id,
          x.released_answer_id, x.adopted, x.kind, x.stance, x.body, x.proposal, x.reason, x.value, x.cuts)::published_answer, p_base, d.decisions)
        || jsonb_build_object('organisation', publication_json(p, p_base)) order by x.n) filter (where x.n <= 50), '[]'),
      'next_after', case when count(*) > 50 then (array_agg(o.code order by x.n))[50] end)
    from x join publication p on p.id = x.publication_id join organisation o on o.id = p.organisation_id
      left join d on d.released_answer_id = x.released_answer_id);
end $$;

create or replace function page.result(p_me app.caller, p_consultation text, p_target text, p_after text) returns json
language plpgsql stable security definer set search_path = app, pg_temp
set plan_cache_mode = force_generic_plan as $$
declare
  s app.stage := result_stage(p_consultation);
  v_base text := result_base(s);
  v_slug text := split_part(split_part(v_base, '/', 3), '/', 1);
  t app.target;
  r record;
begin
  select x.* into t from target x where x.stage_id = s.id and x.key = p_target;
  if not found then
    return null;
  end if;
  select * into r from target_of(t);
  return json_build_object(
    'frame', frame_at(p_me, s, house_if_any(p_me, s.id, p_consultation), 'results'),
    'consultation', consultation_json(s.consultation_id), 'stage', result_stage_json(s), 'base_href', v_base,
    'state', result_state(s), 'licence', licence_json(),
    'target', target_json(t, v_slug, r.i, r.v, r.q, r.q_key, r.k), 'audience', audience_json(t.audience, null), 'chapter', chapter_json(r.k, v_slug),
    'groups', case when t.takes_stance and (result_state(s) ->> 'is_shown')::boolean then result_groups(s, t.id) end,
    'statements', result_statements(s, t.id, v_base, p_after),
    'previous', target_neighbour(t, false, v_base || '/'), 'next', target_neighbour(t, true, v_base || '/'));
end $$;
