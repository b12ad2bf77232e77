-- A published statement as a whole, in the words that are public.
create or replace function page.statement(p_me app.caller, p_consultation text, p_organisation text) returns json
language plpgsql stable security definer set search_path = app, pg_temp
set plan_cache_mode = force_generic_plan as $$
declare
  s app.stage := result_stage(p_consultation);
  v_base text := result_base(s);
  p app.publication;
begin
  select x.* into p from publication x join organisation o on o.id = x.organisation_id
    where x.stage_id = s.id and x.revoked_at is null and o.code = p_organisation;
  if not found then
    return null;
  end if;
  return json_build_object(
    'frame', frame_at(p_me, s, house_if_any(p_me, s.id, p_consultation), 'results'),
    'consultation', consultation_json(s.consultation_id), 'stage', result_stage_json(s), 'base_href', v_base,
    'organisation', publication_json(p, v_base), 'licence', licence_json(),
    'groups', statement_groups(s, array(select a from published_answer a where a.publication_id = p.id), v_base));
end $$;
