-- After the page: this version and these comments the caller has seen. What
-- somebody else wrote is sealed, so that the page can say next time what has
-- changed since (an own text is sealed when another person takes over); where
-- somebody has saved meanwhile, it was not this text that she saw.
create or replace function action.answer_looked(p_me app.caller, p_consultation text, p_target text, p_version bigint,
  p_comment bigint) returns json
language plpgsql volatile security definer set search_path = app, pg_temp
set plan_cache_mode = force_generic_plan as $$
declare
  h app.house := house(p_me, p_consultation);
  t app.target;
  a app.answer;
  v_revision int;
begin
  select x.* into t from target x where x.stage_id = h.stage_id and x.key = p_target;
  if not found or h.response_id is null then
    return '{}'::json;
  end if;
  select x.* into a from answer x where x.response_id = h.response_id and x.target_id = t.id
    and x.organisation_id = h.organisation_id for update;
  if coalesce(a.version, 0) <> p_version then
    return '{}'::json;
  end if;
  if a.author_id <> p_me.person_id then
    perform seal_answer(a);
    v_revision := (select max(r.revision) from answer_revision r where r.answer_id = a.id);
  end if;
  insert into seen as s (person_id, response_id, target_id, stage_id, organisation_id, version, revision, comment_id, seen_at)
    values (p_me.person_id, h.response_id, t.id, h.stage_id, h.organisation_id, p_version, v_revision, p_comment, app.now())
    on conflict (person_id, response_id, target_id) do update set version = excluded.version, revision = excluded.revision,
      comment_id = greatest(s.comment_id, excluded.comment_id), seen_at = excluded.seen_at;
  return json_build_object('version', p_version, 'revision', v_revision);
end $$;
