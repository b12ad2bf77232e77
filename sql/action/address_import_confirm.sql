-- New organisations of a checked list, with a code each; gives their ids back
-- into the list.
create or replace function app.address_create(p_me app.caller, p_checked jsonb) returns jsonb
language plpgsql volatile set search_path = app, pg_temp
-- the planner takes a list for a hundred lines
set enable_nestloop = off as $$
declare
  v_new jsonb;
begin
  select jsonb_agg(x.r || jsonb_build_object('code', case when x.r ->> 'code' is not null then x.r ->> 'code'
      when x.n = 1 and not exists (select from organisation o where o.code = x.base) then x.base
      else x.base || '-' || coalesce(x.r ->> 'ars', upper(substr(md5(x.r ->> 'name' || coalesce(x.r ->> 'land', '')
        || (x.r ->> 'line')), 1, 6))) end)) into v_new
    from (select y.r, y.base, row_number() over (partition by y.base order by (y.r ->> 'line')::int) as n
      from (select r, code_from(coalesce(r ->> 'short_name', r ->> 'name')) as base
        from jsonb_array_elements(p_checked) r where r ->> 'state' = 'new') y) x;
  insert into organisation (code, level, kind, land_code, ars, size_class, office_mail)
    select r ->> 'code', r ->> 'level', r ->> 'kind', r ->> 'land', r ->> 'ars', r ->> 'size_class', r ->> 'mail'
      from jsonb_array_elements(v_new) r;
  insert into organisation_name (organisation_id, name, short_name)
    select o.id, r ->> 'name', coalesce(r ->> 'short_name', left(r ->> 'name', 60))
      from jsonb_array_elements(v_new) r join organisation o on o.code = r ->> 'code';
  perform audit(p_me, 'organisation.create', 'organisation', o.id)
    from jsonb_array_elements(v_new) r join organisation o on o.code = r ->> 'code';
  return coalesce((select jsonb_agg(r || jsonb_build_object('organisation_id', coalesce(o.id,
      (r ->> 'organisation_id')::bigint), 'code', coalesce(n ->> 'code', r ->> 'code')) order by (r ->> 'line')::int)
    from jsonb_array_elements(p_checked) r
      left join jsonb_array_elements(v_new) n on n -> 'line' = r -> 'line'
      left join organisation o on o.code = n ->> 'code'), '[]');
end $$;

-- Invites those of a checked list who are not yet; each office gets one mail a
-- stage, however often it is asked for.
create or replace function app.address_invite(p_me app.caller, p_checked jsonb, p_stage app.stage) returns void
language plpgsql volatile set search_path = app, pg_temp as $$
declare
  v_today date := today();
  v_title text := (select c.title from consultation c where c.id = p_stage.consultation_id);
  v_by text := (select p.name from person p where p.id = p_me.person_id);
  r record;
begin
  for r in
    with i as (insert into participation (stage_id, organisation_id, wave, invited_at, level, land_code,
          seat_status, sort_key)
        select p_stage.id, o.id, 1, app.now(), o.level, o.land_code, seat_status_on(o.id, v_today),
            participation_sort_key(o.id, v_today)
          from jsonb_array_elements(p_checked) x join organisation o on o.id = (x ->> 'organisation_id')::bigint
          where x ->> 'state' <> 'bad'
        on conflict (stage_id, organisation_id) do nothing returning organisation_id)
    select o.id, o.office_mail from i join organisation o on o.id = i.organisation_id order by o.id loop
    perform audit(p_me, 'participation.invite', 'organisation', r.id);
    if r.office_mail is not null then
      perform queue_mail('office_invitation', null, r.office_mail, r.id, jsonb_build_object(
        'consultation', left(v_title, 300), 'stage', p_stage.number, 'closes_at', p_stage.closes_at, 'by', v_by),
        null, 'office_invitation:' || p_stage.id || ':' || r.office_mail);
    end if;
  end loop;
end $$;

-- p_expected: the numbers that were on the page; others mean that somebody
-- changed organisations meanwhile. p_skip_bad: the lines with errors are left out.
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
  v_checked := (select jsonb_agg(to_jsonb(c)) from address_check(i.rows, i.stage_id) c);
  v_counts := address_counts(v_checked, i.stage_id);
  if p_expected is distinct from import_token(v_counts) then
    perform fail('CN409', 'import_changed');
  elsif (v_counts ->> 'bad')::int > 0 and not p_skip_bad then
    perform fail('CN422', 'skip_bad', 'skip_bad', json_build_object('bad', v_counts -> 'bad'));
  elsif (v_counts ->> 'new')::int + (v_counts ->> 'invite')::int = 0 then
    perform fail('CN409', 'import_nothing');
  end if;
  v_checked := address_create(p_me, v_checked);
  if i.stage_id is not null then
    perform address_invite(p_me, v_checked, v_stage);
  end if;
  update organisation_import x set state = 'imported', finished_at = app.now(), rows = v_checked,
      result = v_counts::jsonb where x.id = i.id;
  perform audit(p_me, 'address_list.import', 'organisation_import', i.id, null, i.file_hash);
  return json_build_object('location', '/invitations/import/' || i.key || '?notice=imported');
end $$;
