-- What became of one old item, or where one new item comes from: all its edges
-- together, with the reason of the change. p_expected: the token of what the
-- page showed; of anything else nothing is done.

-- Ticked keys and typed ones as versions of an edition.
create or replace function app.anchor_chosen(p_edition_id bigint, p_take json, p_others text) returns bigint[]
language plpgsql stable as $$
declare
  v_keys text[] := array(select json_object_keys(p_take)) || array(select k from unnest(regexp_split_to_array(btrim(p_others), '[\s,;]+')) k
    where k <> '');
  v_key text;
begin
  foreach v_key in array v_keys loop
    if not exists (select from item_version v join item i on i.id = v.item_id where v.edition_id = p_edition_id and i.key = v_key) then
      perform fail('CN422', 'item_unknown', 'others', json_build_object('key', left(v_key, 40)));
    end if;
  end loop;
  return array(select v.id from item_version v join item i on i.id = v.item_id
    where v.edition_id = p_edition_id and i.key = any (v_keys) order by v.id);
end $$;

-- Edges between what was chosen and others than the one it was chosen for.
create or replace function app.anchor_others(e app.edition, p_is_new boolean, p_here bigint, p_chosen bigint[]) returns setof app.item_lineage
language plpgsql stable as $$
begin
  return query select l.* from item_lineage l where l.to_edition_id = e.id and case when p_is_new
    then l.from_version_id = any (p_chosen) and l.to_version_id <> p_here
    else l.to_version_id = any (p_chosen) and l.from_version_id <> p_here end;
end $$;

-- Enough of them for what they are said to be.
create or replace function app.anchor_demand(p_relation text, p_is_new boolean, p_chosen bigint[], p_others int) returns void
language plpgsql stable as $$
begin
  if p_relation is null or p_relation not in ('continues', 'split', 'merged', 'replaced', (case when p_is_new then 'added' else 'dropped' end)) then
    perform fail('CN422', 'choose', 'relation');
  elsif p_relation in ('dropped', 'added') then
    return;
  elsif cardinality(p_chosen) = 0 then
    perform fail('CN422', 'anchor_which', 'others');
  elsif p_relation = 'continues' and cardinality(p_chosen) > 1 then
    perform fail('CN422', 'anchor_one', 'others');
  elsif p_relation = (case when p_is_new then 'merged' else 'split' end) and cardinality(p_chosen) < 2 then
    perform fail('CN422', 'anchor_several', 'others');
  elsif p_relation = (case when p_is_new then 'split' else 'merged' end) and (cardinality(p_chosen) > 1 or p_others = 0) then
    perform fail('CN422', case when p_others = 0 then 'anchor_alone' else 'anchor_one' end, 'others');
  end if;
end $$;

-- The edges of one side become those. Other edges of what was chosen give way
-- where they were only proposed; where the item chosen has its part in what
-- several others do, these do the same.
create or replace function app.anchor_write(p_me app.caller, e app.edition, p_is_new boolean, p_here bigint, p_relation text, p_chosen bigint[])
returns void
language plpgsql volatile as $$
begin
  delete from item_lineage l where l.to_edition_id = e.id and case when p_is_new then l.to_version_id = p_here
    and (l.from_version_id is null or l.from_version_id <> all (p_chosen)) else l.from_version_id = p_here
    and (l.to_version_id is null or l.to_version_id <> all (p_chosen)) end;
  if p_relation = (case when p_is_new then 'split' else 'merged' end) then
    update item_lineage l set relation = p_relation, moved = false, state = 'proposed', confirmed_at = null, confirmed_by = null
      where l.relation = 'continues' and l.id in (select o.id from anchor_others(e, p_is_new, p_here, p_chosen) o);
  elsif p_relation <> 'replaced' then
    delete from item_lineage l where l.state = 'proposed'
      and l.id in (select o.id from anchor_others(e, p_is_new, p_here, p_chosen) o);
    if exists (select from anchor_others(e, p_is_new, p_here, p_chosen) o where 'continues' in (o.relation, p_relation)) then
      perform fail('CN422', 'anchor_taken', 'others');
    end if;
  end if;
  insert into item_lineage as l (consultation_id, from_edition_id, to_edition_id, from_version_id, to_version_id, relation, text_changed,
      moved, state, confirmed_at, confirmed_by)
    select e.consultation_id, e.based_on_id, e.id, a.id, b.id, p_relation, coalesce(a.content_hash <> b.content_hash, false),
        p_relation = 'continues' and item_place(a.id) <> item_place(b.id), 'confirmed', app.now(), p_me.person_id
      from unnest(case when p_relation in ('dropped', 'added') then array[null::bigint] else p_chosen end) c(id)
        left join item_version a on a.id = case when p_is_new then c.id else p_here end
        left join item_version b on b.id = case when p_is_new then p_here else c.id end
    on conflict (to_edition_id, from_version_id, to_version_id) do update set relation = excluded.relation,
      text_changed = excluded.text_changed, moved = excluded.moved, state = 'confirmed', confirmed_at = excluded.confirmed_at,
      confirmed_by = excluded.confirmed_by;
  perform lineage_complete(e);
end $$;

-- The reason, at each version it is about; a dropped one carries it itself.
create or replace function app.anchor_reason(p_me app.caller, e app.edition, p_to bigint[], p_dropped bigint, p_reason text) returns void
language plpgsql volatile as $$
begin
  insert into change as c (edition_id, to_version_id, dropped_version_id, reason, changed_at, changed_by)
    select e.id, x.to_id, x.dropped_id, p_reason, app.now(), p_me.person_id
      from (select t, null::bigint from unnest(p_to) t union all select null, p_dropped where p_dropped is not null) x(to_id, dropped_id)
    on conflict (edition_id, to_version_id, dropped_version_id) do update set reason = excluded.reason, version = c.version + 1,
      changed_at = excluded.changed_at, changed_by = excluded.changed_by where c.reason is distinct from excluded.reason;
end $$;

create or replace function action.anchor_confirm(p_me app.caller, p_consultation text, p_edition text, p_anchor text, p_expected text,
  p_relation text, p_take json, p_others text, p_reason text) returns json
language plpgsql volatile security definer set search_path = app, pg_temp
set plan_cache_mode = force_generic_plan as $$
declare
  e app.edition := edition_to_change(p_consultation, p_edition);
  a record;
  v_here bigint;
  v_chosen bigint[];
  v_reason text := nullif(btrim(p_reason), '');
  v_to bigint[];
begin
  select x.* into a from anchors(e.based_on_id, e.id) x where x.key = p_anchor;
  if a.key is null or anchor_token(e, a.from_ids, a.to_ids) is distinct from p_expected then
    perform fail('CN409', 'anchor_changed');
  end if;
  v_here := case when a.is_new then a.to_ids[1] else a.from_ids[1] end;
  v_chosen := case when p_relation in ('dropped', 'added') then '{}'
    else anchor_chosen(case when a.is_new then e.based_on_id else e.id end, p_take, p_others) end;
  perform anchor_demand(p_relation, a.is_new, v_chosen, (select count(*)::int from anchor_others(e, a.is_new, v_here, v_chosen)));
  perform anchor_write(p_me, e, a.is_new, v_here, p_relation, v_chosen);
  v_to := case when a.is_new then array[v_here] else v_chosen end;
  if v_reason is not null then
    perform anchor_reason(p_me, e, v_to, case when p_relation = 'dropped' then v_here end, v_reason);
  elsif exists (select from changes_of(e) c where (c.to_id = any (v_to) or c.dropped_id = v_here)) then
    perform fail('CN422', 'required', 'reason');
  end if;
  delete from change c where c.edition_id = e.id and c.dropped_version_id = v_here and p_relation <> 'dropped'
    and not exists (select from change_cause x where x.change_id = c.id);
  perform audit(p_me, 'anchor.confirm', 'item_version', v_here, null, null, greatest(cardinality(v_chosen), 1));
  return json_build_object('location', anchors_next(e, p_consultation, a.n, a.m));
end $$;
