-- Who took which rows out of the house, before the first row leaves it
-- (Art. 33 DSGVO asks for it after a breach). Not a route: the export streams
-- call it in the same statement as the rows.
create or replace function action.export_note(p_me app.caller, p_consultation text, p_what text)
returns boolean
language plpgsql volatile security definer set search_path = app, pg_temp
set plan_cache_mode = force_generic_plan as $$
declare
  v_id bigint := (select c.id from consultation c where c.slug = p_consultation);
begin
  if v_id is null then
    perform fail('CN404', 'not_found');
  end if;
  perform audit(p_me, 'export_' || p_what, 'consultation', v_id);
  return true;
end $$;
