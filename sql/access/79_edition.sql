-- Editions: which one counts, a draft made from another one, and its end.

create or replace function app.edition_last(p_consultation_id bigint) returns app.edition
language plpgsql stable set search_path = app, pg_temp as $$
declare
  e edition;
begin
  select x.* into e from edition x where x.consultation_id = p_consultation_id and x.state = 'published'
    order by x.number desc limit 1;
  return e;
end $$;

-- The draft with that number, locked for whoever changes it.
create or replace function app.edition_to_change(p_consultation text, p_edition text) returns app.edition
language plpgsql volatile set search_path = app, pg_temp as $$
declare
  e edition;
begin
  select x.* into e from edition x join consultation c on c.id = x.consultation_id
    where c.id = consultation_at(p_consultation) and x.number::text = p_edition for update of x;
  if e.id is null then
    perform fail('CN404', 'not_found');
  elsif e.state <> 'draft' then
    perform fail('CN409', 'edition_published');
  end if;
  return e;
end $$;

-- Parts are found again by their keys, which are unique in an edition.
create or replace function app.edition_copy_paper(p_from app.edition, p_to app.edition) returns void
language plpgsql volatile set search_path = app, pg_temp as $$
begin
  insert into chapter (edition_id, key, number, position, title, summary, is_editorial)
    select p_to.id, k.key, k.number, k.position, k.title, k.summary, k.is_editorial
      from chapter k where k.edition_id = p_from.id order by k.position;
  insert into section (edition_id, chapter_id, key, letter, position, title, is_editorial, kind, note, figure)
    select p_to.id, n.id, s.key, s.letter, s.position, s.title, s.is_editorial, s.kind, s.note, s.figure
      from section s join chapter k on k.id = s.chapter_id
        join chapter n on n.edition_id = p_to.id and n.key = k.key
      where s.edition_id = p_from.id order by k.position, s.position;
  insert into item_version (consultation_id, edition_id, item_id, section_id, position, title,
      is_title_verbatim, body)
    select v.consultation_id, p_to.id, v.item_id, n.id, v.position, v.title, v.is_title_verbatim, v.body
      from item_version v join section s on s.id = v.section_id
        join section n on n.edition_id = p_to.id and n.key = s.key
      where v.edition_id = p_from.id order by v.id;
  update item_version c set parent_id = np.id
    from item_version v join item_version p on p.id = v.parent_id
      join item_version np on np.edition_id = p_to.id and np.item_id = p.item_id
    where v.edition_id = p_from.id and c.edition_id = p_to.id and c.item_id = v.item_id;
end $$;

create or replace function app.edition_copy_references(p_from app.edition, p_to app.edition) returns void
language plpgsql volatile set search_path = app, pg_temp as $$
begin
  insert into footnote (edition_id, number, item_version_id, relation, body, summary)
    select p_to.id, f.number, n.id, f.relation, f.body, f.summary
      from footnote f left join item_version v on v.id = f.item_version_id
        left join item_version n on n.edition_id = p_to.id and n.item_id = v.item_id
      where f.edition_id = p_from.id order by f.number;
  insert into citation (edition_id, item_version_id, council_decision_id, relation, footnote_id)
    select p_to.id, n.id, c.council_decision_id, c.relation, nf.id
      from citation c join item_version v on v.id = c.item_version_id
        join item_version n on n.edition_id = p_to.id and n.item_id = v.item_id
        left join footnote f on f.id = c.footnote_id
        left join footnote nf on nf.edition_id = p_to.id and nf.number = f.number
      where c.edition_id = p_from.id order by c.id;
  insert into commitment_step (edition_id, key, position, title, binding, item_version_id)
    select p_to.id, s.key, s.position, s.title, s.binding, n.id
      from commitment_step s left join item_version v on v.id = s.item_version_id
        left join item_version n on n.edition_id = p_to.id and n.item_id = v.item_id
      where s.edition_id = p_from.id order by s.position;
  insert into oddity (edition_id, key, position, place, body, handling)
    select p_to.id, o.key, o.position, o.place, o.body, o.handling
      from oddity o where o.edition_id = p_from.id order by o.position;
  insert into named_body (edition_id, key, position, name, role, mentioned_in)
    select p_to.id, b.key, b.position, b.name, b.role, b.mentioned_in
      from named_body b where b.edition_id = p_from.id order by b.position;
end $$;

create or replace function app.edition_copy_questions(p_from app.edition, p_to app.edition) returns void
language plpgsql volatile set search_path = app, pg_temp as $$
begin
  insert into question_set (edition_id, key, position, label, heading_verbatim, seed_label_correct, note,
      section_keys, chapter_id)
    select p_to.id, q.key, q.position, q.label, q.heading_verbatim, q.seed_label_correct, q.note,
        q.section_keys, n.id
      from question_set q join chapter k on k.id = q.chapter_id
        join chapter n on n.edition_id = p_to.id and n.key = k.key
      where q.edition_id = p_from.id order by q.position;
  insert into question_set_chapter (edition_id, question_set_id, chapter_id)
    select p_to.id, nq.id, nk.id
      from question_set_chapter x join question_set q on q.id = x.question_set_id
        join question_set nq on nq.edition_id = p_to.id and nq.key = q.key
        join chapter k on k.id = x.chapter_id join chapter nk on nk.edition_id = p_to.id and nk.key = k.key
      where x.edition_id = p_from.id;
  insert into question_version (consultation_id, edition_id, question_id, question_set_id, section_id,
      position, body, shape, sub_items, is_double_barrelled, audience_hint, audience)
    select v.consultation_id, p_to.id, v.question_id, nq.id, ns.id, v.position, v.body, v.shape,
        v.sub_items, v.is_double_barrelled, v.audience_hint, v.audience
      from question_version v join question_set q on q.id = v.question_set_id
        join question_set nq on nq.edition_id = p_to.id and nq.key = q.key
        left join section s on s.id = v.section_id
        left join section ns on ns.edition_id = p_to.id and ns.key = s.key
      where v.edition_id = p_from.id order by v.position;
  insert into question_aim (edition_id, question_version_id, position, item_version_id, section_id)
    select p_to.id, nq.id, a.position, nv.id, ns.id
      from question_aim a join question_version q on q.id = a.question_version_id
        join question_version nq on nq.edition_id = p_to.id and nq.question_id = q.question_id
        left join item_version v on v.id = a.item_version_id
        left join item_version nv on nv.edition_id = p_to.id and nv.item_id = v.item_id
        left join section s on s.id = a.section_id
        left join section ns on ns.edition_id = p_to.id and ns.key = s.key
      where a.edition_id = p_from.id order by a.id;
end $$;

-- Everything of one edition into a new one. A part of the paper that is added to
-- the tables is added here too; tests/sql/edition.sql compares them by column.
create or replace function app.edition_copy(p_from app.edition, p_to app.edition) returns void
language plpgsql volatile set search_path = app, pg_temp as $$
begin
  perform edition_copy_paper(p_from, p_to);
  perform edition_copy_references(p_from, p_to);
  perform edition_copy_questions(p_from, p_to);
end $$;

-- A new draft with all of the last published edition in it.
create or replace function app.edition_begin(p_me app.caller, p_consultation_id bigint, p_as_of date, p_title text,
  p_note text) returns app.edition
language plpgsql volatile set search_path = app, pg_temp as $$
declare
  v_last edition := edition_last(p_consultation_id);
  e edition;
begin
  perform from consultation c where c.id = p_consultation_id for update;
  select x.* into e from edition x where x.consultation_id = p_consultation_id and x.state = 'draft';
  if e.id is not null then
    perform fail('CN409', 'edition_is_drafted', null, json_build_object('number', e.number));
  elsif p_as_of is null then
    perform fail('CN422', 'required', 'as_of');
  elsif p_as_of < v_last.as_of then
    perform fail('CN422', 'edition_before', 'as_of', json_build_object('number', v_last.number, 'as_of', v_last.as_of));
  end if;
  insert into edition (consultation_id, number, as_of, title, subtitle, note, based_on_id)
    select p_consultation_id, coalesce(max(x.number), 0) + 1, p_as_of, coalesce(p_title, v_last.title), v_last.subtitle,
        p_note, v_last.id
      from edition x where x.consultation_id = p_consultation_id
    returning * into e;
  if v_last.id is not null then
    perform edition_copy(v_last, e);
  end if;
  perform audit(p_me, 'edition.create', 'edition', e.id, v_last.content_hash, null);
  return e;
end $$;

-- What keeps a draft from being thrown away: the code of the reason, or null.
create or replace function app.edition_hold(p_edition_id bigint) returns text
language plpgsql stable set search_path = app, pg_temp as $$
begin
  return case when exists (select from stage s where s.edition_id = p_edition_id) then 'edition_in_stage'
    when exists (select from reanchor r where r.edition_id = p_edition_id) then 'edition_reanchored' end;
end $$;

-- A draft goes with all its parts; items and questions that were in no other
-- edition go too, and their keys are free again.
create or replace function app.edition_drop(e app.edition) returns void
language plpgsql volatile set search_path = app, pg_temp as $$
declare
  v_items bigint[] := array(select v.item_id from item_version v where v.edition_id = e.id);
  v_questions bigint[] := array(select v.question_id from question_version v where v.edition_id = e.id);
  t text;
begin
  delete from item_lineage l where l.to_edition_id = e.id;
  foreach t in array array['change', 'question_aim', 'question_version', 'question_set_chapter', 'question_set',
    'citation', 'footnote', 'commitment_step', 'oddity', 'named_body', 'item_version', 'section', 'chapter'] loop
    execute format('delete from %I where edition_id = $1', t) using e.id;
  end loop;
  delete from item i where i.id = any (v_items) and not exists (select from item_version v where v.item_id = i.id);
  delete from question q where q.id = any (v_questions)
    and not exists (select from question_version v where v.question_id = q.id);
  delete from edition x where x.id = e.id;
end $$;
