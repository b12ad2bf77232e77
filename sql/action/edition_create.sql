-- Begins the next edition: a draft with all of the last one in it.
create or replace function action.edition_create(p_me app.caller, p_consultation text, p_as_of text, p_title text,
  p_note text) returns json
language plpgsql volatile security definer set search_path = app, pg_temp
set plan_cache_mode = force_generic_plan as $$
declare
  v_id bigint := consultation_at(p_consultation);
  e edition;
begin
  if v_id is null then
    perform fail('CN404', 'not_found');
  end if;
  e := edition_begin(p_me, v_id, read_day(p_as_of, 'as_of'), p_title, p_note);
  return json_build_object('location', '/consultations/' || p_consultation || '/editions/' || e.number
    || '?notice=edition_created', 'edition', e.number);
end $$;
