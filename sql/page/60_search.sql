-- The search: how what was typed becomes a query, the texts of the own house,
-- and how a hit is shown.

-- Words are all wanted, "…" is a phrase, a minus excludes, ODER is either. Whatever
-- else there is in it means nothing and is no error.
create or replace function app.search_query(p_text text) returns tsquery
language sql immutable parallel safe as $$
  select websearch_to_tsquery('pg_catalog.german', p_text)
$$;

create or replace function app.search_typed(p_q text) returns text
language sql immutable parallel safe as $$
  select regexp_replace(translate(p_q, '„“”«»', '"""""'), '\mODER\M', 'or', 'g')
$$;

-- As texts are spelled that are shown: as typed, with umlauts, and without.
create or replace function app.search_highlight(p_typed text) returns tsquery
language plpgsql immutable parallel safe as $$
begin
  return search_query(search_fold(p_typed)) || search_query(p_typed)
    || search_query(replace(replace(replace(lower(p_typed), 'ä', 'ae'), 'ö', 'oe'), 'ü', 'ue'));
end $$;

-- What has to be there: not what is excluded, and without the rules between.
create or replace function app.search_lexemes(q tsquery) returns text[]
language sql immutable parallel safe as $$
  select array(select distinct m[1] from regexp_matches(querytree(q), '''([[:alpha:]]{4,40})''', 'g') m limit 8)
$$;

create or replace function app.lexeme_of(p_word text) returns text
language sql immutable parallel safe as $$
  select (ts_lexize('pg_catalog.german_stem', app.search_fold(p_word)))[1]
$$;

-- The word of a text with this lexeme, as it is written there.
create or replace function app.word_in(p_text text, p_lexeme text) returns text
language sql immutable parallel safe as $$
  select w from regexp_split_to_table(p_text, '[^[:alpha:]]+') w where app.lexeme_of(w) = p_lexeme limit 1
$$;

-- What a house was told last in each stage.
create or replace function app.house_replies(p_organisation_id bigint) returns setof app.reply_version
language plpgsql stable as $$
begin
  return query select (v).* from (select reply_of(p.stage_id, p_organisation_id, app.now()) as v
    from participation p where p.organisation_id = p_organisation_id) x where (v).release_id is not null;
end $$;

-- Drafts, what counts as released and what it was told of the caller's own house: looked through
-- as they are, for they are few and change with every save. A draft that was
-- released as it stands is found once.
create or replace function app.house_texts(p_me app.caller, out matches app.search_match[], out words text[])
language plpgsql stable as $$
begin
  if not is_member(p_me) then
    return;
  end if;
  select array_agg(row(x.kind, x.id, s.consultation_id, target_chapter(t), p.level, p.land_code, null, null)::search_match
        order by x.kind, x.id),
      array_agg(answer_search_words(x.body, x.proposal, x.reason, x.value)::text order by x.kind, x.id)
    into matches, words
    from (
      select 'answer' as kind, a.id, a.stage_id, a.target_id, a.body, a.proposal, a.reason, a.value
        from current_version c join version_answer v on v.response_version_id = c.response_version_id
          join released_answer a on a.id = v.released_answer_id
        where c.organisation_id = p_me.organisation_id and a.kind = 'answered'
      union all
      select 'draft', a.id, a.stage_id, a.target_id, a.body, a.proposal, a.reason, a.value
        from answer a where a.organisation_id = p_me.organisation_id and a.kind = 'answered'
          and not exists (select from current_version c
              join version_answer v on v.response_version_id = c.response_version_id and v.target_id = a.target_id
              join released_answer r on r.id = v.released_answer_id and r.content_hash = a.content_hash
            where c.response_id = a.response_id)
      union all
      select 'reply', p.id, p.stage_id, p.target_id, a.body, a.edition_place, a.referred_to, null
        from house_replies(p_me.organisation_id) v
          cross join lateral unnest(told_points(v.organisation_id, v.response_version_id, app.now())) y
          join position p on p.id = y.position_id join assessment a on a.id = y.assessment_id
      union all
      select 'reply_text', v.release_id, v.stage_id, null, v.body, null, null, null
        from house_replies(p_me.organisation_id) v where v.body is not null) x
      join stage s on s.id = x.stage_id left join target t on t.id = x.target_id
      join participation p on p.stage_id = x.stage_id and p.organisation_id = p_me.organisation_id;
end $$;

-- All hits of one query: of the index, and of the house.
create or replace function app.search_all(p_query tsquery, p_exact tsquery, f text[], p_house app.search_match[],
  p_words text[]) returns app.search_match[]
language plpgsql stable as $$
begin
  return array(
    select row(x.kind, x.source_id, x.consultation_id, x.chapter_key, x.level, x.land_code, x.is_exact,
        x.rank)::search_match from (
      select m.* from search_matches(p_query, p_exact, f[1], f[2], f[3], f[4]) m
      union all
      select h.kind, h.source_id, h.consultation_id, h.chapter_key, h.level, h.land_code, w.words @@ p_exact,
          ts_rank(w.words, p_query, 1)
        from unnest(p_house) with ordinality h(kind, source_id, consultation_id, chapter_key, level, land_code,
            is_exact, rank, n)
          join lateral (select p_words[h.n]::tsvector) w(words) on w.words @@ p_query
        where search_passes(row(h.kind, h.source_id, h.consultation_id, h.chapter_key, h.level, h.land_code,
          null, null)::search_match, f)) x);
end $$;

-- Kind, Land, level, chapter: what hits are narrowed down by, in this order.
create or replace function app.search_facet(m app.search_match, p_place int) returns text
language sql immutable parallel safe as $$
  select case p_place when 1 then m.kind when 2 then m.land_code when 3 then m.level else m.chapter_key end
$$;

create or replace function app.search_passes(m app.search_match, f text[], p_but int default 0) returns boolean
language sql immutable parallel safe as $$
  select (f[1] is null or p_but = 1 or m.kind = f[1]) and (f[2] is null or p_but = 2 or m.land_code = f[2])
    and (f[3] is null or p_but = 3 or m.level = f[3]) and (f[4] is null or p_but = 4 or m.chapter_key = f[4])
$$;

-- The values of each, with how many hits there would be; the other filters hold.
create or replace function app.search_facets(p_matches app.search_match[], q text, p_literal text, f text[]) returns json
language plpgsql stable as $$
declare
  c_names constant text[] := array['kind', 'land', 'level', 'chapter'];
  v_titles jsonb;
  v_facets jsonb := jsonb_build_object();
begin
  v_titles := (select jsonb_object_agg(k.key, k.title) from (select distinct on (k.key) k.key, k.title from chapter k
    join edition e on e.id = k.edition_id where e.consultation_id in (select m.consultation_id from unnest(p_matches) m)
    order by k.key, e.number desc) k);
  for i in 1..4 loop
    v_facets := v_facets || jsonb_build_object(c_names[i], (with x as (select search_facet(m, i) as value, count(*) as n from unnest(p_matches) m
        where search_passes(m, f, i) and search_facet(m, i) is not null group by 1)
      select json_build_object('values', coalesce(json_agg(json_build_object(
          'value', x.value, 'count', x.n, 'is_on', coalesce(x.value = f[i], false),
          'title', case i when 2 then (select l.name from land l where l.code = x.value) when 4 then v_titles ->> x.value end,
          'href', search_href(q, p_literal, f[:i - 1] || x.value || f[i + 1:], null))
          order by x.n desc, x.value), '[]'),
        'off_href', case when f[i] is not null then search_href(q, p_literal, f[:i - 1] || null::text || f[i + 1:], null) end)
      from x));
  end loop;
  return v_facets::json;
end $$;

create or replace function app.search_href(q text, p_literal text, f text[], p_page text) returns text
language sql immutable parallel safe as $$
  select app.with_query('/search', array['q', 'kind', 'land', 'level', 'chapter', 'literal', 'page'],
    array[app.url_part(q)] || f || array[p_literal, p_page])
$$;
