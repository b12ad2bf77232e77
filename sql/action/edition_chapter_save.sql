-- A chapter of a draft gets the text that was read into p_paper. p_then preview:
-- nothing is saved, the form comes back with what the text would be.
create or replace function action.edition_chapter_save(p_me app.caller, p_consultation text, p_edition text, p_chapter text,
  p_version text, p_paper text, p_then text) returns json
language plpgsql volatile security definer set search_path = app, pg_temp
set plan_cache_mode = force_generic_plan as $$
declare
  e edition := edition_to_change(p_consultation, p_edition);
begin
  if not exists (select from chapter k where k.edition_id = e.id and k.key = p_chapter) then
    perform fail('CN404', 'not_found');
  end if;
  return edition_save(p_me, e, p_consultation, p_chapter, p_version, p_paper, p_then);
end $$;
