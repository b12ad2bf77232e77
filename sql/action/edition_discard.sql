-- Throws a draft away.
create or replace function action.edition_discard(p_me app.caller, p_consultation text, p_edition text) returns json
language plpgsql volatile security definer set search_path = app, pg_temp
set plan_cache_mode = force_generic_plan as $$
declare
  e edition := edition_to_change(p_consultation, p_edition);
  v_hold text := edition_hold(e.id);
begin
  if v_hold is not null then
    perform fail('CN409', v_hold);
  end if;
  perform edition_drop(e);
  perform audit(p_me, 'edition.discard', 'edition', e.id);
  return json_build_object('location', '/consultations/' || p_consultation || '/editions?notice=edition_discarded');
end $$;
