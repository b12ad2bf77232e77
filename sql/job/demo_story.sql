-- The story of the demo after its first deadline (assets/demo/later-2024.json):
-- each entry is an action as a person does it on a day. An argument is what the
-- entry says; what a form carries along unseen (versions, hashes, numbers) is
-- looked up as the form would. "resonanzctl demo --story" calls these.

-- "MV K4.G2.5": the position of Mecklenburg-Vorpommern at that point, by its number.
create or replace function job.demo_position(p_words text, p_consultation text) returns text
language plpgsql stable set search_path = app, pg_temp as $$
declare
  s app.stage := desk_stage(p_consultation);
  v_number text;
begin
  select position_number(s.kind, s.number, p.number, p.part) into v_number
    from position p join target t on t.id = p.target_id join organisation o on o.id = p.organisation_id
    where p.stage_id = s.id and p.is_current and o.code = split_part(p_words, ' ', 1) and t.key = split_part(p_words, ' ', 2);
  if v_number is null then
    raise exception 'no position "%" in stage %', p_words, s.key;
  end if;
  return v_number;
end $$;

-- A list of those, or "offene": whatever nobody has weighed yet.
create or replace function job.demo_positions(p_words jsonb, p_consultation text) returns text
language plpgsql stable set search_path = app, pg_temp as $$
declare
  s app.stage := desk_stage(p_consultation);
begin
  if p_words = '"offene"' then
    return (select string_agg(position_number(s.kind, s.number, p.number, p.part), ', ' order by p.number) from position p
      where p.stage_id = s.id and p.is_current and not p.set_aside and p.assessment_id is null and (group_of_position(p.id)).id is null);
  end if;
  return (select string_agg(job.demo_position(w, p_consultation), ', ') from jsonb_array_elements_text(p_words) w);
end $$;

create or replace function job.demo_group(p_name text, p_consultation text) returns text
language plpgsql stable set search_path = app, pg_temp as $$
begin
  return (select group_number(g.number) from position_group g where g.stage_id = (desk_stage(p_consultation)).id and g.name = p_name);
end $$;

create or replace function job.demo_edition(p_number text) returns app.edition
language plpgsql stable set search_path = app, pg_temp as $$
declare
  e app.edition;
begin
  select x.* into e from edition x where x.consultation_id = default_consultation() and x.number::text = p_number;
  return e;
end $$;

-- A commitment by its number, the item that it comes from, or its title.
create or replace function job.demo_commitment_number(p_words text) returns text
language plpgsql stable set search_path = app, pg_temp as $$
declare
  v_number text;
begin
  select c.number into v_number from commitment c left join item_version v on v.id = c.origin_version_id left join item i on i.id = v.item_id
    where p_words in (c.number, i.key) or exists (select from commitment_version x where x.commitment_id = c.id and x.title = p_words)
    order by c.step, c.id limit 1;
  if v_number is null then
    raise exception 'no commitment "%"', p_words;
  end if;
  return v_number;
end $$;

-- What became of an item, as the list of anchors has it.
create or replace function job.demo_anchor_of(e jsonb) returns table (key text, from_ids bigint[], to_ids bigint[], relation text, is_new boolean)
language plpgsql stable set search_path = app, pg_temp as $$
declare
  n app.edition := job.demo_edition(e ->> 'edition');
begin
  return query select x.key, x.from_ids, x.to_ids, x.relation, x.is_new from anchors(n.based_on_id, n.id) x
    where x.key in (e ->> 'item', 'new-' || (e ->> 'item')) order by x.key limit 1;
end $$;

-- The houses that are asked in a stage, as they were in the first one.
create or replace function job.demo_story_invite(p_me app.caller, p_consultation text, p_stage text, p_organisations json) returns json
language plpgsql volatile set search_path = app, pg_temp as $$
begin
  insert into participation (stage_id, organisation_id, invited_at, single_release, level, land_code, seat_status, sort_key)
    select s.id, p.organisation_id, app.now(), p.single_release, p.level, p.land_code, p.seat_status, p.sort_key
      from stage s join stage f on f.consultation_id = s.consultation_id and f.key = 's1' join participation p on p.stage_id = f.id
        join organisation o on o.id = p.organisation_id
      where s.consultation_id = consultation_at(p_consultation) and s.key = p_stage
        and (p_organisations::text = '{}' or o.code in (select json_array_elements_text(p_organisations)));
  return json_build_object('location', '/');
end $$;

-- What is looked up: of an action (null: of all) an argument, as SQL over me
-- (the caller) and e (the entry).
create or replace function job.demo_found() returns table (act text, argument text, expression text)
language sql immutable as $$
  values
    (null, 'position', 'job.demo_position(e ->> ''position'', e ->> ''consultation'')'),
    (null, 'positions', 'job.demo_positions(e -> ''positions'', e ->> ''consultation'')'),
    (null, 'numbers', $x$concat_ws(', ', job.demo_positions(e -> 'positions', e ->> 'consultation'), job.demo_group(e ->> 'group', e ->> 'consultation'))$x$),
    (null, 'group', 'job.demo_group(e ->> ''group'', e ->> ''consultation'')'),
    (null, 'commitment', 'job.demo_commitment_number(e ->> ''commitment'')'),
    ('ask_back_answer', 'ask_back', $x$(select b.key::text from ask_back b join position p on p.id = b.position_id join stage s on s.id = p.stage_id
      where position_number(s.kind, s.number, p.number, p.part) = job.demo_position(e ->> 'position', e ->> 'consultation'))$x$),
    ('consultation_save', 'version', $x$(select c.version::bigint from consultation c where c.id = consultation_at(e ->> 'consultation'))$x$),
    ('consultation_save', 'title', $x$(select c.title from consultation c where c.id = consultation_at(e ->> 'consultation'))$x$),
    ('consultation_save', 'subtitle', $x$(select c.subtitle from consultation c where c.id = consultation_at(e ->> 'consultation'))$x$),
    ('consultation_save', 'vision', $x$(select c.vision from consultation c where c.id = consultation_at(e ->> 'consultation'))$x$),
    ('consultation_save', 'aliases', $x$(select array_to_string(c.aliases, e'\n') from consultation c where c.id = consultation_at(e ->> 'consultation'))$x$),
    ('approval_ask', 'content_hash', $x$(select encode(a.content_hash, 'hex') from last_assessment(weighed_alone(desk_stage(e ->> 'consultation'),
      job.demo_position(e ->> 'position', e ->> 'consultation'))) a)$x$),
    ('group_approval_ask', 'content_hash', $x$(select encode(a.content_hash, 'hex') from last_assessment(weighed_group(desk_stage(e ->> 'consultation'),
      job.demo_group(e ->> 'group', e ->> 'consultation'))) a)$x$),
    ('approval_decide', 'tick', $x$(select json_object_agg(weighed_number((a.stage_id, a.position_id, a.group_id)::weighed), '1')
      from approvals_waiting((desk_stage(e ->> 'consultation')).id, (me).organisation_id, 500) a)$x$),
    ('approval_decide', 'hash', $x$(select json_object_agg(weighed_number((a.stage_id, a.position_id, a.group_id)::weighed), encode(a.content_hash, 'hex'))
      from approvals_waiting((desk_stage(e ->> 'consultation')).id, (me).organisation_id, 500) a)$x$),
    ('topic_tag', 'topic', $x$(select t.key from topic t where t.consultation_id = consultation_at(e ->> 'consultation') and t.name = e ->> 'topic')$x$),
    ('topic_tag', 'take', $x$(select json_object_agg(job.demo_position(w, e ->> 'consultation'), '1') from jsonb_array_elements_text(e -> 'positions') w)$x$),
    ('reply_schedule', 'organisations', $x$(select (x.effect ->> 'organisations')::bigint from reply_stand(desk_stage(e ->> 'consultation'), 0) x)$x$),
    ('reply_schedule', 'told', $x$(select (x.effect ->> 'told')::bigint from reply_stand(desk_stage(e ->> 'consultation'), 0) x)$x$),
    ('reply_schedule', 'missing', $x$(select (x.missing ->> 'count')::bigint from reply_stand(desk_stage(e ->> 'consultation'), 0) x)$x$),
    ('stage_advance', 'open_positions', $x$(select open_positions(s.id) from stage s where s.consultation_id = consultation_at(e ->> 'consultation') and s.key = e ->> 'stage')$x$),
    ('stage_save', 'version', $x$(select s.version::bigint from stage s where s.consultation_id = consultation_at(e ->> 'consultation') and s.key = e ->> 'stage')$x$),
    ('edition_chapter_save', 'version', $x$edition_doc_hash(job.demo_edition(e ->> 'edition'), e ->> 'chapter')$x$),
    ('anchors_confirm_same', 'shown', $x$(select count(*) from job.demo_edition(e ->> 'edition') n, anchors(n.based_on_id, n.id) a
      where a.word = 'unchanged' and not a.is_confirmed)$x$),
    ('anchor_confirm', 'anchor', $x$(job.demo_anchor_of(e)).key$x$),
    ('anchor_confirm', 'expected', $x$(select anchor_token(job.demo_edition(e ->> 'edition'), a.from_ids, a.to_ids) from job.demo_anchor_of(e) a)$x$),
    ('anchor_confirm', 'relation', $x$coalesce(e ->> 'relation', (select a.relation from job.demo_anchor_of(e) a))$x$),
    ('anchor_confirm', 'take', $x$(select coalesce(json_object_agg(i.key, '1'), '{}') from job.demo_anchor_of(e) a, item_version v join item i on i.id = v.item_id
      where v.id = any (case when a.is_new then a.from_ids else a.to_ids end))$x$),
    ('edition_make_public', 'content_hash', $x$encode(job.edition_hash((job.demo_edition(e ->> 'edition')).id), 'hex')$x$),
    ('earlier_confirm', 'shown', $x$(select count(*) from earlier_unchanged(house(me, e ->> 'consultation')))$x$),
    ('earlier_take', 'earlier', $x$(select x.n::text from target t, earlier_answers(house(me, e ->> 'consultation'), t.id) x
      where t.stage_id = (house(me, e ->> 'consultation')).stage_id and t.key = e ->> 'target' limit 1)$x$),
    ('answer_save', 'version', $x$coalesce((select a.version::bigint from answer a join target t on t.id = a.target_id
      where a.response_id = (house(me, e ->> 'consultation')).response_id and t.key = e ->> 'target'), 0)$x$),
    ('answer_save', 'paper_title', '''[]'''),
    ('answer_save', 'paper_source', '''[]'''),
    ('validity_save', 'version', $x$(select json_object_agg(k, coalesce((select a.version from answer a join target t on t.id = a.target_id
      where a.response_id = (house(me, e ->> 'consultation')).response_id and t.key = k), 0)::text) from jsonb_object_keys(e -> 'stance') k)$x$),
    ('release_submit', 'content_hash', $x$preview_hash((house(me, e ->> 'consultation')).response_id)$x$),
    ('release_submit', 'adopted_hash', $x$adopted_hash((house(me, e ->> 'consultation')).response_id)$x$),
    ('release_submit', 'declaration', 'true'),
    ('commitment_event_record', 'version', $x$(select c.version::bigint from commitment c where c.number = job.demo_commitment_number(e ->> 'commitment'))$x$),
    ('council_decision_save', 'version', $x$(select d.version::bigint from council_decision d where d.ref = (e ->> 'year') || '/' || (e ->> 'number'))$x$),
    ('deviation_save', 'deviation', 'null'),
    ('deviation_release', 'deviation', $x$(select d.key::text from deviation d join commitment c on c.id = d.commitment_id
      where c.number = job.demo_commitment_number(e ->> 'commitment') and d.organisation_id = (me).organisation_id and d.subject = e ->> 'subject')$x$),
    ('deviation_release', 'version', $x$(select d.version::bigint from deviation d join commitment c on c.id = d.commitment_id
      where c.number = job.demo_commitment_number(e ->> 'commitment') and d.organisation_id = (me).organisation_id and d.subject = e ->> 'subject')$x$),
    ('finding_handle', 'finding', $x$(select f.key::text from finding f where f.title = e ->> 'title')$x$),
    ('finding_handle', 'version', $x$(select f.version::bigint from finding f where f.title = e ->> 'title')$x$),
    ('publication_publish', 'receipt', $x$(select json_object_agg(o.code, v.receipt_no) from current_version c join response_version v on v.id = c.response_version_id
      join organisation o on o.id = v.organisation_id where c.stage_id = (desk_stage(e ->> 'consultation')).id
        and e -> 'organisations' ? o.code)$x$)
$$;

-- Who acts: in the house, or for the platform.
create or replace function job.demo_caller(p_mail text) returns app.caller
language plpgsql volatile set search_path = app, pg_temp as $$
declare
  v_me app.caller;
begin
  select p.id, min(m.organisation_id), coalesce(array_agg(distinct m.role::text) filter (where m.role is not null),
      array(select r.role::text from platform_role r where r.person_id = p.id)) into v_me.person_id, v_me.organisation_id, v_me.roles
    from person p left join membership m on m.person_id = p.id where p.mail = p_mail group by p.id;
  if v_me.person_id is null then
    raise exception 'nobody has the address %', p_mail;
  end if;
  v_me.has_factor := true;
  v_me.stepped_up := true;
  perform set_config('app.person_id', v_me.person_id::text, true),
    set_config('app.organisation_id', coalesce(v_me.organisation_id::text, ''), true),
    set_config('app.roles', array_to_string(v_me.roles, ','), true);
  return v_me;
end $$;

-- The call of an action: its arguments by name, over $1 the caller and $2 the entry.
create or replace function job.demo_call(p_entry jsonb) returns text
language plpgsql stable set search_path = app, pg_temp as $$
declare
  v_call text;
begin
  select format('select %I.%I(me%s) from (select $1 as me, $2 as e) x', n.nspname, f.proname,
      string_agg(format(', %I => (%s)::%s', a.name, coalesce(d.expression,
        case when p_entry ? substr(a.name, 3) then format('e ->> %L', substr(a.name, 3))
          when a.type = 'json' then '''{}''' when a.type = 'bool' then 'false' when a.type = 'int8' then '0' else 'null' end), a.type), '' order by a.n))
    into v_call
    from pg_proc f join pg_namespace n on n.oid = f.pronamespace
      cross join lateral (select x.name, t.typname as type, x.n from unnest(f.proargnames, f.proargtypes::oid[]) with ordinality x(name, type, n)
        join pg_type t on t.oid = x.type where x.n > 1) a
      left join job.demo_found() d on d.argument = substr(a.name, 3) and (d.act = f.proname or d.act is null and p_entry ? d.argument
        or d.act is null and d.argument = 'numbers')
    where (n.nspname, f.proname) in (('action', p_entry ->> 'act'), ('job', 'demo_story_' || (p_entry ->> 'act')))
      and (d.expression is not null or p_entry ? substr(a.name, 3) or a.n <= f.pronargs - f.pronargdefaults)
    group by n.nspname, f.proname;
  if v_call is null then
    raise exception 'there is no action %', p_entry ->> 'act';
  end if;
  return v_call;
end $$;

create or replace function job.demo_story(p_entry jsonb) returns void
language plpgsql volatile security definer set search_path = app, pg_temp as $$
declare
  v_me app.caller;
  v_result json;
begin
  if not is_operator() or not has_test_clock() then
    perform fail('CN403', 'audience');
  end if;
  perform job.demo_clock((p_entry ->> 'at')::timestamp at time zone 'Europe/Berlin');
  v_me := job.demo_caller(p_entry ->> 'by');
  execute job.demo_call(p_entry) into v_result using v_me, p_entry;
  if v_result ->> 'location' is null then
    raise exception 'refused: %', left(v_result::text, 300);
  end if;
  perform job.number_positions(), job.reply_mails();
end $$;

-- At the end of what was told: mails were sent on their days.
create or replace function job.demo_story_told() returns void
language plpgsql volatile security definer set search_path = app, pg_temp as $$
begin
  if not is_operator() or not has_test_clock() then
    perform fail('CN403', 'audience');
  end if;
  delete from mail m where m.state = 'ready';
  while search_index_due(1000) > 0 loop end loop;
end $$;
