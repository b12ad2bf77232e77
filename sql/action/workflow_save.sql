-- The places of a consultation, with other names, in another order, without those
-- that nobody stands in, and with a new one; and the second pair of eyes.
create or replace function action.workflow_save(p_me app.caller, p_consultation text, p_name json, p_order json, p_retire json,
  p_new_name text, p_new_kind text, p_needs_review boolean) returns json
language plpgsql volatile security definer set search_path = app, pg_temp
set plan_cache_mode = force_generic_plan as $$
declare
  s app.stage := desk_stage(p_consultation);
begin
  if s.id is null then
    perform fail('CN404', 'not_found');
  end if;
  perform group_lock(s.id);
  perform places_check(s, p_name, p_order, p_retire);
  update place l set name = btrim(p_name ->> l.id::text), position = (p_order ->> l.id::text)::int,
      retired_at = case when coalesce(p_retire ->> l.id::text, '') <> '' then app.now() end
    where l.consultation_id = s.consultation_id and l.retired_at is null and p_name ->> l.id::text is not null;
  if text_or_null(p_new_name) is not null then
    if p_new_kind is null or not p_new_kind = any (place_kinds()) then
      perform fail('CN422', 'choose', 'new_kind');
    elsif exists (select from place l where l.consultation_id = s.consultation_id and lower(l.name) = lower(btrim(p_new_name))) then
      perform fail('CN422', 'place_twice', 'new_name');
    end if;
    insert into place (consultation_id, name, position, kind)
      select s.consultation_id, btrim(p_new_name), coalesce(max(l.position), 0) + 1, p_new_kind
        from place l where l.consultation_id = s.consultation_id and l.retired_at is null;
  end if;
  update consultation c set needs_review = p_needs_review where c.id = s.consultation_id;
  perform audit(p_me, 'workflow.save', 'consultation', s.consultation_id);
  return json_build_object('location', '/consultations/' || p_consultation || '/workflow?notice=saved');
end $$;
