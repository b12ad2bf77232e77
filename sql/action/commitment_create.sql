-- A commitment is proposed; its number is given once.
create or replace function action.commitment_create(p_me app.caller, p_step text, p_origin text, p_title text, p_body text,
  p_owner text, p_reason text) returns json
language plpgsql volatile security definer set search_path = app, pg_temp
set plan_cache_mode = force_generic_plan as $$
declare
  v_origin bigint := origin_version(p_origin, 'origin');
  v_title text := clean(p_title);
  v_body text := nullif(btrim(p_body), '');
  c app.commitment;
  v_version bigint;
begin
  if p_step is null or p_step not in ('V1', 'V2', 'V3') then
    perform fail('CN422', 'choose', 'step');
  end if;
  select coalesce(v_title, v.title), coalesce(v_body, v.body, v.title) into v_title, v_body from item_version v where v.id = v_origin;
  v_title := coalesce(v_title, clean(p_title));
  v_body := coalesce(v_body, nullif(btrim(p_body), ''));
  if v_title is null then
    perform fail('CN422', 'required', 'title');
  elsif v_body is null then
    perform fail('CN422', 'required', 'body');
  end if;
  perform pg_advisory_xact_lock(hashtext('commitment ' || p_step));
  insert into commitment (step, serial, origin_version_id, created_at, created_by)
    values (p_step, (select coalesce(max(x.serial), 0) + 1 from commitment x where x.step = p_step), v_origin, app.now(), p_me.person_id)
    returning * into c;
  perform set_owner(c.id, p_owner);
  v_version := add_commitment_version(p_me, c.id, left(v_title, 300), v_body);
  insert into commitment_event (commitment_id, number, kind, effective_on, reason, version_id, recorded_at, recorded_by)
    values (c.id, 0, 'proposed', today(), nullif(btrim(p_reason), ''), v_version, app.now(), p_me.person_id);
  perform audit(p_me, 'commitment.create', 'commitment', c.id, null, sha256(convert_to(v_body, 'UTF8')));
  return json_build_object('location', '/commitments/' || c.number || '?notice=commitment_created', 'number', c.number);
end $$;
