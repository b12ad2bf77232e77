-- All papers of a consultation, drafts first.
create or replace function page.reports(p_me app.caller, p_consultation text) returns json
language plpgsql stable security definer set search_path = app, pg_temp
set plan_cache_mode = force_generic_plan as $$
declare
  s app.stage := desk_stage(p_consultation);
begin
  if s.id is null then
    return null;
  end if;
  return json_build_object(
    'frame', frame_at(p_me, s, null, 'reports'),
    'can_write', 'reporter' = any (p_me.roles),
    'rows', (select coalesce(json_agg(report_head(r) order by r.number desc nulls first, r.id desc), '[]')
      from (select x.* from report x where x.consultation_id = s.consultation_id order by x.id desc limit 200) r));
end $$;
