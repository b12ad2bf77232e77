-- Editions that follow each other, made by hand: a copy of the one before, and a
-- stand-in for the comparison in C, which pairs what has the same key.
set local search_path = public, app;
update app.edition set state = 'published', published_at = app.now(), content_hash = pg_catalog.sha256('1')
  where id = (select id from t.edition);

select app.search_index_edition((select id from t.edition));

create function t.edition_at(p_number int) returns app.edition language sql as $$
  select e.* from app.edition e join app.consultation c on c.id = e.consultation_id
    where c.slug = 'dachstrategie' and e.number = p_number
$$;
create function t.version(p_key text, p_number int) returns bigint language sql as $$
  select v.id from app.item_version v join app.item i on i.id = v.item_id
    where i.key = p_key and v.edition_id = (t.edition_at(p_number)).id
$$;
create function t.draft(p_number int, p_base int default null) returns bigint language plpgsql as $$
declare
  b app.edition := t.edition_at(coalesce(p_base, p_number - 1));
  v_id bigint;
begin
  insert into app.edition (consultation_id, number, as_of, title, based_on_id)
    values (b.consultation_id, p_number, b.as_of + 60, 'Fassung ' || p_number, b.id) returning id into v_id;
  insert into app.chapter (edition_id, key, number, position, title, summary)
    select v_id, k.key, k.number, k.position, k.title, k.summary from app.chapter k where k.edition_id = b.id;
  insert into app.section (edition_id, chapter_id, key, letter, position, title)
    select v_id, n.id, s.key, s.letter, s.position, s.title from app.section s join app.chapter k on k.id = s.chapter_id
      join app.chapter n on n.edition_id = v_id and n.key = k.key where s.edition_id = b.id;
  insert into app.item_version (consultation_id, edition_id, item_id, section_id, position, title, body)
    select v.consultation_id, v_id, v.item_id, n.id, v.position, v.title, v.body from app.item_version v
      join app.section s on s.id = v.section_id join app.section n on n.edition_id = v_id and n.key = s.key
      where v.edition_id = b.id and v.parent_id is null;
  insert into app.item_version (consultation_id, edition_id, item_id, section_id, parent_id, position, title, body)
    select v.consultation_id, v_id, v.item_id, n.section_id, n.id, v.position, v.title, v.body from app.item_version v
      join app.item_version p on p.id = v.parent_id join app.item_version n on n.edition_id = v_id and n.item_id = p.item_id
      where v.edition_id = b.id;
  return v_id;
end $$;
-- A new item in a draft.
create function t.item(p_key text, p_number int, p_section text, p_body text) returns bigint language plpgsql as $$
declare
  e app.edition := t.edition_at(p_number);
  v_id bigint;
begin
  insert into app.item (consultation_id, key, kind) values (e.consultation_id, p_key, 'principle') on conflict do nothing;
  insert into app.item_version (consultation_id, edition_id, item_id, section_id, position, title, body)
    select e.consultation_id, e.id, i.id, s.id, 50, 'Titel ' || p_key, p_body from app.item i, app.section s
      where i.consultation_id = e.consultation_id and i.key = p_key and s.edition_id = e.id and s.key = p_section returning id into v_id;
  return v_id;
end $$;
create function t.job_done() returns void language sql as $$
  update app.job set state = 'done', finished_at = now() where kind = 'lineage'
$$;
create function t.propose(p_number int) returns void language plpgsql as $$
declare
  e app.edition := t.edition_at(p_number);
begin
  perform job.lineage_end(e.id, array_agg(a.id order by a.id), array_agg(b.id order by a.id), array_agg('continues'::text),
      array_agg(a.content_hash <> b.content_hash order by a.id), array_agg(app.item_place(a.id) <> app.item_place(b.id) order by a.id), array_agg(90))
    from app.item_version a join app.item_version b on b.item_id = a.item_id and b.edition_id = e.id
    where a.edition_id = e.based_on_id and not exists (select from app.item_lineage l where l.to_edition_id = e.id
      and l.state = 'confirmed' and (l.from_version_id = a.id or l.to_version_id = b.id));
  perform t.job_done();
end $$;
-- As the form of an anchor sends it; p_take: keys with commas.
create function t.anchor(p_number int, p_anchor text, p_relation text, p_take text default '', p_reason text default 'Nach der Beteiligung geändert.')
returns jsonb language sql as $$
  select t.act('sander', 'moderator', format('action.anchor_confirm(e, %L, %L, %L, %L, %L, %L, %L, %L)', 'dachstrategie', p_number, p_anchor,
    (select app.anchor_token(t.edition_at(p_number), a.from_ids, a.to_ids) from app.anchors((t.edition_at(p_number)).based_on_id, (t.edition_at(p_number)).id) a
      where a.key = p_anchor), p_relation, '{}', p_take, p_reason))
$$;
create function t.publish(p_number int) returns jsonb language sql as $$
  select t.act('sander', 'moderator', format('action.edition_make_public(e, %L, %L, %L)', 'dachstrategie', p_number,
    encode(job.edition_hash((t.edition_at(p_number)).id), 'hex')))
$$;
-- "continues K4.G2.4>K4.G2.4 confirmed", in order.
create function t.edges(p_number int) returns text language sql as $$
  select string_agg(concat(l.relation, ' ', a.key, '>', b.key, case l.state when 'confirmed' then ' ok' end), ', '
      order by coalesce(a.key, b.key), b.key)
    from app.item_lineage l left join app.item_version x on x.id = l.from_version_id left join app.item a on a.id = x.item_id
      left join app.item_version y on y.id = l.to_version_id left join app.item b on b.id = y.item_id
    where l.to_edition_id = (t.edition_at(p_number)).id
$$;
-- Where positions stand: "R1-0001 item K4.G2.5", in order.
create function t.places(p_number int) returns text language sql as $$
  select string_agg(concat_ws(' ', 'R' || p.number, x.state, i.key, q.key, k.key), ', ' order by p.number, i.key)
    from app.places_in((t.edition_at(p_number)).id, false) x join app.position p on p.id = x.position_id
      left join app.item_version v on v.id = x.version_id left join app.item i on i.id = v.item_id
      left join app.question_version w on w.id = x.question_version_id left join app.question q on q.id = w.question_id
      left join app.chapter k on k.id = x.chapter_id
$$;
