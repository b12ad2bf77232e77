-- Before a draft is thrown away: what goes with it.
create or replace function page.edition_end(p_me app.caller, p_consultation text, p_edition text) returns json
language plpgsql stable security definer set search_path = app, pg_temp
set plan_cache_mode = force_generic_plan as $$
declare
  e app.edition := edition_visible(p_me, p_consultation, p_edition);
begin
  if e.id is null or e.state <> 'draft' then
    return null;
  end if;
  return json_build_object(
    'frame', frame_at(p_me, current_stage(e.consultation_id), null, 'editions'),
    'consultation', consultation_json(e.consultation_id),
    'edition', edition_head(e, null, p_consultation),
    'hold', edition_hold(e.id),
    'only_here', (select coalesce(json_agg(json_build_object('key', i.key, 'title', coalesce(v.title, v.body)) order by i.key), '[]')
      from item_version v join item i on i.id = v.item_id where v.edition_id = e.id
        and not exists (select from item_version x where x.item_id = v.item_id and x.edition_id <> e.id)),
    'edges', (select count(*) from item_lineage l where l.to_edition_id = e.id and l.state = 'confirmed'),
    'reasons', (select count(*) from change y where y.edition_id = e.id));
end $$;
