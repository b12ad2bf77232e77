-- The hash of an edition: the wording of every chapter, item and question in it.
-- Keys are sorted bytewise, so that the order of loading does not matter.
create or replace function job.edition_hash(p_edition_id bigint) returns bytea
language plpgsql stable set search_path = app, pg_temp as $$
declare
  v_head text;
  v_rows text;
begin
  select canon_field('consultation', c.slug) || canon_field('number', e.number::text)
      || canon_field('as_of', e.as_of::text) || canon_field('title', e.title) into v_head
    from edition e join consultation c on c.id = e.consultation_id where e.id = p_edition_id;
  select string_agg(w.kind || ' ' || w.key || ' ' || encode(w.hash, 'hex') || e'\n', ''
      order by w.kind collate "C", w.key collate "C") into v_rows
    from (
      select 'chapter', k.key, k.content_hash from chapter k where k.edition_id = p_edition_id
      union all
      select 'item', i.key, v.content_hash
        from item_version v join item i on i.id = v.item_id where v.edition_id = p_edition_id
      union all
      select 'question', q.key, v.content_hash
        from question_version v join question q on q.id = v.question_id where v.edition_id = p_edition_id
    ) w (kind, key, hash);
  return canon_hash(e'resonanz edition 1\n' || v_head || coalesce(v_rows, ''));
end $$;
