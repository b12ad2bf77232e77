-- Helpers of the pages that show the paper.

-- The edition that counts for readers who name none: that of the running stage
-- (for a house as long as it may write) or of one that the address names, else
-- the last published one.
create or replace function app.edition_shown(s app.stage, h app.house, p_consultation_id bigint) returns app.edition
language plpgsql stable as $$
declare
  v_now timestamptz := app.now();
  e app.edition;
begin
  select x.* into e from edition x
    where x.consultation_id = p_consultation_id and x.state = 'published'
    order by (x.id = s.edition_id and (s.id = pinned_stage() or h.can_edit or v_now between s.opens_at and s.closes_at)) desc nulls last,
      x.number desc limit 1;
  return e;
end $$;

-- The edition to read a chapter, item or question in, a draft for moderators
-- that ask for it (p_me), else a published one: the one that is
-- asked for, else the one that counts, else the last that had it, so that what
-- was once published stays at its address.
create or replace function app.edition_holding(c app.edition, p_edition text, p_kind text, p_key text, p_me app.caller default null)
returns app.edition
language plpgsql stable as $$
declare
  e app.edition;
begin
  select x.* into e from edition x
    where x.consultation_id = c.consultation_id
      and (x.state = 'published' or p_edition is not null and p_me.roles @> '{moderator}')
      and (p_edition is null or x.number::text = p_edition)
      and case p_kind
        when 'chapter' then exists (select from chapter k where k.edition_id = x.id and k.key = p_key)
        when 'item' then exists (select from item i join item_version v on v.item_id = i.id
          where i.consultation_id = x.consultation_id and i.key = p_key and v.edition_id = x.id)
        else exists (select from question q join question_version v on v.question_id = q.id
          where q.consultation_id = x.consultation_id and q.key = p_key and v.edition_id = x.id) end
    order by x.id = c.id desc, x.number desc limit 1;
  return e;
end $$;

-- What links from a page of the edition carry on.
create or replace function app.edition_query(e app.edition, c app.edition) returns text
language sql immutable parallel safe as $$
  select case when e.id = c.id then '' else '?edition=' || e.number end
$$;

-- The edition that is read; counts: the one that counts instead, and the same
-- page there, or the paper where it is not in it any more.
create or replace function app.edition_json(e app.edition, c app.edition, p_slug text, p_kind text, p_key text) returns json
language plpgsql stable as $$
begin
  return json_build_object('number', e.number, 'as_of', e.as_of, 'is_draft', e.state = 'draft',
    'counts', case when e.id <> c.id then json_build_object('number', c.number, 'is_older', c.number < e.number,
      'is_there', (edition_holding(c, c.number::text, p_kind, p_key)).id is not null,
      'href', '/consultations/' || p_slug || case when (edition_holding(c, c.number::text, p_kind, p_key)).id is not null
        then '/' || p_kind || 's/' || p_key else '' end) end);
end $$;

create or replace function app.consultation_json(p_consultation_id bigint) returns json
language plpgsql stable as $$
begin
  return (select json_build_object('slug', address(c.slug), 'title', c.title, 'href', '/consultations/' || address(c.slug))
    from consultation c where c.id = p_consultation_id);
end $$;

create or replace function app.chapter_json(k app.chapter, p_slug text, p_query text default '') returns json
language sql stable parallel safe as $$
  select case when k.id is not null then json_build_object('key', k.key, 'number', k.number,
    'title', k.title, 'href', '/consultations/' || p_slug || '/chapters/' || k.key || p_query) end
$$;

create or replace function app.decision_json(d app.council_decision, p_relation text, p_footnote int) returns json
language sql stable parallel safe as $$
  select json_build_object('ref', d.ref, 'href', '/council-decisions/' || d.ref, 'relation', p_relation,
    'footnote', p_footnote, 'note', d.note, 'effects', case when d.effects <> '[]' then d.effects end)
$$;

-- The Beschlüsse an item cites, in the order of its footnotes.
create or replace function app.decisions_of(p_item_version_id bigint) returns json
language plpgsql stable as $$
begin
  return (select coalesce(json_agg(decision_json(d, i.relation, f.number) order by f.number, d.ref), '[]')
    from citation i join council_decision d on d.id = i.council_decision_id
      left join footnote f on f.id = i.footnote_id
    where i.item_version_id = p_item_version_id);
end $$;

create or replace function app.requirements_of(p_item_version_id bigint) returns json
language plpgsql stable as $$
begin
  return (select coalesce(json_agg(json_build_object('key', i.key, 'body', v.body,
      'decisions', decisions_of(v.id)) order by v.position), '[]')
    from item_version v join item i on i.id = v.item_id
      where v.parent_id = p_item_version_id);
end $$;

-- What is answered here, as the caller's house stands; null for everybody else.
create or replace function app.own(h app.house, p_target text, p_kind text, p_stance text, p_cosign text)
returns json
language sql stable parallel safe as $$
  select case when h.stage_id is not null and p_target is not null then json_build_object(
    'target', p_target,
    'state', app.answer_state(coalesce(p_kind, case when h.nil_rest then 'nil' end), h.response_state, p_cosign),
    'stance', app.form_stance(coalesce(p_kind, case when h.nil_rest then 'nil' end), p_stance),
    'href', '/consultations/' || h.slug || '/response/answers/' || p_target, 'can_edit', h.can_edit) end
$$;

-- One of the three: own of an item, a question or a chapter comment.
create or replace function app.own_of(h app.house, p_item_version_id bigint, p_question_version_id bigint,
  p_chapter_id bigint) returns json
language plpgsql stable as $$
begin
  if h.stage_id is null then
    return null;
  end if;
  return (select own(h, t.key, a.kind, a.stance, s.state)
    from asked(h) t left join answer a on a.response_id = h.response_id and a.target_id = t.id
      and a.organisation_id = h.organisation_id left join cosign_states(h) s on s.answer_id = a.id
    where case
      when p_item_version_id is not null then t.item_version_id = p_item_version_id
        and t.question_version_id is null
      when p_question_version_id is not null then t.question_version_id = p_question_version_id
        and t.item_version_id is null
      else t.chapter_id = p_chapter_id end);
end $$;

-- Who is asked in the stage, or would be as the edition has it; null where everybody is.
create or replace function app.audience_shown(p_stage_id bigint, p_item_version_id bigint, p_question_version_id bigint,
  p_audience text[], h app.house, p_chapter_id bigint default null) returns json
language plpgsql stable as $$
declare
  v_audience text[];
begin
  select t.audience into v_audience from target t where t.stage_id = p_stage_id
    and t.item_version_id is not distinct from p_item_version_id and t.question_version_id is not distinct from p_question_version_id
    and t.chapter_id is not distinct from p_chapter_id;
  return audience_json(case when found then v_audience else p_audience end, h);
end $$;

-- The items and sections a question aims at, in its order, with their wording
-- and where the caller's house stands.
create or replace function app.aims_in_full(p_question_version_id bigint, p_slug text, h app.house,
  p_query text default '') returns json
language plpgsql stable as $$
begin
  return (select coalesce(json_agg(json_build_object('key', coalesce(i.key, s.key),
      'kind', coalesce(i.kind::text, 'section'), 'title', coalesce(v.title, s.title), 'body', v.body,
      'href', '/consultations/' || p_slug || case when i.id is not null then '/items/' || i.key || p_query
        else '/chapters/' || k.key || p_query || '#' || s.key end,
      'own', own(h, t.key, x.kind, x.stance, c.state)) order by a.position), '[]')
    from question_aim a left join item_version v on v.id = a.item_version_id
      left join item i on i.id = v.item_id
      left join section s on s.id = a.section_id left join chapter k on k.id = s.chapter_id
      left join asked(h) t on t.item_version_id = v.id and t.question_version_id is null
      left join answer x on x.response_id = h.response_id and x.target_id = t.id
        and x.organisation_id = h.organisation_id left join cosign_states(h) c on c.answer_id = x.id
    where a.question_version_id = p_question_version_id);
end $$;

-- The questions that aim at an item or at its section.
create or replace function app.questions_about(v app.item_version, p_slug text, p_query text default '') returns json
language plpgsql stable as $$
begin
  return (select coalesce(json_agg(json_build_object('key', q.key, 'body', x.body,
      'href', '/consultations/' || p_slug || '/questions/' || q.key || p_query) order by x.position), '[]')
    from (select a.question_version_id as id from question_aim a where a.item_version_id = v.id
        union select a.question_version_id from question_aim a where a.section_id = v.section_id) y
      join question_version x on x.id = y.id join question q on q.id = x.question_id);
end $$;
