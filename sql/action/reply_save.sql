-- The covering text to an organisation; empty takes it away. It goes out with
-- the next release.
create or replace function action.reply_save(p_me app.caller, p_consultation text, p_organisation text, p_version bigint,
  p_body text) returns json
language plpgsql volatile security definer set search_path = app, pg_temp
set plan_cache_mode = force_generic_plan as $$
declare
  s app.stage := desk_stage(p_consultation);
  p app.participation := invited_house(s.id, p_organisation);
  v_body text := text_or_null(p_body);
  t app.reply;
begin
  if (reply_preview(s, p.organisation_id)).version_id is null then
    perform fail('CN404', 'not_found');
  end if;
  perform from participation x where x.stage_id = s.id and x.organisation_id = p.organisation_id for no key update;
  select x.* into t from reply x where x.stage_id = s.id and x.organisation_id = p.organisation_id;
  if t.body is distinct from v_body then
    if coalesce(t.version, 0) <> p_version then
      perform fail('CN409', 'stale');
    end if;
    insert into reply as x (stage_id, organisation_id, body, saved_at, saved_by)
      values (s.id, p.organisation_id, v_body, app.now(), p_me.person_id)
      on conflict (stage_id, organisation_id) do update set body = excluded.body, version = x.version + 1,
        saved_at = excluded.saved_at, saved_by = excluded.saved_by;
    perform audit(p_me, 'reply.save', 'organisation', p.organisation_id);
  end if;
  return json_build_object('location', '/consultations/' || p_consultation || '/replies/' || p_organisation || '?notice=saved');
end $$;
