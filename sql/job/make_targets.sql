-- What can be answered in a stage: every question, every judgeable item and a
-- comment on every chapter of its edition. The questions come first, so that
-- "next" leads from one to the other; items and comments are voluntary.
create or replace function job.make_targets(p_stage_id bigint) returns int
language plpgsql volatile set search_path = app, pg_temp as $$
declare
  v_count int;
begin
  insert into target (stage_id, edition_id, key, position, question_version_id, item_version_id, chapter_id, audience)
    select s.id, s.edition_id, x.key, row_number() over (order by x.class, x.a, x.b, x.c),
        x.question_version_id, x.item_version_id, x.chapter_id, x.audience
      from stage s, lateral (
        select 1, v.position, 0, 0, q.key, v.id, null::bigint, null::bigint, v.audience
          from question_version v join question q on q.id = v.question_id
          where v.edition_id = s.edition_id
        union all
        select 2, k.position, sc.position, v.position, i.key, null, v.id, null, null
          from item_version v join item i on i.id = v.item_id and i.is_judgeable
            join section sc on sc.id = v.section_id join chapter k on k.id = sc.chapter_id
          where v.edition_id = s.edition_id
        union all
        select 3, k.position, 0, 0, k.key, null, null, k.id, null
          from chapter k where k.edition_id = s.edition_id and not k.is_editorial
      ) x (class, a, b, c, key, question_version_id, item_version_id, chapter_id, audience)
      where s.id = p_stage_id;
  get diagnostics v_count = row_count;
  return v_count;
end $$;
