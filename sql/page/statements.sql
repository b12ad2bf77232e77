-- The statements that were published, fifty at a time.
create or replace function page.statements(p_me app.caller, p_consultation text, p_after text) returns json
language plpgsql stable security definer set search_path = app, pg_temp
set plan_cache_mode = force_generic_plan as $$
declare
  s app.stage := result_stage(p_consultation);
  v_base text := result_base(s);
  v_after text := coalesce((select p.sort_key from publication p join organisation o on o.id = p.organisation_id
    where p.stage_id = s.id and p.revoked_at is null and o.code = p_after), '');
begin
  if s.id is null then
    return null;
  end if;
  return (with x as materialized (select p.*, row_number() over (order by p.sort_key) as n from publication p
      where p.stage_id = s.id and p.revoked_at is null and p.sort_key > v_after order by p.sort_key limit 51)
    select json_build_object(
      'frame', frame_at(p_me, s, house_if_any(p_me, s.id, p_consultation), 'results'),
      'consultation', consultation_json(s.consultation_id), 'stage', result_stage_json(s), 'base_href', v_base,
      'state', result_state(s), 'licence', licence_json(),
      'rows', coalesce((select json_agg(publication_json(p, v_base)::jsonb || jsonb_build_object('answers',
          (select count(*) from published_answer a where a.publication_id = p.id and a.kind = 'answered')) order by x.n)
        from x join publication p on p.id = x.id where x.n <= 50), '[]'),
      'next_after', (select o.code from x join organisation o on o.id = x.organisation_id
        where x.n = 50 and exists (select from x y where y.n = 51))));
end $$;
