-- What is sought instead, where the words as typed find little: compounds with
-- the word in them as well, and for a word that stands nowhere the nearest one.
-- corrected: what was typed with those in place; null where nothing was.
create or replace function app.search_widen(p_typed text, p_exact tsquery, p_house app.search_match[], p_words text[], out query tsquery,
  out exact tsquery, out corrected text)
language plpgsql stable as $$
declare
  v_own text[] := array(select distinct l.lexeme from unnest(p_words) w, unnest(w::tsvector) l
    where l.lexeme ~ '^[[:alpha:]]{4,40}$');
  v_lexeme text;
  v_like text[];
  v_near text;
  v_word text;
begin
  query := p_exact;
  exact := p_exact;
  foreach v_lexeme in array search_lexemes(p_exact) loop
    v_near := v_lexeme;
    v_like := search_compounds(v_lexeme, v_own);
    if v_like = '{}' and not search_known(v_lexeme, v_own) then
      v_near := coalesce(search_nearest(v_lexeme, v_own), v_lexeme);
    end if;
    if v_near <> v_lexeme then
      v_word := coalesce(word_in(search_text(search_sample(v_near)), v_near),
        word_in(search_text((select p_house[n] from unnest(p_words) with ordinality x(w, n)
          where w::tsvector @@ v_near::tsquery limit 1)), v_near));
      exact := ts_rewrite(exact, v_lexeme::tsquery, v_near::tsquery);
      corrected := (select string_agg(case when lexeme_of(m[1]) = v_lexeme then v_word else m[1] end, '' order by n)
        from regexp_matches(coalesce(corrected, p_typed), '[[:alpha:]]+|[^[:alpha:]]+', 'g') with ordinality x(m, n));
      v_like := search_compounds(v_near, v_own);
    end if;
    -- in quotes it is the word itself that is sought
    query := ts_rewrite(query, v_lexeme::tsquery, array_to_string(v_near || case when p_typed ~ '"' then '{}'
      else v_like end, '|')::tsquery);
  end loop;
end $$;

-- Those of one page, in words, the best first: what was typed before what is like it.
create or replace function app.search_page(p_me app.caller, p_matches app.search_match[], h tsquery, p_from bigint,
  p_size int) returns json
language plpgsql stable as $$
begin
  return (select coalesce(json_agg(x.hit order by x.n) filter (where x.hit is not null), '[]')
    from (select m.n, search_hit(p_me, row(m.kind, m.source_id, m.consultation_id, m.chapter_key, m.level, m.land_code,
        m.is_exact, m.rank)::search_match, h) as hit
      from (select u.*, row_number() over (order by u.is_exact desc, u.rank desc, u.kind, u.source_id) as n
        from unnest(p_matches) u) m
      where m.n > p_from and m.n <= p_from + p_size) x);
end $$;

-- Found is what the caller may read: the paper; of the own house also drafts and
-- what it submitted; of the desk what was submitted by all. Of very many hits the
-- first 2,000 are ranked and counted.
create or replace function page.search(p_me app.caller, p_q text, p_kind text, p_land text, p_level text,
  p_chapter text, p_literal text, p_page text) returns json
language plpgsql stable security definer set search_path = app, pg_temp
set plan_cache_mode = force_generic_plan set client_min_messages = warning as $$
declare
  c_size constant int := 20;
  c_few constant int := 50;
  c_most constant int := 2000;
  v_start timestamptz := clock_timestamp();
  v_page int := case when p_page ~ '^[1-9]\d?$' then p_page::int else 1 end;
  f text[] := array[p_kind, p_land, p_level, p_chapter];
  v_place text := case when p_q is not null then search_place(p_me, p_q) end;
  v_typed text := search_typed(p_q);
  v_exact tsquery := search_query(search_fold(v_typed));
  v_all app.search_match[];
  v_hits app.search_match[];
  h record;
  w record;
begin
  if v_place is not null then
    return json_build_object('location', v_place);
  elsif p_q is null or querytree(v_exact) in ('', 'T') then
    return json_build_object('frame', frame(p_me, null, 'search'), 'query', p_q, 'is_at_desk', is_at_desk(p_me),
      'is_member', is_member(p_me), 'hits', '[]'::json, 'facets', null, 'total', null);
  end if;
  select * into h from house_texts(p_me);
  select v_exact as query, v_exact as exact, null as corrected into w;
  v_all := search_all(v_exact, v_exact, '{}', h.matches, h.words);
  if p_literal is null and cardinality(v_all) < c_few then
    select * into w from search_widen(v_typed, v_exact, h.matches, h.words);
    if w.query <> v_exact then
      v_all := search_all(w.query, w.exact, '{}', h.matches, h.words);
    end if;
  end if;
  v_hits := case when num_nonnulls(p_kind, p_land, p_level, p_chapter) = 0 then v_all
    when cardinality(v_all) > c_most then search_all(w.query, w.exact, f, h.matches, h.words)
    else array(select m from unnest(v_all) m where search_passes(m, f)) end;
  return json_build_object(
    'frame', frame(p_me, null, 'search'),
    'query', p_q, 'corrected', w.corrected, 'is_literal', p_literal is not null,
    'is_widened', w.query <> w.exact,
    'literal_href', case when w.query <> v_exact then search_href(p_q, '1', f, null) end,
    'widened_href', case when p_literal is not null then search_href(p_q, null, f, null) end,
    'total', least(cardinality(v_hits), c_most), 'is_capped', cardinality(v_hits) > c_most,
    'is_at_desk', is_at_desk(p_me), 'is_member', is_member(p_me),
    'hits', search_page(p_me, v_hits[:c_most], search_highlight(coalesce(w.corrected, v_typed)) || w.query,
      (v_page - 1) * c_size, c_size),
    'facets', search_facets(v_all, p_q, p_literal, f),
    'is_filtered', num_nonnulls(p_kind, p_land, p_level, p_chapter) > 0,
    'all_href', search_href(p_q, p_literal, array[null, null, null, null], null),
    'from', (v_page - 1) * c_size + 1, 'until', least(v_page * c_size, cardinality(v_hits)),
    'previous_href', case when v_page > 1 then search_href(p_q, p_literal, f, nullif(v_page - 1, 1)::text) end,
    'next_href', case when v_page * c_size < least(cardinality(v_hits), c_most)
      then search_href(p_q, p_literal, f, (v_page + 1)::text) end,
    'ms', round(extract(epoch from clock_timestamp() - v_start) * 1000));
end $$;
