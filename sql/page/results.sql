-- The results of a stage: for each point how many took which stance, chapter by
-- chapter, and how many statements on it are public.
create or replace function app.result_chapters(s app.stage, p_base text) returns json
language plpgsql stable as $$
begin
  return (with r as materialized (select * from public_rows(s.id) x where x.level is null),
    n as (select a.target_id, count(*) as statements from published_answer a where a.stage_id = s.id and a.kind = 'answered' group by 1),
    w as (select k.key as chapter, t.key, t.position, target_title(t) as title, target_kind(i.kind, t.question_version_id) as kind, r.*,
        r.target_id is not null as is_shown, coalesce(n.statements, 0) as statements
      from target t join chapter k on k.key = target_chapter(t) and k.edition_id = s.edition_id
        left join r on r.target_id = t.id left join n on n.target_id = t.id
        left join item_version v on v.id = t.item_version_id left join item i on i.id = v.item_id
      where t.stage_id = s.id and t.takes_stance)
    select coalesce(json_agg(json_build_object('key', k.key, 'number', k.number, 'title', k.title,
        'chart', result_chart('results-' || k.key, 'results', (select coalesce(json_agg(json_build_object('label', w.key || ' ' || w.title,
            'n', w.answered, 'values', json_build_array(w.agree, w.agree_changed, w.reject, w.note, w.no_position)) order by w.position), '[]')
          from w where w.chapter = k.key and w.is_shown)),
        'rows', (select coalesce(json_agg(json_build_object('target', w.key, 'title', w.title, 'kind', w.kind, 'href', p_base || '/' || w.key,
            'base', w.base, 'answered', w.answered, 'counts', json_build_object('agree', w.agree, 'agree_changed', w.agree_changed,
              'reject', w.reject, 'note', w.note, 'no_position', w.no_position), 'statements', w.statements) order by w.position), '[]')
          from w where w.chapter = k.key and w.is_shown),
        'few', (select coalesce(json_agg(json_build_object('target', w.key, 'title', w.title, 'kind', w.kind, 'href', p_base || '/' || w.key,
            'statements', w.statements) order by w.position), '[]') from w where w.chapter = k.key and not w.is_shown)) order by k.position), '[]')
      from chapter k where k.edition_id = s.edition_id and exists (select from w where w.chapter = k.key));
end $$;

create or replace function page.results(p_me app.caller, p_consultation text) returns json
language plpgsql stable security definer set search_path = app, pg_temp
set plan_cache_mode = force_generic_plan as $$
declare
  s app.stage := result_stage(p_consultation);
  v_base text := result_base(s);
begin
  if s.id is null then
    return null;
  end if;
  return json_build_object(
    'frame', frame_at(p_me, s, house_if_any(p_me, s.id, p_consultation), 'results'),
    'consultation', consultation_json(s.consultation_id), 'stage', result_stage_json(s), 'base_href', v_base,
    'state', result_state(s), 'licence', licence_json(),
    'chapters', case when (result_state(s) ->> 'is_shown')::boolean then result_chapters(s, v_base) else '[]' end,
    'statements', (select coalesce(json_agg(publication_json(x, v_base) order by x.sort_key), '[]') from (select p.* from publication p
      where p.stage_id = s.id and p.revoked_at is null order by p.sort_key limit 10) x));
end $$;
