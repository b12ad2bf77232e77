-- An answer and the positions that are cut from it, addressed by its number.
create or replace function page.cut(p_me app.caller, p_consultation text, p_position text) returns json
language plpgsql stable security definer set search_path = app, pg_temp
set plan_cache_mode = force_generic_plan as $$
declare
  s app.stage := desk_stage(p_consultation, p_position);
  w app.position := whole_at(s, p_position);
  a app.released_answer;
  t app.target;
  v_is_cut boolean;
  v_bar json;
begin
  if w.id is null then
    return null;
  end if;
  select x.* into a from released_answer x where x.id = w.released_answer_id;
  select x.* into t from target x where x.id = a.target_id;
  v_is_cut := w.set_aside;
  v_bar := case when v_is_cut and is_answer_held(a.id) then null else cut_bar(s, w, p_consultation) end;
  return json_build_object(
    'frame', frame_at(p_me, s, null, 'synopsis'),
    'consultation', consultation_json(s.consultation_id),
    'position', (select json_build_object('number', position_number(s.kind, s.number, w.number, 0),
        'organisation', json_build_object('code', o.code, 'name', n.name, 'short_name', n.short_name),
        'target', t.key, 'target_title', target_title(t), 'stance', coalesce(a.stance::text, 'no_position'),
        'confidential', a.confidential, 'released_at', w.released_at, 'papers', papers_of(a.value), 'picked', picked_of(a.value),
        'href', answer_href(w, p_consultation), 'position_href', position_link(s, w, p_consultation) ->> 'href')
      from organisation o, name_on(o.id, today()) n where o.id = w.organisation_id),
    'is_cut', v_is_cut,
    'coverage', case when v_is_cut then cut_coverage(s, w, a) end,
    'steps', cut_steps(s, w, a, p_consultation),
    'bar', v_bar,
    'can', json_build_object('cut', v_bar is null),
    'options', json_build_object('targets', synopsis_options(s, null) -> 'targets',
      'parts', (select json_agg(f order by n) from unnest(cut_fields()) with ordinality u(f, n) where released_text(a, f) is not null)),
    'form', json_build_object('groups', (select coalesce(json_agg(cut_text(s, w, a, f) order by n), '[]')
        from unnest(cut_fields()) with ordinality u(f, n) where released_text(a, f) is not null),
      'target', t.key, 'part', null, 'first', '', 'first_char', '', 'last', '', 'last_char', ''));
end $$;
