-- Where the chain of an edition is broken: changes that nothing causes, decisions
-- that no change follows, causes that decide otherwise by now or that nobody
-- stands behind any more, positions whose item is gone.

-- Items that the edition changes without a cause.
create or replace function app.changes_without_cause(e app.edition) returns table (version_id bigint, relation text, change_id bigint)
language plpgsql stable rows 50 as $$
begin
  return query select distinct on (coalesce(l.to_version_id, l.from_version_id)) coalesce(l.to_version_id, l.from_version_id),
      lineage_word(l), c.id
    from item_lineage l left join change c on c.edition_id = l.to_edition_id
      and (c.to_version_id = l.to_version_id or l.to_version_id is null and c.dropped_version_id = l.from_version_id)
    where l.to_edition_id = e.id and lineage_word(l) not in ('unchanged', 'moved')
      and not exists (select from change_cause x where x.change_id = c.id);
end $$;

-- What is adopted, holds and is approved, with a place in this edition, and is
-- cited by no change of it.
create or replace function app.assessments_uncited(e app.edition) returns setof app.assessment
language plpgsql stable rows 50 set plan_cache_mode = force_custom_plan as $$
declare
  v_keys text[] := array(select distinct i.key from item_version v join item i on i.id = v.item_id where v.edition_id in (e.id, e.based_on_id));
  v_has_sponsors boolean := exists (select from sponsor x where x.consultation_id = e.consultation_id);
begin
  return query select a.* from assessment a where a.id in (
      select p.assessment_id from stage s join position p on p.stage_id = s.id and p.is_current and p.decision in ('adopted', 'partly')
          and (p.is_approved or not v_has_sponsors)
        where s.edition_id = e.based_on_id)
      and exists (select from keys_in(a.edition_place) k where k = any (v_keys))
      and not exists (select from change c join change_cause x on x.change_id = c.id join assessment y on y.id = x.assessment_id
        where c.edition_id = e.id and (y.position_id = a.position_id or y.group_id = a.group_id))
    order by a.stage_id, a.group_id nulls last, a.id;
end $$;

-- Current positions whose item was dropped, and which nobody has attached elsewhere.
create or replace function app.positions_left(e app.edition) returns setof app.position
language plpgsql stable rows 50 as $$
begin
  return query select p.* from places_in(e.id, e.state = 'draft') x join position p on p.id = x.position_id where x.state = 'orphan' and x.start_id is not null
    order by p.stage_id, p.number, p.part;
end $$;

-- Changes that go back to a Beschluss which a later one has repealed or replaced.
create or replace function app.changes_repealed(e app.edition) returns table (version_id bigint, decision_id bigint)
language plpgsql stable rows 10 as $$
begin
  return query select coalesce(c.to_version_id, c.dropped_version_id), d.id
    from change c join change_cause x on x.change_id = c.id join council_decision d on d.id = x.council_decision_id
    where c.edition_id = e.id and exists (select from jsonb_array_elements(d.effects) f where f ->> 'kind' in ('repeals', 'replaces'));
end $$;

create or replace function app.gap_link(p_version_id bigint, e app.edition, p_slug text) returns json
language plpgsql stable as $$
begin
  return (select json_build_object('key', i.key, 'title', v.title, 'chain_href', chain_href(p_slug, e.number, i.key),
      'href', '/consultations/' || p_slug || '/editions/' || e.number || '/changes/' || i.key)
    from item_version v join item i on i.id = v.item_id where v.id = p_version_id);
end $$;

-- Causes whose assessment decides otherwise by now, or has nobody behind it.
create or replace function app.causes_doubtful(p_me app.caller, e app.edition, p_slug text) returns json
language plpgsql stable as $$
begin
  return (select coalesce(json_agg(json_build_object('item', gap_link(x.version_id, e, p_slug), 'cause', cause_json(p_me, x.a, p_slug),
      'is_empty', x.is_empty) order by x.version_id, (x.a).id), '[]')
    from (select coalesce(c.to_version_id, c.dropped_version_id) as version_id, a,
        not exists (select from cause k join position p on p.id = k.position_id where k.change_id = c.id
          and (p.id = a.position_id or p.assessment_id = a.id or exists (select from group_member m where m.group_id = a.group_id
            and m.position_id = p.id and m.left_at is null))) as is_empty, assessment_now(a) as o
      from change c join change_cause y on y.change_id = c.id join assessment a on a.id = y.assessment_id where c.edition_id = e.id) x
    where x.is_empty or (x.o).decision <> (x.a).decision);
end $$;

create or replace function page.chain_gaps(p_me app.caller, p_consultation text, p_edition text) returns json
language plpgsql stable security definer set search_path = app, pg_temp
set plan_cache_mode = force_generic_plan as $$
declare
  c_shown constant int := 100;
  e app.edition := edition_visible(p_me, p_consultation, p_edition);
begin
  if e.id is null or e.based_on_id is null then
    return null;
  end if;
  return (with w as materialized (select * from changes_without_cause(e)), u as materialized (select a from assessments_uncited(e) a),
      l as materialized (select * from positions_left(e)), r as materialized (select * from changes_repealed(e)), d as materialized (select causes_doubtful(p_me, e, p_consultation) as list)
    select json_build_object(
      'frame', frame_at(p_me, desk_stage(p_consultation), null, 'editions'),
      'consultation', consultation_json(e.consultation_id),
      'edition', json_build_object('number', e.number, 'as_of', e.as_of, 'is_draft', e.state = 'draft',
        'before', (select b.number from edition b where b.id = e.based_on_id)),
      'counts', json_build_object('without_cause', (select count(*) from w), 'uncited', (select count(*) from u),
        'doubtful', (select json_array_length(d.list) from d), 'left', (select count(*) from l),
        'repealed', (select count(*) from r)),
      'without_cause', (select coalesce(json_agg(gap_link(x.version_id, e, p_consultation)::jsonb || jsonb_build_object('relation', x.relation,
          'has_reason', exists (select from change c where c.id = x.change_id and c.reason is not null)) order by x.version_id), '[]')
        from (select * from w order by w.version_id limit c_shown) x),
      'uncited', (select coalesce(json_agg(cause_json(p_me, x.a, p_consultation)::jsonb || jsonb_build_object('items', (select coalesce(json_agg(
            json_build_object('key', k.key, 'href', '/consultations/' || p_consultation || '/editions/' || e.number || '/changes/' || k.key)), '[]')
          from (select distinct i.key from keys_in((x.a).edition_place) y join item i on i.key = y and i.consultation_id = e.consultation_id) k))), '[]')
        from (select u.a from u limit c_shown) x),
      'doubtful', (select d.list from d),
      'left', (select coalesce(json_agg(json_build_object('number', position_number(s.kind, s.number, x.number, x.part), 'target', t.key,
          'title', target_title(t), 'href', '/consultations/' || p_consultation || '/positions/'
            || position_number(s.kind, s.number, x.number, x.part) || '/chain') order by s.id, x.number, x.part), '[]')
        from (select * from l limit c_shown) x join stage s on s.id = x.stage_id join target t on t.id = x.target_id),
      'repealed', (select coalesce(json_agg(jsonb_build_object('item', gap_link(x.version_id, e, p_consultation),
          'decision', council_decision_json(d, true)) order by d.year, d.number, x.version_id), '[]')
        from (select * from r limit c_shown) x join council_decision d on d.id = x.decision_id),
      'shown', c_shown));
end $$;
