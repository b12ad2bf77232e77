-- The same for a whole draft.
create or replace function action.edition_text_save(p_me app.caller, p_consultation text, p_edition text,
  p_version text, p_paper text, p_then text) returns json
language plpgsql volatile security definer set search_path = app, pg_temp
set plan_cache_mode = force_generic_plan as $$
begin
  return edition_save(p_me, edition_to_change(p_consultation, p_edition), p_consultation, null, p_version, p_paper, p_then);
end $$;
