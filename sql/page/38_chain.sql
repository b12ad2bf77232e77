-- The chain of causes as pages show it: from an item of an edition back to what
-- changed it, and from a position on to what it changed.

create or replace function app.chain_item(e app.edition, p_item text) returns app.chain_item
language plpgsql stable as $$
declare
  n app.chain_item;
begin
  select e.id, e.consultation_id, i.id, coalesce(v.id, o.id), v.id is null, null::bigint into n
    from item i left join item_version v on v.item_id = i.id and v.edition_id = e.id
      left join item_version o on o.item_id = i.id and o.edition_id = e.based_on_id and v.id is null
        and exists (select from item_lineage l where l.from_version_id = o.id and l.to_edition_id = e.id)
    where i.consultation_id = e.consultation_id and i.key = p_item and coalesce(v.id, o.id) is not null;
  n.change_id := (select c.id from change c where c.edition_id = n.edition_id
    and case when n.is_dropped then c.dropped_version_id else c.to_version_id end = n.version_id);
  return n;
end $$;

-- What an item says: its title and its wording.
create or replace function app.item_text(p_version_id bigint) returns text
language plpgsql stable as $$
begin
  return (select concat_ws(e'\n\n', v.title, v.body) from item_version v where v.id = p_version_id);
end $$;

-- What became of it, in one of these words.
create or replace function app.lineage_word(l app.item_lineage) returns text
language sql immutable parallel safe as $$
  select case when l.relation <> 'continues' then l.relation when l.text_changed and l.moved then 'reworded_moved'
    when l.text_changed then 'reworded' when l.moved then 'moved' else 'unchanged' end
$$;

create or replace function app.chain_href(p_slug text, p_edition int, p_item text) returns text
language sql immutable parallel safe as $$
  select '/consultations/' || p_slug || '/editions/' || p_edition || '/items/' || p_item || '/chain'
$$;

-- A version of an item in its edition, with what that edition changed there.
create or replace function app.chain_version(p_version_id bigint, p_slug text) returns json
language plpgsql stable as $$
begin
  return (select json_build_object('edition', e.number, 'is_draft', e.state = 'draft', 'key', i.key, 'kind', i.kind, 'title', v.title,
      'relation', coalesce((select lineage_word(l) from item_lineage l where l.to_version_id = v.id order by l.id limit 1), 'first'),
      'reason', (select c.reason from change c where c.to_version_id = v.id), 'href', chain_href(p_slug, e.number, i.key))
    from item_version v join item i on i.id = v.item_id join edition e on e.id = v.edition_id where v.id = p_version_id);
end $$;

-- Where it comes from in the edition before, word by word; more than one where
-- items were merged.
create or replace function app.chain_origins(n app.chain_item, p_slug text) returns json
language plpgsql stable as $$
begin
  return (select coalesce(json_agg(jsonb_build_object('edition', e.number, 'key', i.key, 'title', o.title, 'relation', lineage_word(l),
      'is_proposed', l.state = 'proposed', 'href', chain_href(p_slug, e.number, i.key))
      || case when l.from_version_id is not null and lineage_word(l) not in ('unchanged', 'moved') then jsonb_build_object('has_wording', true,
        'diff_of', jsonb_build_object('old', item_text(l.from_version_id), 'new', item_text(l.to_version_id))) else '{}' end order by l.id), '[]')
    from item_lineage l left join item_version o on o.id = l.from_version_id left join item i on i.id = o.item_id
      left join edition e on e.id = o.edition_id
    where l.to_edition_id = n.edition_id and case when n.is_dropped then l.from_version_id else l.to_version_id end = n.version_id);
end $$;

-- The versions behind those, back to the first edition; the newest first.
create or replace function app.chain_earlier(n app.chain_item, p_slug text) returns json
language plpgsql stable as $$
begin
  return (with recursive r as (select l.from_version_id as id from item_lineage l
      where l.to_edition_id = n.edition_id and case when n.is_dropped then l.from_version_id else l.to_version_id end = n.version_id
    union select l.from_version_id from r join item_lineage l on l.to_version_id = r.id)
  select coalesce(json_agg(chain_version(v.id, p_slug) order by e.number desc, i.key), '[]')
    from r join item_version v on v.id = r.id join item i on i.id = v.item_id join edition e on e.id = v.edition_id);
end $$;

-- What later editions made of it: those the caller may see.
create or replace function app.chain_later(p_me app.caller, p_version_id bigint, p_slug text) returns json
language plpgsql stable as $$
begin
  return (with recursive r as (select l.* from item_lineage l where l.from_version_id = p_version_id
    union select l.* from r join item_lineage l on l.from_version_id = r.to_version_id)
  select coalesce(json_agg(json_build_object('edition', e.number, 'is_draft', e.state = 'draft', 'relation', lineage_word(r.*::item_lineage),
      'key', i.key, 'title', v.title, 'reason', c.reason, 'href', chain_href(p_slug, e.number, i.key)) order by e.number, i.key), '[]')
    from r join edition e on e.id = r.to_edition_id and (e.state = 'published' or p_me.roles @> '{moderator}')
      join item_version v on v.id = coalesce(r.to_version_id, r.from_version_id) join item i on i.id = v.item_id
      left join change c on c.edition_id = e.id and (c.to_version_id = r.to_version_id
        or r.to_version_id is null and c.dropped_version_id = r.from_version_id));
end $$;

-- Why, and the Beschlüsse it goes back to: known to all of a published edition.
create or replace function app.change_json(p_change_id bigint) returns json
language plpgsql stable as $$
begin
  return (select json_build_object('reason', c.reason, 'at', c.changed_at) from change c where c.id = p_change_id);
end $$;

create or replace function app.change_decisions(p_me app.caller, p_change_id bigint) returns json
language plpgsql stable as $$
begin
  return (select coalesce(json_agg(council_decision_json(d, is_at_desk(p_me))::jsonb || jsonb_build_object('key', x.id::text, 'added_at', x.added_at)
      order by d.year, d.number, d.id), '[]')
    from change_cause x join council_decision d on d.id = x.council_decision_id where x.change_id = p_change_id);
end $$;

-- What became binding of it, in this edition, before or later; proposals as far as
-- the caller reads them.
create or replace function app.chain_commitments(p_version_id bigint) returns json
language plpgsql stable as $$
begin
  return (with recursive r as (select p_version_id as id
      union select l.to_version_id from r join item_lineage l on l.from_version_id = r.id where l.to_version_id is not null),
    a as (select r.id from r union select unnest(lineage_before(p_version_id)))
  select coalesce(json_agg(json_build_object('number', m.number, 'state', m.state, 'href', '/commitments/' || m.number) order by m.number), '[]')
    from a join commitment m on m.origin_version_id = a.id where m.is_adopted or sees_proposals());
end $$;

-- --- at the desk -----------------------------------------------------------------

-- What holds now for what an assessment was of, where that is another one.
create or replace function app.assessment_now(a app.assessment) returns app.assessment
language plpgsql stable as $$
declare
  o app.assessment;
begin
  if a.group_id is not null then
    select x.* into o from assessment x where x.group_id = a.group_id and x.version > a.version order by x.version desc limit 1;
  else
    select x.* into o from position p join assessment x on x.id = p.assessment_id where p.id = a.position_id and x.id <> a.id;
  end if;
  return o;
end $$;

create or replace function app.cause_number(a app.assessment) returns text
language plpgsql stable as $$
begin
  return case when a.group_id is not null then group_number((group_behind(a.group_id)).number)
    else weighed_number((a.stage_id, a.position_id, null)::weighed) end;
end $$;

-- A number of a position says its stage, that of a group needs it in the address;
-- groups are the moderators'.
create or replace function app.cause_href(p_me app.caller, a app.assessment, p_slug text) returns text
language plpgsql stable as $$
begin
  return case when a.group_id is null then '/consultations/' || p_slug || '/positions/' || cause_number(a)
    when p_me.roles @> '{moderator}' then (select '/consultations/' || case when s.id = (current_stage(s.consultation_id)).id then p_slug
      else split_part(p_slug, '.', 1) || '.' || s.key end || '/groups/' || cause_number(a) from stage s where s.id = a.stage_id) end;
end $$;

-- An assessment as a cause; "now": what holds instead, and whether that decides
-- otherwise.
create or replace function app.cause_json(p_me app.caller, a app.assessment, p_slug text) returns json
language plpgsql stable as $$
declare
  o app.assessment := assessment_now(a);
  g app.position_group := group_behind(a.group_id);
begin
  return (select json_build_object('number', cause_number(a),
      'is_group', a.group_id is not null, 'name', g.name, 'is_over', coalesce(g.state = 'dissolved', false),
      'size', (select count(*) from group_member m where m.group_id = a.group_id and m.left_at is null),
      'href', cause_href(p_me, a, p_slug), 'decision', a.decision, 'referred_to', a.referred_to, 'body', a.body, 'place', a.edition_place,
      'version', a.version, 'at', a.saved_at, 'given', n.given, 'of', n.of, 'is_draft', n.given < n.of,
      'now', case when o.id is not null then json_build_object('number', cause_number(o),
        'version', o.version, 'at', o.saved_at, 'decision', o.decision, 'is_other', o.decision <> a.decision) end)
    from assessment_approvals(a.id) n);
end $$;

create or replace function app.change_assessments(p_me app.caller, p_change_id bigint, p_slug text) returns json
language plpgsql stable as $$
begin
  return (select coalesce(json_agg(cause_json(p_me, a, p_slug)::jsonb || jsonb_build_object('key', x.id::text) order by a.stage_id, a.group_id, x.id), '[]')
    from change_cause x join assessment a on a.id = x.assessment_id where x.change_id = p_change_id);
end $$;

-- Who stands behind a change, by level, each beside how many were asked in the
-- stages that its causes are of.
create or replace function app.change_behind(p_change_id bigint) returns json
language plpgsql stable as $$
declare
  c_levels constant text[] := array['bund', 'land', 'kommune', 'kommunalverband', 'fachministerkonferenz', 'foederale_einrichtung',
    'aufsicht', 'wirtschaft', 'wissenschaft', 'zivilgesellschaft', 'sonstige'];
begin
  return (with s as (select distinct a.stage_id from change_cause x join assessment a on a.id = x.assessment_id where x.change_id = p_change_id),
    o as (select distinct k.organisation_id, k.level, k.seat_status from cause k where k.change_id = p_change_id),
    g as (select o.level::text, count(distinct o.organisation_id) as organisations,
        count(distinct o.organisation_id) filter (where o.seat_status = 'voting') as seats from o group by o.level),
    b as (select p.level::text, count(distinct p.organisation_id) as organisations,
        count(distinct p.organisation_id) filter (where p.seat_status = 'voting') as seats
      from s join participation p on p.stage_id = s.stage_id group by p.level)
  select json_build_object('positions', (select count(*) from (select distinct k.position_id from cause k where k.change_id = p_change_id) y),
      'organisations', coalesce(sum(g.organisations), 0), 'seats', coalesce(sum(g.seats), 0),
      'base', json_build_object('organisations', coalesce(sum(b.organisations), 0), 'seats', coalesce(sum(b.seats), 0)),
      'levels', coalesce(json_agg(json_build_object('level', g.level, 'organisations', g.organisations, 'seats', g.seats,
        'base', coalesce(b.organisations, 0), 'base_seats', coalesce(b.seats, 0)) order by array_position(c_levels, g.level)) filter (where g.level is not null), '[]'))
    from b full join g on g.level = b.level);
end $$;

-- A position of any stage of a consultation by its number.
create or replace function app.consultation_position(p_consultation_id bigint, p_number text) returns app.position
language plpgsql stable as $$
declare
  p app.position;
  m text[] := regexp_match(p_number, '^([RE])(\d{1,4})-(\d{1,9})(?:\.(\d{1,6}))?$');
begin
  select x.* into p from stage s join position x on x.stage_id = s.id and x.number = m[3]::int and x.part = coalesce(m[4], '0')::int
    where s.consultation_id = p_consultation_id and s.kind = case m[1] when 'E' then 'evaluation' else 'consultation' end
      and s.number = m[2]::int and position_number(s.kind, s.number, x.number, x.part) = p_number;
  return p;
end $$;

-- A page of the positions behind a change, in the order of the synopsis, each with
-- who else holds it; p_after: the number of the last one before.
create or replace function app.change_positions(n app.chain_item, p_slug text, p_after text, p_limit int) returns json
language plpgsql stable set plan_cache_mode = force_custom_plan as $$
declare
  a app.position := consultation_position(n.consultation_id, p_after);
  v_base text := '/consultations/' || p_slug;
  v_rows json;
  v_more boolean;
begin
  with k as materialized (select c.sort_key, c.position_id, array_agg(c.organisation_id) as organisations from cause c
      where c.change_id = n.change_id and (a.id is null or (c.sort_key, c.position_id) > (a.sort_key, a.id))
      group by c.sort_key, c.position_id order by c.sort_key, c.position_id limit p_limit + 1),
    g as materialized (select y.group_id, group_number((group_behind(y.group_id)).number) as number from (select distinct x.group_id
      from change_cause c join assessment x on x.id = c.assessment_id where c.change_id = n.change_id and x.group_id is not null) y),
    r as (select k.*, row_number() over (order by k.sort_key, k.position_id) as place from k)
  select json_agg(json_build_object('number', w.number, 'target', t.key, 'target_title', coalesce(v.title, q.body, z.title),
      'organisation', json_build_object('code', o.code, 'name', m.name, 'short_name', m.short_name, 'level', p.level, 'seat_status', p.seat_status),
      'also_for', case when r.organisations = array[p.organisation_id] then '[]' else (select coalesce(json_agg(y.short_name order by y.short_name), '[]')
        from unnest(r.organisations) u(id), name_on(u.id, today()) y where u.id <> p.organisation_id) end,
      'stage', json_build_object('kind', s.kind, 'number', s.number), 'stance', coalesce(p.stance::text, 'no_position'), 'body', case when p.part = 0 and x.value is not null
        then body_and_papers(cut(x.body, p.body_range), x.value) else cut(x.body, p.body_range) end,
      'proposal', cut(x.proposal, p.proposal_range), 'reason', cut(x.reason, p.reason_range), 'confidential', x.confidential,
      'group', (select g.number from group_member f join g on g.group_id = f.group_id where f.position_id = p.id and f.left_at is null),
      'href', v_base || '/submissions/' || o.code || '#' || y.key, 'chain_href', v_base || '/positions/' || w.number || '/chain')
      order by r.place) filter (where r.place <= p_limit), count(*) > p_limit into v_rows, v_more
    from r join position p on p.id = r.position_id join stage s on s.id = p.stage_id
      cross join lateral (select position_number(s.kind, s.number, p.number, p.part) as number) w
      join released_answer x on x.id = p.released_answer_id join target y on y.id = x.target_id join target t on t.id = p.target_id
      join organisation o on o.id = p.organisation_id cross join lateral name_on(o.id, today()) m
      left join item_version v on v.id = t.item_version_id left join question_version q on q.id = t.question_version_id
      left join chapter z on z.id = t.chapter_id;
  return json_build_object('rows', coalesce(v_rows, '[]'), 'is_first', a.id is null,
    'next', case when v_more then v_rows -> (p_limit - 1) ->> 'number' end);
end $$;

-- --- for a house -----------------------------------------------------------------

-- What of its own stands behind a change, as far as it was told.
create or replace function app.own_behind(p_me app.caller, p_change_id bigint, p_slug text) returns json
language plpgsql stable as $$
begin
  return (select coalesce(json_agg(json_build_object('number', point_key(s, p), 'target', t.key, 'title', target_title(t),
      'stage', json_build_object('kind', s.kind, 'number', s.number), 'stance', p.stance, 'body', case when p.part = 0 and r.value is not null then body_and_papers(cut(r.body, p.body_range), r.value)
        else cut(r.body, p.body_range) end, 'proposal', cut(r.proposal, p.proposal_range), 'reason', cut(r.reason, p.reason_range),
      'decision', a.decision, 'href', '/consultations/' || p_slug || '/response/outcome?stage=' || s.key || '#' || point_key(s, p))
      order by s.number, p.number, p.part), '[]')
    from change c join edition e on e.id = c.edition_id join stage s on s.consultation_id = e.consultation_id
      cross join lateral reply_of(s.id, p_me.organisation_id, app.now()) v
      cross join lateral (select told_points(p_me.organisation_id, v.response_version_id, app.now()) as points) x
      cross join lateral changes_told(p_me.organisation_id, x.points, app.now()) y
      join unnest(x.points) w on w.position_id = y.position_id
      join position p on p.id = y.position_id join released_answer r on r.id = p.released_answer_id
      join target t on t.id = p.target_id left join assessment a on a.id = w.assessment_id
    where c.id = p_change_id and y.change_id = c.id and v.release_id is not null);
end $$;

-- A change that a position has caused: where, why, with old and new wording.
create or replace function app.caused_json(p_me app.caller, p_change_id bigint, p_slug text) returns json
language plpgsql stable as $$
declare
  n app.chain_item;
begin
  select c.edition_id, e.consultation_id, v.item_id, v.id, c.to_version_id is null, c.id into n
    from change c join edition e on e.id = c.edition_id join item_version v on v.id = coalesce(c.to_version_id, c.dropped_version_id)
    where c.id = p_change_id;
  return (select json_build_object('edition', e.number, 'is_draft', e.state = 'draft', 'key', i.key, 'kind', i.kind, 'title', v.title,
      'is_dropped', n.is_dropped, 'change', change_json(n.change_id), 'origins', chain_origins(n, p_slug),
      'decisions', change_decisions(p_me, n.change_id), 'later', case when not n.is_dropped then chain_later(p_me, n.version_id, p_slug) else '[]' end,
      'commitments', chain_commitments(n.version_id), 'href', chain_href(p_slug, e.number, i.key))
    from edition e, item_version v join item i on i.id = v.item_id where e.id = n.edition_id and v.id = n.version_id);
end $$;
