-- Confirms at once what goes on word for word in its place. p_shown: how many the
-- page said.
create or replace function action.anchors_confirm_same(p_me app.caller, p_consultation text, p_edition text, p_shown bigint) returns json
language plpgsql volatile security definer set search_path = app, pg_temp
set plan_cache_mode = force_generic_plan as $$
declare
  e app.edition := edition_to_change(p_consultation, p_edition);
  v_count bigint;
begin
  update item_lineage l set state = 'confirmed', confirmed_at = app.now(), confirmed_by = p_me.person_id, text_changed = false
    where l.to_edition_id = e.id and l.state = 'proposed' and (l.from_version_id, l.to_version_id) in (
      select a.from_ids[1], a.to_ids[1] from anchors(e.based_on_id, e.id) a where a.word = 'unchanged' and not a.is_confirmed);
  get diagnostics v_count = row_count;
  if v_count <> p_shown then
    perform fail('CN409', 'anchors_changed');
  end if;
  perform audit(p_me, 'anchor.confirm_same', 'edition', e.id, null, null, v_count);
  return json_build_object('location', '/consultations/' || p_consultation || '/editions/' || e.number
    || '/anchors?show=open&notice=anchors_confirmed');
end $$;
