-- One section at a time with its preview; the first one with the cover.
create or replace function page.report_edit(p_me app.caller, p_consultation text, p_report text, p_section text) returns json
language plpgsql stable security definer set search_path = app, pg_temp
set plan_cache_mode = force_generic_plan as $$
declare
  s app.stage := desk_stage(p_consultation);
  r app.report := report_at(p_consultation, p_report);
  w app.stage;
  v_number int := case when p_section ~ '^[1-7]$' then p_section::int else 1 end;
  x app.report_section;
begin
  if r.id is null then
    return null;
  elsif r.state = 'frozen' then
    return json_build_object('location', report_head(r) ->> 'href');
  end if;
  select y.* into w from stage y where y.id = r.stage_id;
  select y.* into x from report_section y where y.report_id = r.id and y.number = v_number;
  return json_build_object(
    'frame', frame_at(p_me, s, null, 'reports'),
    'report', report_head(r),
    'section', json_build_object('number', v_number, 'title', (report_titles())[v_number], 'saved_at', x.saved_at,
      'is_proposed', x.saved_by is null, 'is_cover', v_number = 1, 'is_results', v_number = 4),
    'sections', (select json_agg(json_build_object('number', y.number, 'title', (report_titles())[y.number], 'is_current', y.number = v_number,
      'is_proposed', y.saved_by is null) order by y.number) from report_section y where y.report_id = r.id),
    'document', report_json(r),
    'figures', report_figure_list(report_figures(r, w)),
    'blocks', (select json_agg(json_build_object('key', y.key, 'label', y.label)) from report_block_list(r, w) y),
    'dissents', report_dissents_json(r, w),
    'form', json_build_object('section', v_number::text, 'body', x.body, 'version', x.version, 'kind', r.kind, 'session_number', r.session_number,
      'session_on', report_day(r.session_on), 'agenda_item', r.agenda_item, 'title', r.title, 'speaker', r.speaker,
      'purpose', r.purpose, 'mark', r.mark, 'cover_version', r.version));
end $$;

-- Marked ones first, then those that could be: voting members who reject, or agree with a change.
create or replace function app.report_dissents_json(r app.report, s app.stage) returns json
language plpgsql stable as $$
begin
  return (select coalesce(json_agg(json_build_object('number', x.number, 'organisation', x.short_name, 'target', x.target,
      'target_title', x.target_title, 'stance', x.stance, 'is_marked', x.number = any (m.numbers), 'href', report_base(s) || '/positions/' || x.number)), '[]')
    from position_rows(s, array(select p.id from position p left join report_dissent d on d.report_id = r.id and d.position_id = p.id
        where p.stage_id = s.id and (d.position_id is not null or p.is_current and p.seat_status = 'voting' and p.number is not null
          and p.stance in ('reject', 'agree_changed'))
        order by d.position_id is null, p.stance = 'reject' desc, p.sort_target, p.sort_key, p.id limit 200), false) x,
      (select array(select position_number(s.kind, s.number, p.number, p.part) from report_dissent d join position p on p.id = d.position_id
        where d.report_id = r.id) as numbers) m);
end $$;
