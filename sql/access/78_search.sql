-- The index of the search: what is written into it, and what a caller finds in
-- it. Runs as resonanz_search, whose policies let a search use its indexes (for
-- everybody else every row would be looked at), and which cannot read what a house drafts.
set local role resonanz_search;

-- One spelling for all: ae, oe, ue as ä, ö, ü (but not in "neue", "Quelle"),
-- which the stemmer then makes a, o, u, as it makes ss of ß; no soft hyphens;
-- what joins words parts them.
create or replace function app.search_fold(p_text text) returns text
language plpgsql immutable parallel safe as $$
begin
  return regexp_replace(replace(replace(translate(lower(p_text), e'/._@*:\u00a0\u2011\u00ad\u200b', '       -'),
    'ae', 'ä'), 'oe', 'ö'), '(?<![aeqäö])ue', 'ü', 'g');
end $$;

create or replace function app.search_vector(p_text text) returns tsvector
language plpgsql immutable parallel safe as $$
begin
  return to_tsvector('pg_catalog.german', app.search_fold(coalesce(p_text, '')));
end $$;

-- Of the title, of the text, and of what explains it. A stop word between leaves
-- a place free, so that no phrase reaches from one into the next.
create or replace function app.search_words(p_title text, p_text text, p_more text) returns tsvector
language plpgsql immutable parallel safe as $$
begin
  return setweight(app.search_vector(p_title), 'A') || setweight(app.search_vector('und ' || p_text), 'B')
    || setweight(app.search_vector('und ' || p_more), 'C');
end $$;

create or replace function app.answer_search_words(p_body text, p_proposal text, p_reason text, p_value jsonb)
returns tsvector
language plpgsql immutable parallel safe as $$
declare
  v_more text := p_reason;
begin
  if jsonb_typeof(p_value) = 'object' then
    v_more := concat_ws(e'\nund\n', p_reason, app.value_text(p_value));
  elsif jsonb_typeof(p_value) = 'array' then
    v_more := concat_ws(e'\nund\n', p_reason, (select string_agg(concat_ws(' und ', x ->> 'title', x ->> 'source'),
      e'\nund\n') from jsonb_array_elements(p_value) x));
  end if;
  return app.search_words(null, concat_ws(e'\nund\n', p_body, p_proposal), v_more);
end $$;

-- The words of new documents become known.
create or replace function app.search_learn(p_ids bigint[]) returns void
language plpgsql volatile set search_path = app, pg_temp as $$
begin
  insert into word (visibility, lexeme)
    select distinct d.visibility, l.lexeme from search_document d, unnest(d.words) l
      where d.id = any (p_ids) and l.lexeme ~ '^[[:alpha:]]{4,40}$'
    on conflict do nothing;
end $$;

-- The wording of an edition takes the place of that of the editions before it:
-- each chapter, item and question is found once.
create or replace function app.search_index_edition(p_edition_id bigint) returns int
language plpgsql volatile security definer set search_path = app, pg_temp as $$
declare
  e app.edition;
  v_ids bigint[];
begin
  select x.* into e from edition x where x.id = p_edition_id and x.state = 'published';
  delete from search_document d where d.consultation_id = e.consultation_id and (
    d.chapter_id in (select o.id from chapter o join chapter n on n.key = o.key where n.edition_id = e.id)
    or d.item_version_id in (select o.id from item_version o join item_version n on n.item_id = o.item_id
      where n.edition_id = e.id)
    or d.question_version_id in (select o.id from question_version o
      join question_version n on n.question_id = o.question_id where n.edition_id = e.id));
  with fresh as (
    insert into search_document (kind, visibility, consultation_id, chapter_key, chapter_id, item_version_id,
        question_version_id, words)
      select 'chapter', 'public', e.consultation_id, k.key, k.id, null::bigint, null::bigint, search_words(k.title, k.summary, null)
        from chapter k where k.edition_id = e.id
      union all
      select 'item', 'public', e.consultation_id, k.key, null, v.id, null, search_words(v.title, v.body, null)
        from item_version v join section s on s.id = v.section_id join chapter k on k.id = s.chapter_id
        where v.edition_id = e.id
      union all
      select 'question', 'public', e.consultation_id, k.key, null, null, v.id, search_words(v.body,
          (select string_agg(x ->> 'body', e'\n') from jsonb_array_elements(v.sub_items) x), q.label)
        from question_version v join question_set q on q.id = v.question_set_id join chapter k on k.id = q.chapter_id
        where v.edition_id = e.id
      returning id)
  select array_agg(f.id) into v_ids from fresh f;
  perform search_learn(v_ids);
  return coalesce(cardinality(v_ids), 0);
end $$;

-- What no version that counts holds any more is not found from now on.
create or replace function app.search_forget(p_response_ids bigint[]) returns void
language plpgsql volatile security definer set search_path = app, pg_temp as $$
begin
  delete from search_document d
    where d.released_answer_id in (select a.released_answer_id
      from response_version v join version_answer a on a.response_version_id = v.id
      where v.response_id = any (p_response_ids))
    and not exists (select from version_answer a join current_version c on c.response_version_id = a.response_version_id
      where a.released_answer_id = d.released_answer_id);
end $$;

-- The chapter that a target belongs to.
create or replace function app.target_chapter(t app.target) returns text
language plpgsql stable set search_path = app, pg_temp as $$
begin
  return (select k.key from chapter k where k.id = coalesce(t.chapter_id,
    (select s.chapter_id from item_version v join section s on s.id = v.section_id where v.id = t.item_version_id),
    (select s.chapter_id from question_version v join question_set s on s.id = v.question_set_id
      where v.id = t.question_version_id)));
end $$;

-- The assessments of these that hold for a position which counts, and no other.
create or replace function app.search_index_assessments(p_ids bigint[]) returns int
language plpgsql volatile security definer set search_path = app, pg_temp as $$
declare
  v_ids bigint[];
begin
  delete from search_document d where d.assessment_id = any (p_ids)
    and not exists (select from position p where p.assessment_id = d.assessment_id and p.is_current);
  with fresh as (
    insert into search_document (kind, visibility, consultation_id, chapter_key, assessment_id, level, land_code, words)
      select 'assessment', 'desk', s.consultation_id, target_chapter(t), a.id,
          case when a.group_id is null then p.level end, case when a.group_id is null then p.land_code end,
          search_words(null, a.body, concat_ws(e'\nund\n', a.edition_place, a.referred_to))
        from assessment a join stage s on s.id = a.stage_id
          join lateral (select x.target_id, x.level, x.land_code from position x where x.assessment_id = a.id and x.is_current
            order by x.id limit 1) p on true
          join target t on t.id = p.target_id
        where a.id = any (p_ids) and num_nonnulls(a.body, a.edition_place, a.referred_to) > 0
          and not exists (select from search_document d where d.assessment_id = a.id)
      on conflict (assessment_id) do nothing
      returning id)
  select array_agg(f.id) into v_ids from fresh f;
  perform search_learn(v_ids);
  return coalesce(cardinality(v_ids), 0);
end $$;

-- The covering texts as they stand now.
create or replace function app.search_index_replies(p_ids bigint[]) returns int
language plpgsql volatile security definer set search_path = app, pg_temp as $$
declare
  v_ids bigint[];
begin
  delete from search_document d where d.reply_id = any (p_ids);
  with fresh as (
    insert into search_document (kind, visibility, consultation_id, reply_id, level, land_code, words)
      select 'reply_draft', 'desk', s.consultation_id, r.id, p.level, p.land_code, search_words(null, r.body, null)
        from reply r join stage s on s.id = r.stage_id
          join participation p on p.stage_id = r.stage_id and p.organisation_id = r.organisation_id
        where r.id = any (p_ids) and r.body is not null
      returning id)
  select array_agg(f.id) into v_ids from fresh f;
  perform search_learn(v_ids);
  return coalesce(cardinality(v_ids), 0);
end $$;

-- The answers of the versions that count, level and Land as they were then; what
-- the desk made of them, and what it writes to who gave them.
create or replace function app.search_index_responses(p_response_ids bigint[]) returns int
language plpgsql volatile security definer set search_path = app, pg_temp as $$
declare
  v_ids bigint[];
begin
  perform search_forget(p_response_ids);
  with fresh as (
    insert into search_document (kind, visibility, consultation_id, chapter_key, released_answer_id, level, land_code,
        words)
      select 'answer', 'desk', s.consultation_id, coalesce(k.key, ki.key, kq.key), a.id, v.level, v.land_code,
          answer_search_words(a.body, a.proposal, a.reason, a.value)
        from current_version c join response_version v on v.id = c.response_version_id
          join version_answer va on va.response_version_id = v.id
          join released_answer a on a.id = va.released_answer_id
          join stage s on s.id = a.stage_id join target t on t.id = a.target_id
          left join chapter k on k.id = t.chapter_id
          left join item_version i on i.id = t.item_version_id left join section e on e.id = i.section_id
          left join chapter ki on ki.id = e.chapter_id
          left join question_version q on q.id = t.question_version_id
          left join question_set qs on qs.id = q.question_set_id left join chapter kq on kq.id = qs.chapter_id
        where c.response_id = any (p_response_ids) and a.kind = 'answered'
          and not exists (select from search_document d where d.released_answer_id = a.id)
      on conflict (released_answer_id) do nothing
      returning id)
  select array_agg(f.id) into v_ids from fresh f;
  perform search_learn(v_ids);
  return coalesce(cardinality(v_ids), 0) + search_index_assessments(assessments_of(p_response_ids))
    + search_index_replies(array(select r.id from current_version c
      join reply r on r.stage_id = c.stage_id and r.organisation_id = c.organisation_id
      where c.response_id = any (p_response_ids)));
end $$;

create or replace function app.assessments_of(p_response_ids bigint[]) returns bigint[]
language plpgsql stable set search_path = app, pg_temp as $$
begin
  return array(select distinct p.assessment_id from current_version c
      join version_answer a on a.response_version_id = c.response_version_id
      join position p on p.released_answer_id = a.released_answer_id
    where c.response_id = any (p_response_ids) and p.assessment_id is not null);
end $$;

-- What was published, in the words that the public reads.
create or replace function app.search_publish(p_ids bigint[]) returns void
language plpgsql volatile security definer set search_path = app, pg_temp as $$
declare
  v_ids bigint[];
begin
  with fresh as (
    insert into search_document (kind, visibility, consultation_id, chapter_key, published_answer_id, level, land_code, words)
      select 'published', 'public', s.consultation_id, target_chapter(t), a.id, p.level, p.land_code,
          answer_search_words(a.body, a.proposal, a.reason, a.value)
        from publication p join published_answer a on a.publication_id = p.id join stage s on s.id = a.stage_id
          join target t on t.id = a.target_id
        where p.id = any (p_ids) and num_nonnulls(a.body, a.proposal, a.reason, a.value) > 0
      on conflict (published_answer_id) do nothing
      returning id)
  select array_agg(f.id) into v_ids from fresh f;
  perform search_learn(v_ids);
end $$;

-- Out of the index, with the words that stand in no other text that is public. The
-- frequent ones are seen in a few of those; each of the others is looked up.
create or replace function app.search_unpublish(p_id bigint) returns void
language plpgsql volatile security definer set search_path = app, pg_temp set plan_cache_mode = force_custom_plan as $$
declare
  v_words text[];
  v_word text;
begin
  with gone as (delete from search_document d using published_answer a
      where d.published_answer_id = a.id and a.publication_id = p_id returning d.words)
  select array_agg(distinct l.lexeme) into v_words from gone g, unnest(g.words) l where l.lexeme ~ '^[[:alpha:]]{4,40}$';
  v_words := array(select unnest(v_words) except select l.lexeme from (select d.words from search_document d
    where d.published_answer_id is not null order by d.published_answer_id desc limit 300) x, unnest(x.words) l);
  foreach v_word in array v_words loop
    if not exists (select from search_document d where d.visibility = 'public' and d.words @@ quote_literal(v_word)::tsquery) then
      delete from word w where w.visibility = 'public' and w.lexeme = v_word;
    end if;
  end loop;
end $$;

-- All of it anew, for who rebuilds the index.
create or replace function app.search_renew_published() returns void
language plpgsql volatile security definer set search_path = app, pg_temp as $$
begin
  delete from search_document d where d.kind = 'published';
  perform search_publish(array(select p.id from publication p where p.revoked_at is null));
end $$;

-- The same from the beginning, for who rebuilds the index.
create or replace function app.search_renew_responses(p_response_ids bigint[]) returns void
language plpgsql volatile security definer set search_path = app, pg_temp as $$
begin
  delete from search_document d where d.released_answer_id in (select a.id from released_answer a
    where a.response_id = any (p_response_ids)) or d.assessment_id = any (assessments_of(p_response_ids));
  perform search_index_responses(p_response_ids);
end $$;

-- What nothing counts of any more goes, and the words are taken from what is left.
create or replace function app.search_relearn() returns void
language plpgsql volatile security definer set search_path = app, pg_temp as $$
begin
  delete from search_document d where d.kind = 'answer' and not exists (select from version_answer a
    join current_version c on c.response_version_id = a.response_version_id
    where a.released_answer_id = d.released_answer_id);
  delete from search_document d where d.kind = 'assessment' and not exists (select from position p
    where p.assessment_id = d.assessment_id and p.is_current);
  delete from word;
  insert into word (visibility, lexeme)
    select v, s.word from unnest(array['public', 'desk']) v, lateral ts_stat(format(
      'select words from app.search_document where visibility = %L', v)) s where s.word ~ '^[[:alpha:]]{4,40}$';
end $$;

-- A release says only that it is there: its words are read a second later.
create or replace function app.search_later(p_response_id bigint) returns void
language plpgsql volatile security definer set search_path = app, pg_temp as $$
begin
  insert into search_due (response_id) values (p_response_id);
end $$;

-- A portion of what waits; one at a time, and in small steps, since the audit
-- log is sealed up to the oldest transaction. Returns how many texts came in.
create or replace function app.search_index_due(p_most int) returns int
language plpgsql volatile security definer set search_path = app, pg_temp as $$
declare
  v_editions bigint[];
  v_responses bigint[];
begin
  if not pg_try_advisory_xact_lock(hashtextextended('app.search_index_due', 0)) then
    return 0;
  end if;
  with taken as (
    delete from search_due d where d.id in (select x.id from search_due x order by x.id limit p_most)
      returning d.id, d.edition_id, d.response_id)
  select array_agg(t.edition_id order by t.id) filter (where t.edition_id is not null),
      array_agg(t.response_id) filter (where t.response_id is not null)
    into v_editions, v_responses from taken t;
  return coalesce((select sum(search_index_edition(e)) from unnest(v_editions) e), 0)
    + search_index_responses(coalesce(v_responses, '{}'));
end $$;

-- Hits in the index: the paper, and what was published (which the desk finds as it
-- was submitted); for the desk what was released and what it writes
-- (replies are the moderators'); for a sponsor the assessments that it was asked
-- about. As many as
-- are worth ranking and one more; a phrase is looked for in the first 20,000
-- texts that have its words.
create or replace function app.search_matches(p_query tsquery, p_exact tsquery, p_kind text, p_land text,
  p_level text, p_chapter text) returns setof app.search_match
language plpgsql stable security definer rows 2000 set search_path = app, pg_temp
set plan_cache_mode = force_custom_plan set work_mem = '32MB' as $$
declare
  v_is_phrase boolean := p_query::text ~ '<(-|\d+)>';
  v_wide tsquery := case when v_is_phrase
    then regexp_replace(p_query::text, '<(-|\d+)>', '&', 'g')::tsquery else p_query end;
  v_most int := case when v_is_phrase then 20000 else 2001 end;
  v_is_desk boolean := is_desk();
begin
  return query select d.kind, d.source_id, d.consultation_id, d.chapter_key, d.level::text, d.land_code, d.words @@ p_exact,
      ts_rank(d.words, p_query, 1)
    from (select x.*, coalesce(x.chapter_id, x.item_version_id, x.question_version_id, x.published_answer_id) as source_id
      from search_document x where x.visibility = 'public' and x.words @@ v_wide
        and (p_kind is null or x.kind = p_kind) and (p_chapter is null or x.chapter_key = p_chapter)
        and (p_land is null or x.land_code = p_land) and (p_level is null or x.level = p_level)
        and (x.kind <> 'published' or not v_is_desk) limit v_most) d
    where not v_is_phrase or d.words @@ p_query limit 2001;
  if v_is_desk then
    return query select d.kind, d.source_id, d.consultation_id, d.chapter_key, d.level::text, d.land_code,
        d.words @@ p_exact, ts_rank(d.words, p_query, 1)
      from (select x.*, coalesce(x.released_answer_id, x.assessment_id, x.reply_id) as source_id from search_document x where x.visibility = 'desk' and x.words @@ v_wide
          and (p_kind is null or x.kind = p_kind) and (p_chapter is null or x.chapter_key = p_chapter)
          and (p_land is null or x.land_code = p_land) and (p_level is null or x.level = p_level)
          and (x.kind <> 'reply_draft' or is_moderator())
        limit v_most) d
      where not v_is_phrase or d.words @@ p_query limit 2001;
  elsif is_sponsor() then
    return query select d.kind, d.assessment_id, d.consultation_id, d.chapter_key, d.level::text, d.land_code,
        d.words @@ p_exact, ts_rank(d.words, p_query, 1)
      from (select x.* from search_document x where x.kind = 'assessment' and x.words @@ v_wide
          and exists (select from assessment_approval y where y.assessment_id = x.assessment_id and y.organisation_id = my_organisation())
          and (p_kind is null or x.kind = p_kind) and (p_chapter is null or x.chapter_key = p_chapter)
          and (p_land is null or x.land_code = p_land) and (p_level is null or x.level = p_level)
        limit v_most) d
      where not v_is_phrase or d.words @@ p_query limit 2001;
  end if;
end $$;

-- Released answers with these words, for the desk; as many as a list may have.
create or replace function app.search_answers(p_consultation_id bigint, p_query tsquery, p_most int) returns bigint[]
language plpgsql stable security definer set search_path = app, pg_temp
set plan_cache_mode = force_custom_plan as $$
begin
  if not is_desk() then
    return array[]::bigint[];
  end if;
  return array(select d.released_answer_id from search_document d where d.visibility = 'desk' and d.kind = 'answer'
    and d.consultation_id = p_consultation_id and d.words @@ p_query limit p_most);
end $$;

-- The words that a caller may be told of: those of the texts he finds. p_own: of
-- the texts of his house.
create or replace function app.search_known(p_lexeme text, p_own text[]) returns boolean
language plpgsql stable security definer set search_path = app, pg_temp as $$
begin
  return p_lexeme = any (p_own) or exists (select from word w
    where w.lexeme = p_lexeme and (w.visibility = 'public' or is_desk()));
end $$;

-- Longer words with this one in them, the shortest first. A short one has to
-- stand at an end.
create or replace function app.search_compounds(p_lexeme text, p_own text[]) returns text[]
language plpgsql stable security definer set search_path = app, pg_temp as $$
declare
  v_is_desk boolean := is_desk();
begin
  if p_lexeme !~ '^[[:alpha:]]{4,40}$' then
    return array[]::text[];
  end if;
  return array(select x.lexeme from (
      select w.lexeme from word w where w.visibility = 'public' and w.lexeme like '%' || p_lexeme || '%'
      union
      select w.lexeme from word w where v_is_desk and w.visibility = 'desk' and w.lexeme like '%' || p_lexeme || '%'
      union
      select o from unnest(p_own) o where o like '%' || p_lexeme || '%') x
    where x.lexeme <> p_lexeme and (length(p_lexeme) > 5
      or starts_with(x.lexeme, p_lexeme) or right(x.lexeme, length(p_lexeme)) = p_lexeme)
    order by length(x.lexeme), x.lexeme limit 20);
end $$;

-- The nearest word of a text that the caller finds; null when none is near.
create or replace function app.search_nearest(p_lexeme text, p_own text[]) returns text
language plpgsql stable security definer set search_path = app, pg_temp as $$
declare
  v_is_desk boolean := is_desk();
  v_most int := case when length(p_lexeme) < 6 then 1 else 2 end;
begin
  if p_lexeme !~ '^[[:alpha:]]{4,40}$' then
    return null;
  end if;
  return (select n.lexeme from (
      select w.lexeme, false as is_own from word w
        where w.lexeme operator(public.%) p_lexeme and (w.visibility = 'public' or v_is_desk)
      union
      select o, true from unnest(p_own) o where length(o) between length(p_lexeme) - 2 and length(p_lexeme) + 2) n
    where public.levenshtein_less_equal(n.lexeme, p_lexeme, v_most) <= v_most
      and (n.is_own or (search_sample(n.lexeme)).source_id is not null)
    order by public.levenshtein_less_equal(n.lexeme, p_lexeme, v_most),
      public.similarity(n.lexeme, p_lexeme) desc, n.lexeme limit 1);
end $$;

-- A text that the caller finds with this word in it.
create or replace function app.search_sample(p_lexeme text) returns app.search_match
language plpgsql stable security definer set search_path = app, pg_temp as $$
declare
  m app.search_match;
begin
  select x.kind, coalesce(x.chapter_id, x.item_version_id, x.question_version_id, x.published_answer_id)
    into m.kind, m.source_id from search_document x
    where x.words @@ p_lexeme::tsquery and x.visibility = 'public' limit 1;
  if not found and is_desk() then
    select x.kind, coalesce(x.released_answer_id, x.assessment_id, x.reply_id) into m.kind, m.source_id from search_document x
      where x.words @@ p_lexeme::tsquery and x.visibility = 'desk' and (x.kind <> 'reply_draft' or is_moderator()) limit 1;
  end if;
  return m;
end $$;

grant execute on function app.search_fold(text), app.search_vector(text), app.search_words(text, text, text),
  app.answer_search_words(text, text, text, jsonb), app.search_index_edition(bigint), app.search_forget(bigint[]),
  app.search_publish(bigint[]), app.search_unpublish(bigint), app.search_renew_published(),
  app.search_later(bigint), app.search_index_due(int), app.search_renew_responses(bigint[]), app.search_relearn(), app.search_known(text, text[]),
  app.search_matches(tsquery, tsquery, text, text, text, text), app.search_compounds(text, text[]),
  app.search_nearest(text, text[]), app.search_sample(text), app.search_answers(bigint, tsquery, int),
  app.search_index_replies(bigint[]), app.target_chapter(app.target) to resonanz_owner;
grant execute on function app.search_index_assessments(bigint[]) to resonanz_owner, resonanz_join;
set local role resonanz_owner;
