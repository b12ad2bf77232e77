-- Which points of the paper still hold, as an evaluation has found so far; what is out of date first.
create or replace function page.validity_counts(p_me app.caller, p_consultation text, p_level text, p_seat text) returns json
language plpgsql stable security definer set search_path = app, pg_temp
set plan_cache_mode = force_generic_plan as $$
declare
  s app.stage := desk_stage(p_consultation);
  v_base text := '/consultations/' || p_consultation || '/';
begin
  if s.id is null then
    return null;
  end if;
  return json_build_object(
    'frame', frame_at(p_me, s, null, 'opinion'),
    'consultation', consultation_json(s.consultation_id),
    'is_asked', s.kind <> 'consultation',
    'totals', opinion_totals(s.id, 0),
    'rows', (select coalesce(json_agg(json_build_object('target', t.key, 'title', target_title(t), 'href', v_base || 'opinion/' || t.key,
        'base', x.base, 'not_asked', x.not_asked, 'agree', x.agree, 'agree_changed', x.agree_changed, 'reject', x.reject, 'other', x.other, 'no_answer', x.no_answer,
        'seats', json_build_object('base', x.seats, 'agree', x.agree_seats, 'agree_changed', x.agree_changed_seats, 'reject', x.reject_seats),
        'levels', coalesce(x.levels, '[]'), 'inherited', json_build_object('count', coalesce(i.count, 0), 'places', coalesce(i.places, '[]')),
        'findings', json_build_object('count', coalesce(f.count, 0), 'list', coalesce(f.list, '[]')))
        order by x.reject desc, x.agree_changed desc, t.position), '[]')
      from validity_rows(s, p_level, p_seat) x join target t on t.id = x.target_id
        left join validity_inherited(s) i on i.target_id = t.id left join validity_findings(s, p_consultation) f on f.target_id = t.id),
    'csv_href', with_query(v_base || 'validity.csv', array['level', 'seat'], array[p_level, p_seat]),
    'filter', json_build_object('level', p_level, 'seat', p_seat),
    'options', json_build_object('levels', level_options(s.id), 'seats', json_build_array('voting', 'advisory', 'none')));
end $$;

-- The same as lines of a file.
create or replace function page.validity_lines(p_me app.caller, p_consultation text, p_level text, p_seat text)
returns table (target text, title text, base bigint, not_asked bigint, agree bigint, agree_changed bigint, reject bigint, other bigint, no_answer bigint,
  seats bigint, agree_seats bigint, agree_changed_seats bigint, reject_seats bigint, inherited bigint, findings bigint)
language plpgsql stable security definer set search_path = app, pg_temp as $$
declare
  s app.stage := desk_stage(p_consultation);
begin
  return query select t.key::text, target_title(t), x.base, x.not_asked, x.agree, x.agree_changed, x.reject, x.other, x.no_answer, x.seats, x.agree_seats,
      x.agree_changed_seats, x.reject_seats, coalesce(i.count, 0), coalesce(f.count, 0)
    from validity_rows(s, p_level, p_seat) x join target t on t.id = x.target_id
      left join validity_inherited(s) i on i.target_id = t.id left join validity_findings(s, p_consultation) f on f.target_id = t.id
    order by x.reject desc, x.agree_changed desc, t.position;
end $$;
