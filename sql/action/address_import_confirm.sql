-- p_expected: the numbers that were on the page; others mean that somebody
-- changed organisations meanwhile. p_skip_bad: the lines with errors are left
-- out. The first part is done at once, so that a short list is in; the rest is
-- a job's.
create or replace function action.address_import_confirm(p_me app.caller, p_import text, p_expected text,
  p_skip_bad boolean) returns json
language plpgsql volatile security definer set search_path = app, pg_temp
set plan_cache_mode = force_generic_plan as $$
declare
  i app.organisation_import := import_of(p_import);
  v_stage stage;
  v_checked jsonb;
  v_counts json;
begin
  perform pg_advisory_xact_lock(hashtextextended('address_import', 0));
  select x.* into i from organisation_import x where x.id = i.id for update;
  if i.state <> 'checked' then
    perform fail('CN409', 'import_over');
  end if;
  select s.* into v_stage from stage s where s.id = i.stage_id;
  if i.stage_id is not null and stage_state(v_stage) not in ('planned', 'open') then
    perform fail('CN409', 'bad_stage');
  end if;
  v_checked := (select jsonb_agg(jsonb_strip_nulls(to_jsonb(c))) from address_check(i.rows, i.stage_id) c);
  v_counts := address_counts(v_checked, i.stage_id);
  if p_expected is distinct from import_token(v_counts) then
    perform fail('CN409', 'import_changed');
  elsif (v_counts ->> 'bad')::int > 0 and not p_skip_bad then
    perform fail('CN422', 'skip_bad', 'skip_bad', json_build_object('bad', v_counts -> 'bad'));
  elsif (v_counts ->> 'new')::int + (v_counts ->> 'invite')::int = 0 then
    perform fail('CN409', 'import_nothing');
  end if;
  update organisation_import x set state = 'running', rows = v_checked, result = v_counts::jsonb, done = '{}'
    where x.id = i.id;
  perform audit(p_me, 'address_list.confirm', 'organisation_import', i.id, null, i.file_hash);
  if import_part(p_me, i.id) = 0 then
    return json_build_object('location', '/invitations/import/' || i.key || '?notice=imported');
  end if;
  perform queue_job('address_import', i.key, json_build_object('import', i.id)::jsonb, p_me.person_id);
  return json_build_object('location', '/invitations/import/' || i.key);
end $$;
