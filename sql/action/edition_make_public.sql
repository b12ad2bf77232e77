-- Publishes an edition: everything it has is immutable from then on, and every
-- version of the one before leads into it. p_content_hash: of what the page
-- showed.
create or replace function action.edition_make_public(p_me app.caller, p_consultation text, p_edition text, p_content_hash text) returns json
language plpgsql volatile security definer set search_path = app, pg_temp
set plan_cache_mode = force_generic_plan as $$
declare
  e app.edition := edition_to_change(p_consultation, p_edition);
  v_hash bytea;
begin
  perform pg_advisory_xact_lock(hashtextextended('app.lineage', 0)); -- no text is being written
  v_hash := job.edition_hash(e.id);
  if encode(v_hash, 'hex') <> p_content_hash then
    perform fail('CN409', 'edition_changed');
  elsif exists (select from publish_hindrances(e)) then
    perform fail('CN409', 'edition_hindered');
  end if;
  insert into change (edition_id, to_version_id, dropped_version_id, changed_at, changed_by)
    select e.id, c.to_id, c.dropped_id, app.now(), p_me.person_id from changes_of(e) c
      where c.change_id is null and e.based_on_id is not null;
  update edition x set state = 'published', published_at = app.now(), content_hash = v_hash where x.id = e.id;
  perform search_index_edition(e.id);
  perform audit(p_me, 'edition.publish', 'edition', e.id, null, v_hash);
  return json_build_object('location', '/consultations/' || p_consultation || '/editions/' || e.number
    || '/publish?notice=edition_published');
end $$;
