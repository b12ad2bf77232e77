-- One chapter of a draft as the text that it is written in.
create or replace function page.edition_chapter(p_me app.caller, p_consultation text, p_edition text, p_chapter text) returns json
language plpgsql stable security definer set search_path = app, pg_temp
set plan_cache_mode = force_generic_plan as $$
declare
  e app.edition := edition_visible(p_me, p_consultation, p_edition);
  k app.chapter;
begin
  select x.* into k from chapter x where x.edition_id = e.id and x.key = p_chapter;
  if k.id is null or e.state <> 'draft' then
    return null;
  end if;
  return edition_form(p_me, e, p_consultation, k);
end $$;
