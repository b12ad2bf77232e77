-- Several positions, by number or ticked in a list, to be given to somebody or to
-- the sponsors: the page that shows what would happen.
create or replace function action.bulk_start(p_me app.caller, p_consultation text, p_position json, p_positions text, p_kind text)
returns json
language plpgsql volatile security definer set search_path = app, pg_temp
set plan_cache_mode = force_generic_plan as $$
declare
  s app.stage := desk_stage(p_consultation);
begin
  if s.id is null then
    perform fail('CN404', 'not_found');
  elsif p_kind is null or p_kind not in ('assign', 'approval') then
    perform fail('CN422', 'choose', 'kind');
  end if;
  return json_build_object('location', '/consultations/' || p_consultation || '/bulk/'
    || (bulk_make(p_me, s, p_kind, positions_named(s, p_positions, p_position))).key);
end $$;
