-- A draft is made to say what a document says, second part: what is not said any
-- more goes, and the whole act.

-- Versions of items that go: nothing else of the draft may lean on them.
create or replace function app.edition_remove_items(e app.edition, p_versions bigint[]) returns void
language plpgsql volatile set search_path = app, pg_temp as $$
declare
  v_key text;
  v_items bigint[];
begin
  select i.key into v_key from item_version v join item i on i.id = v.item_id
    where v.id = any (p_versions) and exists (select from reanchor r where r.to_version_id = v.id) limit 1;
  if v_key is not null then
    perform fail('CN422', 'edition_item_reanchored', 'paper', json_build_object('key', v_key));
  end if;
  v_items := array(select v.item_id from item_version v where v.id = any (p_versions));
  delete from question_aim a where a.item_version_id = any (p_versions);
  delete from target t where t.item_version_id = any (p_versions);
  update commitment_step s set item_version_id = null where s.item_version_id = any (p_versions);
  delete from item_lineage l where l.to_version_id = any (p_versions);
  delete from item_version v where v.id = any (p_versions);
  delete from item i where i.id = any (v_items) and not exists (select from item_version v where v.item_id = i.id);
end $$;

create or replace function app.edition_remove_questions(e app.edition, p_versions bigint[]) returns void
language plpgsql volatile set search_path = app, pg_temp as $$
declare
  v_questions bigint[] := array(select v.question_id from question_version v where v.id = any (p_versions));
begin
  delete from question_aim a where a.question_version_id = any (p_versions);
  delete from target t where t.question_version_id = any (p_versions);
  delete from question_version v where v.id = any (p_versions);
  delete from question q where q.id = any (v_questions) and not exists (select from question_version v where v.question_id = q.id);
  delete from question_set_chapter c using question_set s where s.id = c.question_set_id and s.edition_id = e.id
    and not exists (select from question_version v where v.question_set_id = s.id);
  delete from question_set s where s.edition_id = e.id and not exists (select from question_version v where v.question_set_id = s.id);
end $$;

-- Questions in the order of their chapters, without gaps.
create or replace function app.edition_renumber(e app.edition) returns void
language plpgsql volatile set search_path = app, pg_temp as $$
declare
  c_aside constant int := 100000;
begin
  update question_set s set position = c_aside + o.n
    from (select x.id, row_number() over (order by k.position, abs(x.position), x.id) as n
      from question_set x join chapter k on k.id = x.chapter_id where x.edition_id = e.id) o where o.id = s.id;
  update question_set s set position = s.position - c_aside where s.edition_id = e.id;
  update question_version v set position = c_aside + o.n
    from (select x.id, row_number() over (order by s.position, abs(x.position), x.id) as n
      from question_version x join question_set s on s.id = x.question_set_id where x.edition_id = e.id) o where o.id = v.id;
  update question_version v set position = v.position - c_aside where v.edition_id = e.id;
end $$;

create or replace function app.edition_write(p_me app.caller, e app.edition, d jsonb, p_chapter text) returns void
language plpgsql volatile set search_path = app, pg_temp as $$
declare
  v_before bytea := job.edition_hash(e.id);
  v_sections bigint[] := array(select s.id from section s join chapter k on k.id = s.chapter_id
    where s.edition_id = e.id and (p_chapter is null or k.key = p_chapter));
  v_items bigint[] := array(select v.id from item_version v where v.edition_id = e.id and v.section_id = any (v_sections));
  v_questions bigint[] := array(select v.id from question_version v where v.edition_id = e.id and v.section_id = any (v_sections));
begin
  perform edition_write_check(e, d, p_chapter);
  perform edition_write_paper(e, d, p_chapter);
  perform edition_write_questions(e, d);
  perform edition_write_references(e, d, v_items);
  perform edition_remove_questions(e, array(select v.id from question_version v join question q on q.id = v.question_id
    where v.id = any (v_questions) and not exists (select from jsonb_array_elements(d -> 'questions') x where x ->> 'key' = q.key)));
  perform edition_remove_items(e, array(select v.id from item_version v join item i on i.id = v.item_id
    where v.id = any (v_items) and not exists (select from jsonb_array_elements(d -> 'items') x
      where x ->> 'key' = i.key or exists (select from jsonb_array_elements(coalesce(x -> 'requirements', '[]')) r where r ->> 'key' = i.key))));
  perform edition_write_aims(e, d);
  delete from question_aim a using section s where s.id = a.section_id and s.id = any (v_sections)
    and not exists (select from jsonb_array_elements(d -> 'sections') x where x ->> 'key' = s.key);
  delete from section s where s.id = any (v_sections)
    and not exists (select from jsonb_array_elements(d -> 'sections') x where x ->> 'key' = s.key);
  if p_chapter is null then
    delete from target t using chapter k where k.id = t.chapter_id and k.edition_id = e.id
      and not exists (select from jsonb_array_elements(d -> 'chapters') x where x ->> 'key' = k.key);
    delete from chapter k where k.edition_id = e.id
      and not exists (select from jsonb_array_elements(d -> 'chapters') x where x ->> 'key' = k.key);
    update edition x set title = coalesce(d #>> '{edition,title}', x.title), subtitle = coalesce(d #>> '{edition,subtitle}', x.subtitle),
      note = coalesce(d #>> '{edition,note}', x.note) where x.id = e.id;
  end if;
  perform edition_renumber(e);
  perform audit(p_me, 'edition.save', 'edition', e.id, v_before, job.edition_hash(e.id));
end $$;

-- What a form has sent, for the text it was made from.
create or replace function app.edition_save(p_me app.caller, e app.edition, p_consultation text, p_chapter text,
  p_version text, p_paper text, p_then text) returns json
language plpgsql volatile set search_path = app, pg_temp as $$
declare
  v_base text := '/consultations/' || p_consultation || '/editions/' || e.number;
begin
  if p_version <> edition_doc_hash(e, p_chapter) then
    perform fail('CN409', 'stale');
  end if;
  if p_then = 'preview' then
    return json_build_object('again', true);
  end if;
  perform edition_write(p_me, e, p_paper::jsonb, p_chapter);
  return json_build_object('location', v_base || coalesce('/chapters/' || p_chapter, '/text') || '?notice=edition_saved');
end $$;
