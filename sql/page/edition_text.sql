-- A draft as one text: chapters are added, moved and taken away here.
create or replace function page.edition_text(p_me app.caller, p_consultation text, p_edition text) returns json
language plpgsql stable security definer set search_path = app, pg_temp
set plan_cache_mode = force_generic_plan as $$
declare
  e app.edition := edition_visible(p_me, p_consultation, p_edition);
begin
  if e.id is null or e.state <> 'draft' then
    return null;
  end if;
  return edition_form(p_me, e, p_consultation, null);
end $$;
