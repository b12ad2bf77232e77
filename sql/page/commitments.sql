-- The register of commitments as it stood on a day.
create or replace function page.commitments(p_me app.caller, p_step text, p_state text, p_vision text, p_on text) returns json
language plpgsql stable security definer set search_path = app, pg_temp
set plan_cache_mode = force_generic_plan as $$
declare
  v_is_bad boolean := p_on is not null and day_of(p_on) is null;
  v_on date := coalesce(day_of(p_on), today());
begin
  return json_build_object(
    'frame', frame(p_me, null, 'commitments'),
    'rows', (select coalesce(json_agg(commitment_json(r.c, v_on)), '[]') from commitment_rows(p_step, p_state, p_vision, v_on) r),
    'filter', json_build_object('step', p_step, 'state', p_state, 'vision', p_vision,
      'on', case when v_is_bad then p_on else to_char(v_on, 'DD.MM.YYYY') end, 'is_bad', v_is_bad,
      'is_on', num_nonnulls(p_step, p_state, p_vision, p_on) > 0),
    'on', v_on,
    'is_today', v_on = today(),
    'focus_topics', focus_topics_json(),
    'csv_href', with_query('/commitments.csv', '{step,state,vision,on}', array[url_part(p_step), url_part(p_state),
      url_part(p_vision), case when not v_is_bad and p_on is not null then v_on::text end]),
    'sees_proposals', sees_proposals(),
    'due', (select coalesce(json_agg(json_build_object('number', c.number, 'subject', d.subject, 'due_on', d.reason_due_on,
        'is_overdue', d.reason_due_on < today(), 'organisation', (select n.short_name from name_on(d.organisation_id, today()) n),
        'href', case when is_member(p_me) then '/commitments/' || c.number || '/deviations?deviation=' || d.key
          else '/commitments/' || c.number || '#abweichungen' end) order by d.reason_due_on, d.id), '[]')
      from deviation d join commitment c on c.id = d.commitment_id
      where d.released_at is not null and d.reason_released_at is null and d.ended_on is null
        and (p_me.roles @> '{moderator}' or is_member(p_me) and d.organisation_id = p_me.organisation_id)),
    'declarations', case when p_me.roles @> '{moderator}' then (select coalesce(json_agg(json_build_object('number', c.number,
        'href', '/commitments/' || c.number || '#erklaerungen', 'act', x.act, 'on_day', x.on_day,
        'organisation', (select n.short_name from name_on(x.organisation_id, today()) n)) order by x.id), '[]')
      from cooperation_declaration x join commitment c on c.id = x.commitment_id where x.verdict is null) end,
    'can', json_build_object('edit', p_me.roles @> '{moderator}'));
end $$;

create or replace function page.commitments_csv(p_me app.caller, p_step text, p_state text, p_vision text, p_on text)
returns table (number text, title text, step text, binding text, members bigint, state text, valid_from date, valid_until date,
  review_since date, decision text, origin text, positions bigint, owner text, deviations bigint, reasoned bigint, body text)
language plpgsql stable security definer set search_path = app, pg_temp
set plan_cache_mode = force_generic_plan as $$
declare
  v_on date := coalesce(day_of(p_on), today());
begin
  return query select j.x ->> 'number', j.x ->> 'title', j.x ->> 'step', j.x ->> 'step', (j.x ->> 'members')::bigint, j.x ->> 'state',
      (j.x ->> 'valid_from')::date, (j.x ->> 'valid_until')::date, (j.x ->> 'review_since')::date, j.x #>> '{decision,ref}',
      j.x #>> '{origin,key}', (j.x #>> '{origin,positions}')::bigint, j.x ->> 'owner', (j.x #>> '{deviations,count}')::bigint,
      (j.x #>> '{deviations,reasoned}')::bigint, (select v.body::text from commitment_version v
        where v.id = (commitment_on((r.c).id, v_on)).version_id)
    from commitment_rows(p_step, p_state, p_vision, v_on) r, lateral (select commitment_json(r.c, v_on) as x offset 0) j;
end $$;
