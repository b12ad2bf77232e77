-- Attaches a position to another item of a published edition: from there on it
-- stands at that item. What was before stays in its history. p_expected: the last
-- such act that the page showed.
create or replace function action.reanchor_write(p_me app.caller, p_consultation text, p_edition text, p_position text, p_expected text,
  p_item text, p_reason text) returns json
language plpgsql volatile security definer set search_path = app, pg_temp
set plan_cache_mode = force_generic_plan as $$
declare
  e app.edition := edition_visible(p_me, p_consultation, p_edition);
  p app.position := position_anywhere(e.consultation_id, p_position);
  v_to bigint;
begin
  if p.id is null or not p.is_current or not exists (select from edition_line(e.id) l join stage s on s.edition_id = l.edition_id where s.id = p.stage_id) then
    perform fail('CN404', 'not_found');
  elsif e.state <> 'published' then
    perform fail('CN409', 'reanchor_draft');
  end if;
  perform from position x where x.id = p.id for update;
  if p_expected is distinct from coalesce((select max(r.id) from reanchor r where r.position_id = p.id), 0)::text then
    perform fail('CN409', 'reanchor_changed');
  end if;
  v_to := (select v.id from item_version v join item i on i.id = v.item_id where v.edition_id = e.id and i.key = split_part(btrim(p_item), ' ', 1));
  if v_to is null then
    perform fail('CN422', 'reanchor_where', 'item');
  elsif coalesce(btrim(p_reason), '') = '' then
    perform fail('CN422', 'required', 'reason');
  elsif not exists (select from places_in(e.id, false, p.id) x where x.version_id is distinct from v_to) then
    perform fail('CN422', 'reanchor_same', 'item');
  end if;
  insert into reanchor (position_id, edition_id, to_version_id, reason, anchored_at, anchored_by)
    values (p.id, e.id, v_to, btrim(p_reason), app.now(), p_me.person_id);
  perform audit(p_me, 'position.reanchor', 'position', p.id);
  return json_build_object('location', '/consultations/' || p_consultation || '/editions/' || e.number || '/places/' || p_position
    || '?notice=position_reanchored');
end $$;
