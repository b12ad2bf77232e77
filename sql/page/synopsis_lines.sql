-- The same as JSON, a row each, with the fields of its columns and no other. Not
-- a route.
create or replace function page.synopsis_lines(p_me app.caller, p_consultation text, p_target text default null,
  p_level text default null, p_land text default null, p_seat text default null, p_stance text default null,
  p_tag text default null, p_decision text default null, p_place text default null, p_assignee text default null,
  p_grouped text default null, p_state text default null, p_q text default null, p_view text default null,
  p_column json default null)
returns setof text
language plpgsql stable security definer set search_path = app, pg_temp
set plan_cache_mode = force_generic_plan as $$
declare
  v_fields text[] := synopsis_fields(columns_of(p_view, p_column));
  v_hidden text[] := array(select f from unnest(synopsis_fields(synopsis_columns())) f where f <> all (v_fields))
    || array['token'];
begin
  return query select (to_jsonb(r) - v_hidden)::text from page.synopsis_rows(p_me, p_consultation, p_target, p_level,
    p_land, p_seat, p_stance, p_tag, p_decision, p_place, p_assignee, p_grouped, p_state, p_q, p_view) r;
end $$;
