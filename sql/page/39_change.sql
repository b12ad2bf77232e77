-- Causes of a change: what may be one, and what the moderators are offered first.

-- Keys of items as a place in the next edition names them: „K4.G2.5, Satz 2“.
create or replace function app.keys_in(p_text text) returns setof text
language sql immutable parallel safe rows 2 as $$
  select distinct m[1] from regexp_matches(p_text, '[A-Z][A-Z0-9]*(?:[.-][A-Z0-9]+)*', 'g') m
$$;

-- What is adopted, at least partly, of a position that leads here or with this item
-- as its place: assessments that hold, not yet among the causes.
create or replace function app.causes_offered(n app.chain_item) returns setof app.assessment
language plpgsql stable rows 20 set plan_cache_mode = force_custom_plan as $$
declare
  v_before bigint[] := case when n.is_dropped then array[n.version_id] else array(select l.from_version_id from item_lineage l
    where l.to_version_id = n.version_id and l.from_version_id is not null) end;
  v_keys text[] := array(select i.key from item i where i.id = n.item_id
    union select i.key from item_version v join item i on i.id = v.item_id where v.id = any (v_before));
begin
  return query select a.* from assessment a where a.id in (
      select p.assessment_id from unnest(v_before) v, positions_at(v) p where p.decision in ('adopted', 'partly')
      union select y.id from stage s join assessment y on y.stage_id = s.id and y.decision in ('adopted', 'partly')
        where s.consultation_id = n.consultation_id and exists (select from keys_in(y.edition_place) k where k = any (v_keys))
          and exists (select from position p where p.assessment_id = y.id and p.is_current))
      and not exists (select from change_cause x where x.change_id = n.change_id and x.assessment_id = a.id)
    order by a.stage_id, a.group_id nulls last, a.id limit 100;
end $$;

-- The stage that a number of a group is of: the last one about the edition before.
create or replace function app.change_stage(e app.edition) returns app.stage
language plpgsql stable as $$
declare
  s app.stage;
begin
  select x.* into s from stage x where x.consultation_id = e.consultation_id
    order by (x.edition_id = e.based_on_id) desc, x.opens_at desc nulls last limit 1;
  return s;
end $$;

-- Numbers as people write them, with commas or blanks between, each once.
create or replace function app.words_in(p_text text) returns text[]
language sql immutable parallel safe as $$
  select array(select distinct upper(x) from regexp_split_to_table(coalesce(p_text, ''), '[\s,;]+') x where x <> '' order by 1)
$$;

-- R1-0042, G-07 with commas or blanks between: the assessments that hold there.
create or replace function app.assessments_named(e app.edition, p_text text) returns bigint[]
language plpgsql stable set search_path = app, pg_temp as $$
declare
  s app.stage := change_stage(e);
  v_number text;
  v_ids bigint[] := array[]::bigint[];
  p app.position;
  g app.position_group;
  a app.assessment;
begin
  for v_number in select x.word from unnest(words_in(p_text)) x(word) loop
    p := consultation_position(e.consultation_id, v_number);
    g := group_at(s.id, v_number);
    if p.id is null and g.id is null then
      perform fail('CN422', 'cause_unknown', 'numbers', json_build_object('number', left(v_number, 40)));
    elsif p.id is not null and not p.is_current or g.state = 'dissolved' then
      perform fail('CN422', 'cause_over', 'numbers', json_build_object('number', v_number));
    end if;
    if g.id is not null then
      a := last_assessment((g.stage_id, null, g.id)::weighed);
    else
      select x.* into a from assessment x where x.id = p.assessment_id;
    end if;
    if a.id is null or a.decision = 'open' then
      perform fail('CN422', 'cause_open', 'numbers', json_build_object('number', v_number));
    end if;
    v_ids := v_ids || a.id;
  end loop;
  return v_ids;
end $$;

-- Those that were ticked, as they were offered: assessments of this consultation
-- that still hold for somebody.
create or replace function app.assessments_ticked(e app.edition, p_tick json) returns bigint[]
language plpgsql stable set search_path = app, pg_temp as $$
declare
  v_keys text[] := array(select x.key from json_each_text(p_tick) x where x.value <> '');
  v_ids bigint[] := array(select a.id from assessment a join stage s on s.id = a.stage_id
    where a.id::text = any (v_keys) and s.consultation_id = e.consultation_id and a.decision <> 'open'
      and exists (select from position p where p.assessment_id = a.id and p.is_current));
begin
  if cardinality(v_ids) < cardinality(v_keys) then
    perform fail('CN409', 'cause_changed');
  end if;
  return v_ids;
end $$;

-- 2024/40, B-2025/33-IT with commas between: one that nobody has named yet is
-- entered, to be checked.
create or replace function app.decisions_named(p_text text) returns bigint[]
language plpgsql volatile set search_path = app, pg_temp as $$
begin
  return array(select distinct council_decision_id(read_council_ref(x, 'decisions'))
    from regexp_split_to_table(coalesce(p_text, ''), '[,;]') x where btrim(x) <> '');
end $$;

-- The change of an item in an edition, made where a draft has none yet; one at a time.
create or replace function app.change_to_explain(p_me app.caller, e app.edition, p_item text) returns app.chain_item
language plpgsql volatile set search_path = app, pg_temp as $$
declare
  n app.chain_item := chain_item(e, p_item);
begin
  if n.item_id is null or e.based_on_id is null then
    perform fail('CN404', 'not_found');
  end if;
  perform from edition x where x.id = e.id for no key update;
  n := chain_item(e, p_item);
  if n.change_id is null and e.state = 'published' then
    perform fail('CN409', 'cause_no_change');
  elsif n.change_id is null then
    insert into change (edition_id, to_version_id, dropped_version_id, changed_at, changed_by)
      values (e.id, case when not n.is_dropped then n.version_id end, case when n.is_dropped then n.version_id end, app.now(), p_me.person_id)
      returning id into n.change_id;
  end if;
  return n;
end $$;
