-- Helpers of the pages that show the paper.

-- What a page of a consultation begins with: its id, the stage and the edition.
create or replace function app.edition_shown(p_consultation_id bigint) returns app.edition
language plpgsql stable set search_path = app, pg_temp as $$
declare
  v_stage app.stage := current_stage(p_consultation_id);
  e app.edition;
begin
  select x.* into e from edition x
    where x.consultation_id = p_consultation_id and x.state = 'published'
    order by (x.id = v_stage.edition_id) desc nulls last, x.number desc limit 1;
  return e;
end $$;

create or replace function app.consultation_json(p_consultation_id bigint) returns json
language plpgsql stable set search_path = app, pg_temp as $$
begin
  return (select json_build_object('slug', c.slug, 'title', c.title, 'href', '/consultations/' || c.slug)
    from consultation c where c.id = p_consultation_id);
end $$;

create or replace function app.chapter_json(p_chapter_id bigint) returns json
language plpgsql stable set search_path = app, pg_temp as $$
begin
  return (select json_build_object('key', k.key, 'number', k.number, 'title', k.title,
      'href', '/consultations/' || c.slug || '/chapters/' || k.key)
    from chapter k join edition e on e.id = k.edition_id join consultation c on c.id = e.consultation_id
    where k.id = p_chapter_id);
end $$;

-- The Beschlüsse an item cites, in the order of its footnotes.
create or replace function app.decisions_of(p_item_version_id bigint) returns json
language plpgsql stable set search_path = app, pg_temp as $$
begin
  return (select coalesce(json_agg(json_build_object('ref', d.ref, 'href', '/council-decisions/' || d.ref,
      'relation', i.relation, 'footnote', f.number, 'note', d.note) order by f.number, d.ref), '[]')
    from citation i join council_decision d on d.id = i.council_decision_id
      left join footnote f on f.id = i.footnote_id
    where i.item_version_id = p_item_version_id);
end $$;

create or replace function app.requirements_of(p_item_version_id bigint) returns json
language plpgsql stable set search_path = app, pg_temp as $$
begin
  return (select coalesce(json_agg(json_build_object('key', i.key, 'body', v.body,
      'decisions', decisions_of(v.id)) order by v.position), '[]')
    from item_version v join item i on i.id = v.item_id
    where v.parent_id = p_item_version_id);
end $$;

-- What is answered here, as the caller's house stands; null for everybody else.
create or replace function app.own(h app.house, p_target text, p_kind text, p_stance text) returns json
language plpgsql stable set search_path = app, pg_temp as $$
declare
  v_kind text := coalesce(p_kind, case when h.nil_rest then 'nil' end);
begin
  if h.stage_id is null or p_target is null then
    return null;
  end if;
  return json_build_object('target', p_target, 'state', answer_state(v_kind, h.response_state),
    'stance', form_stance(v_kind, p_stance),
    'href', '/consultations/' || h.slug || '/response/answers/' || p_target, 'can_edit', h.can_edit);
end $$;

-- One of the three: own of an item, a question or a chapter comment.
create or replace function app.own_of(h app.house, p_item_version_id bigint, p_question_version_id bigint,
  p_chapter_id bigint) returns json
language plpgsql stable set search_path = app, pg_temp as $$
declare
  v_key text;
  v_kind text;
  v_stance text;
begin
  if h.stage_id is null then
    return null;
  end if;
  select t.key, a.kind, a.stance into v_key, v_kind, v_stance
    from target t left join answer a on a.response_id = h.response_id and a.target_id = t.id
      and a.organisation_id = h.organisation_id
    where t.stage_id = h.stage_id and case
      when p_item_version_id is not null then t.item_version_id = p_item_version_id
        and t.question_version_id is null
      when p_question_version_id is not null then t.question_version_id = p_question_version_id
        and t.item_version_id is null
      else t.chapter_id = p_chapter_id end;
  return own(h, v_key, v_kind, v_stance);
end $$;

-- The items and sections a question aims at, in its order: as links, or with
-- their wording and where the caller's house stands.
create or replace function app.aims_of(p_question_version_id bigint, p_slug text) returns json
language plpgsql stable set search_path = app, pg_temp as $$
begin
  return (select coalesce(json_agg(json_build_object('key', coalesce(i.key, s.key),
      'kind', coalesce(i.kind::text, 'section'), 'title', coalesce(v.title, s.title),
      'href', '/consultations/' || p_slug || case when i.id is not null then '/items/' || i.key
        else '/chapters/' || k.key || '#' || s.key end) order by a.position), '[]')
    from question_aim a left join item_version v on v.id = a.item_version_id
      left join item i on i.id = v.item_id
      left join section s on s.id = a.section_id left join chapter k on k.id = s.chapter_id
    where a.question_version_id = p_question_version_id);
end $$;

create or replace function app.aims_in_full(p_question_version_id bigint, p_slug text, h app.house) returns json
language plpgsql stable set search_path = app, pg_temp as $$
begin
  return (select coalesce(json_agg(json_build_object('key', coalesce(i.key, s.key),
      'kind', coalesce(i.kind::text, 'section'), 'title', coalesce(v.title, s.title), 'body', v.body,
      'href', '/consultations/' || p_slug || case when i.id is not null then '/items/' || i.key
        else '/chapters/' || k.key || '#' || s.key end,
      'own', own(h, t.key, x.kind, x.stance)) order by a.position), '[]')
    from question_aim a left join item_version v on v.id = a.item_version_id
      left join item i on i.id = v.item_id
      left join section s on s.id = a.section_id left join chapter k on k.id = s.chapter_id
      left join target t on t.stage_id = h.stage_id and t.item_version_id = v.id
        and t.question_version_id is null
      left join answer x on x.response_id = h.response_id and x.target_id = t.id
        and x.organisation_id = h.organisation_id
    where a.question_version_id = p_question_version_id);
end $$;

-- The questions that aim at an item or at its section.
create or replace function app.questions_about(p_item_version_id bigint, p_slug text) returns json
language plpgsql stable set search_path = app, pg_temp as $$
begin
  return (select coalesce(json_agg(json_build_object('key', q.key, 'body', v.body,
      'href', '/consultations/' || p_slug || '/questions/' || q.key) order by v.position), '[]')
    from question_version v join question q on q.id = v.question_id
    where exists (select from question_aim a, item_version i
      where a.question_version_id = v.id and i.id = p_item_version_id
        and (a.item_version_id = i.id or a.section_id = i.section_id)));
end $$;
