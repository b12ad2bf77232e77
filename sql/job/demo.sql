-- The demo world: people and invitations are written, what the houses did is
-- done again through the actions, each act at its own time. "resonanzctl demo"
-- calls these; they refuse a database without the test clock.

-- From here app.now() is this moment for the rest of the transaction.
create or replace function job.demo_clock(p_at timestamptz) returns void
language plpgsql volatile set search_path = app, pg_temp as $$
begin
  -- dynamic: a production database has no such table
  execute 'update app.clock set shift = make_interval(secs =>
    extract(epoch from $1 - pg_catalog.now())::float8)' using p_at;
end $$;

-- What the registers know: what became of Beschlüsse that the paper cites, and
-- what was said for the minutes as far as the paper tells.
create or replace function job.demo_register(p_register jsonb, p_at timestamptz) returns void
language plpgsql volatile set search_path = app, pg_temp as $$
begin
  insert into council_decision_link (from_id, to_id, kind, clauses, since, added_at)
    select council_decision_id(x.later), council_decision_id(x.ref), x.kind, x.clauses, x.since, p_at
      from jsonb_to_recordset(p_register -> 'council_decision_links') x (later text, ref text, kind text, clauses text, since date);
  insert into protocol_statement (organisation_id, organisation_name, council_decision_id, session_number, note, recorded_at)
    select o.id, n.name, council_decision_id(x.ref), x.session_number, x.note, p_at
      from jsonb_to_recordset(p_register -> 'protocol_statements') x (organisation text, ref text, session_number int, note text)
        join organisation o on o.code = x.organisation, name_on(o.id, p_at::date) n;
end $$;

create or replace function job.demo_world(p_world jsonb, p_password_hash text, p_sha256 text) returns json
language plpgsql volatile security definer set search_path = app, pg_temp as $$
declare
  v_stage stage;
begin
  if not is_operator() or not has_test_clock() then
    perform fail('CN403', 'audience');
  end if;
  if exists (select from setting s where s.key = 'demo.world') then
    return json_build_object('state', 'unchanged');
  end if;
  select s.* into v_stage from stage s join consultation c on c.id = s.consultation_id
    where c.slug = p_world ->> 'consultation' and s.key = p_world ->> 'stage';
  if not found then
    perform fail('CN404', 'not_found', 'consultation');
  elsif exists (select from jsonb_to_recordset(p_world -> 'holdings') x (seat text)
      where x.seat not in (select s.key from seat s)) then
    perform fail('CN404', 'not_found', 'seat');
  end if;

  insert into organisation (code, level, kind, land_code, ars, office_mail, postal_address)
    select o.code, o.level, o.kind, o.land, o.ars, o.office_mail, o.postal_address
      from jsonb_to_recordset(p_world -> 'organisations') o (code text, name text, short_name text,
        level text, kind text, land text, ars text, office_mail text, postal_address text);
  insert into organisation_name (organisation_id, name, short_name)
    select o.id, x.name, x.short_name
      from jsonb_to_recordset(p_world -> 'organisations') x (code text, name text, short_name text)
        join organisation o using (code);
  insert into seat_holding (seat_id, organisation_id, valid)
    select s.id, o.id, daterange(x."from", null)
      from jsonb_to_recordset(p_world -> 'holdings') x (seat text, holder text, "from" date)
        join seat s on s.key = x.seat join organisation o on o.code = x.holder;
  insert into person (mail, name, state, password_hash, created_at)
    select p.mail, p.name, 'active', p_password_hash, v_stage.opens_at - interval '7 days'
      from jsonb_to_recordset(p_world -> 'people') p (mail text, name text);
  insert into membership (person_id, organisation_id, role)
    select p.id, o.id, r
      from jsonb_to_recordset(p_world -> 'people') x (mail text, organisation text, roles jsonb)
        join person p on p.mail = x.mail join organisation o on o.code = x.organisation,
        jsonb_array_elements_text(x.roles) r;
  insert into platform_role (person_id, role)
    select p.id, r
      from jsonb_to_recordset(p_world -> 'people') x (mail text, platform_roles jsonb)
        join person p on p.mail = x.mail, jsonb_array_elements_text(x.platform_roles) r;
  insert into participation (stage_id, organisation_id, wave, invited_at, single_release, level, land_code,
      seat_status, sort_key)
    select v_stage.id, o.id, x.wave, x.invited_at, coalesce(x.single_release, false), o.level, o.land_code,
        seat_status_on(o.id, x.invited_at::date), participation_sort_key(o.id, x.invited_at::date)
      from jsonb_to_recordset(p_world -> 'participations') x
          (organisation text, wave int, invited_at timestamptz, single_release boolean)
        join organisation o on o.code = x.organisation;
  insert into sponsor (consultation_id, organisation_id)
    select v_stage.consultation_id, o.id from jsonb_array_elements_text(p_world -> 'sponsors') x(code)
      join organisation o using (code);
  perform job.demo_register(p_world -> 'register', v_stage.opens_at);
  insert into setting (key, value)
    values ('demo.world', jsonb_build_object('sha256', p_sha256, 'consultation', p_world ->> 'consultation'));
  perform audit(null, 'demo.load', 'stage', v_stage.id);
  return json_build_object('state', 'loaded', 'organisations', jsonb_array_length(p_world -> 'organisations'),
    'people', jsonb_array_length(p_world -> 'people'));
end $$;

-- A commitment of the file through its actions: proposed, adopted, perhaps amended.
create or replace function job.demo_commitment(p_me app.caller, p_doc jsonb, p_until timestamptz) returns void
language plpgsql volatile set search_path = app, pg_temp as $$
declare
  v_number text;
  m jsonb;
begin
  perform job.demo_clock((p_doc ->> 'at')::timestamptz);
  v_number := action.commitment_create(p_me, p_doc ->> 'step', p_doc ->> 'origin', p_doc ->> 'title', p_doc ->> 'body',
    p_doc ->> 'owner', '') ->> 'number';
  perform action.commitment_event_record(p_me, v_number, 1, 'adopted', p_doc ->> 'ref', p_doc ->> 'effective_on', '', '', '', '', '');
  for m in select x from jsonb_array_elements(p_doc -> 'members') x loop
    perform action.member_record(p_me, v_number, m ->> 'organisation', m ->> 'joined_on', m ->> 'left_on');
  end loop;
  insert into deviation (commitment_id, organisation_id, subject, since, reason, reason_due_on, is_public, released_at,
      reason_released_at, changed_at)
    select c.id, o.id, d.subject, d.since, d.reason, d.reason_due_on, coalesce(d.is_public, false), d.since,
        case when d.reason is not null then d.since end, d.since
      from jsonb_to_recordset(p_doc -> 'deviations') d (organisation text, subject text, since date, reason text,
          reason_due_on date, is_public boolean)
        join organisation o on o.code = d.organisation join commitment c on c.number = v_number
      where d.since <= p_until;
  m := p_doc -> 'amended';
  if (m ->> 'at')::timestamptz <= p_until then
    perform job.demo_clock((m ->> 'at')::timestamptz);
    perform action.commitment_event_record(p_me, v_number, 2, 'amended', m ->> 'ref', m ->> 'effective_on', '', '', m ->> 'body', '',
      m ->> 'reason');
  end if;
end $$;

-- The register of commitments as it stands by then: the Grundsätze of the paper
-- are proposed, the rest is invented, and says so.
create or replace function job.demo_commitments(p_register jsonb, p_until timestamptz) returns void
language plpgsql volatile set search_path = app, pg_temp as $$
declare
  v_me app.caller;
  d jsonb;
begin
  select p.id into v_me.person_id from person p where p.mail = p_register ->> 'by';
  v_me.roles := '{moderator}';
  v_me.has_factor := true;
  perform set_config('app.person_id', v_me.person_id::text, true), set_config('app.organisation_id', '', true),
    set_config('app.roles', 'moderator', true);
  for d in select x from jsonb_array_elements(p_register -> 'commitments') x where (x ->> 'at')::timestamptz <= p_until loop
    perform job.demo_commitment(v_me, d, p_until);
  end loop;
  update council_decision x set note = 'Erfunden für die Vorführung.'
    where x.ref in (select jsonb_array_elements_text(p_register -> 'invented_decisions'));
  update focus_topic f set manager_organisation_id = o.id
    from jsonb_to_recordset(p_register -> 'programmes') p (focus_topic text, manager text) join organisation o on o.code = p.manager
    where f.key = p.focus_topic;
  insert into convergence (commitment_id, target_vision_id, verdict, evidence, stated_at)
    select c.id, t.id, x.verdict, x.evidence, p_until - interval '10 days'
      from jsonb_to_recordset(p_register -> 'convergence') x (number text, focus_topic text, verdict text, evidence text)
        join commitment c using (number) join focus_topic f on f.key = x.focus_topic join target_vision t on t.focus_topic_id = f.id;
  if (p_register ->> 'principles_at')::timestamptz <= p_until then
    perform job.demo_clock((p_register ->> 'principles_at')::timestamptz);
    perform action.commitment_create(v_me, 'V1', i.key, '', '', '', '') from (select x.key from item x
      where x.kind = 'principle' and x.consultation_id = default_consultation() order by x.id) i;
  end if;
end $$;

-- What the moderators have published of the stage by then, through their actions.
create or replace function job.demo_publication(p_doc jsonb, p_consultation text, p_stage_id bigint) returns void
language plpgsql volatile set search_path = app, pg_temp as $$
declare
  v_me app.caller;
begin
  select p.id into v_me.person_id from person p where p.mail = p_doc ->> 'by';
  v_me.roles := '{moderator}';
  v_me.has_factor := true;
  perform set_config('app.person_id', v_me.person_id::text, true), set_config('app.organisation_id', '', true),
    set_config('app.roles', 'moderator', true);
  perform job.demo_clock((p_doc ->> 'at')::timestamptz);
  perform action.result_publish(v_me, p_consultation);
  perform action.publication_publish(v_me, p_consultation, (select json_object_agg(o.code, v.receipt_no) from current_version c
    join response_version v on v.id = c.response_version_id join organisation o on o.id = v.organisation_id
    where c.stage_id = p_stage_id and o.code in (select jsonb_array_elements_text(p_doc -> 'organisations'))));
end $$;

-- One act of the file as the person of that mail does it, at its time.
create or replace function job.demo_act(p_act jsonb, p_consultation text) returns json
language plpgsql volatile set search_path = app, pg_temp as $$
declare
  v_me app.caller;
  v_response bigint;
begin
  perform job.demo_clock((p_act ->> 'at')::timestamptz);
  select p.id, m.organisation_id, array_agg(m.role::text) into v_me.person_id, v_me.organisation_id, v_me.roles
    from person p join membership m on m.person_id = p.id
    where p.mail = p_act ->> 'by' group by p.id, m.organisation_id;
  v_me.has_factor := true;
  perform set_config('app.person_id', v_me.person_id::text, true),
    set_config('app.organisation_id', v_me.organisation_id::text, true),
    set_config('app.roles', array_to_string(v_me.roles, ','), true);
  select r.id into v_response from response r
    where r.organisation_id = v_me.organisation_id order by r.id desc limit 1;
  case p_act ->> 'act'
    when 'save' then
      return action.answer_save(v_me, p_consultation, p_act ->> 'target',
        coalesce((select a.version from answer a join target t on t.id = a.target_id
          where a.response_id = v_response and t.key = p_act ->> 'target'), 0),
        p_act ->> 'stance', coalesce(p_act ->> 'body', ''), coalesce(p_act ->> 'proposal', ''),
        coalesce(p_act ->> 'reason', ''), p_act ? 'confidential_reason', p_act ->> 'confidential_reason',
        (select coalesce(json_agg(x ->> 'title'), '[]') from jsonb_array_elements(p_act -> 'papers') x),
        (select coalesce(json_agg(x ->> 'source'), '[]') from jsonb_array_elements(p_act -> 'papers') x),
        null);
    when 'assign' then
      return action.assign(v_me, p_consultation, (select json_object_agg(t, '1') from jsonb_array_elements_text(p_act -> 'targets') t),
        '{}', (select p.key from person p where p.mail = p_act ->> 'to'), coalesce(p_act ->> 'due_on', ''), null);
    when 'comment' then
      return action.comment_write(v_me, p_consultation, p_act ->> 'target', p_act ->> 'comment');
    when 'nil_rest' then
      return action.nil_rest(v_me, p_consultation, true);
    when 'redact' then
      return action.redaction_mark(v_me, p_consultation, p_act ->> 'target', p_act ->> 'words', p_act ->> 'reason',
        null, null, null);
    when 'release' then
      return action.release_submit(v_me, p_consultation, preview_hash(v_response),
        p_act ->> 'publication', coalesce((p_act ->> 'joinable')::boolean, false), adopted_hash(v_response), true);
    when 'join' then
      return action.join_adopt(v_me, p_consultation, p_act ->> 'from', (select v.receipt_no
          from joinable_versions((select r.stage_id from response r where r.id = v_response), p_act ->> 'from') v),
        '{}', (select json_object_agg(x, '1') from jsonb_array_elements_text(p_act -> 'targets') x), null, null, false);
    when 'correction' then
      return action.correction(v_me, p_consultation);
  end case;
end $$;

-- Does every act that lies before the demo's clock, in the order of time; then
-- the clock stands at that moment. Returns what came out of it.
create or replace function job.demo_replay(p_world jsonb, p_acts jsonb, p_until timestamptz) returns json
language plpgsql volatile security definer set search_path = app, pg_temp as $$
declare
  v_consultation text := p_world ->> 'consultation';
  v_stage bigint;
  v_act jsonb;
  v_count int := 0;
begin
  if not is_operator() or not has_test_clock() then
    perform fail('CN403', 'audience');
  end if;
  select s.id into v_stage from stage s join consultation c on c.id = s.consultation_id
    where c.slug = v_consultation and s.key = p_world ->> 'stage';
  update participation p set opened_at = x.opened_at
    from jsonb_to_recordset(p_world -> 'participations') x (organisation text, opened_at timestamptz)
      join organisation o on o.code = x.organisation
    where p.stage_id = v_stage and p.organisation_id = o.id and x.opened_at <= p_until;
  update participation p set extended_until = (x.extension ->> 'until')::timestamptz,
      extension_reason = x.extension ->> 'reason'
    from jsonb_to_recordset(p_world -> 'participations') x (organisation text, extension jsonb)
      join organisation o on o.code = x.organisation
    where p.stage_id = v_stage and p.organisation_id = o.id
      and (x.extension ->> 'granted_at')::timestamptz <= p_until;
  for v_act in select a from jsonb_array_elements(p_acts) a
      where (a ->> 'at')::timestamptz <= p_until order by (a ->> 'at')::timestamptz loop
    perform job.demo_act(v_act, v_consultation);
    v_count := v_count + 1;
  end loop;
  if (p_world #>> '{publication,at}')::timestamptz <= p_until then
    perform job.demo_publication(p_world -> 'publication', v_consultation, v_stage);
  end if;
  perform job.demo_commitments(p_world -> 'register', p_until);
  perform set_config('app.person_id', '', true), set_config('app.organisation_id', '', true),
    set_config('app.roles', '', true);
  delete from mail m where m.template in ('receipt', 'assigned', 'statement_published'); -- those were sent on their days
  perform job.demo_clock(p_until);
  perform job.number_positions();
  while search_index_due(1000) > 0 loop end loop;
  return json_build_object('acts', v_count,
    'invited', (select count(*) from participation p where p.stage_id = v_stage),
    'begun', (select count(*) from response r where r.stage_id = v_stage and is_open(r.state)),
    'returned', (select count(*) from current_version v where v.stage_id = v_stage),
    'seats', (select count(*) from current_version c join response_version v on v.id = c.response_version_id
      where c.stage_id = v_stage and v.seat_status = 'voting'),
    'answers', (select count(*) from answer a where a.stage_id = v_stage and a.kind is not null),
    'positions', (select count(*) from position p where p.stage_id = v_stage and p.is_current));
end $$;
