-- Cutting an answer into positions: its sentences, what of it belongs to which
-- part, and what the actions ask first. Offsets are code points in the text as
-- it was released; that text is never written.

-- Sentences as ranges, without the white space around them. A full stop behind a
-- letter, a day or an abbreviation ends none; a line break always does.
create or replace function app.sentences_of(p_text text) returns int4range[]
language plpgsql immutable parallel safe set search_path = app, pg_temp as $$
declare
  c_blank constant text := e' \n\t\u00a0\u202f';
  c_short constant text := '[[:alpha:]]|(?<![/.,\d])\d{1,2}|Abs|Art|Nr|Ziff|Kap|Fn|Lit|Bd|Dr|Prof|St|bzw|ggf|vgl|ca|inkl|evtl|insb|sog|lt|gem|Mio|Mrd|bspw';
  v_text text := translate(p_text, chr(1), ' ');
begin
  v_text := regexp_replace(v_text, '([.!?…]+[)»“”"’]*)(?=[\s\u00a0\u202f]+[[:upper:]\d„"(«–-])', '\1' || chr(1), 'g');
  v_text := regexp_replace(v_text, '(\m(' || c_short || ')[.])' || chr(1), '\1', 'gi');
  v_text := regexp_replace(v_text, '(\n+)', chr(1) || '\1', 'g');
  return array(select int4range(x.at + x.lead, x.at + x.lead + char_length(btrim(x.piece, c_blank)))
    from (select u.n, u.piece, (sum(char_length(u.piece)) over (order by u.n) - char_length(u.piece))::int as at,
          char_length(u.piece) - char_length(ltrim(u.piece, c_blank)) as lead
        from regexp_split_to_table(v_text, chr(1)) with ordinality u(piece, n)) x
    where btrim(x.piece, c_blank) <> '' order by x.n);
end $$;

create or replace function app.cut_fields() returns text[]
language sql immutable parallel safe as $$
  select array['body', 'proposal', 'reason']
$$;

create or replace function app.released_text(a app.released_answer, p_field text) returns text
language sql immutable parallel safe as $$
  select case p_field when 'body' then a.body when 'proposal' then a.proposal when 'reason' then a.reason end
$$;

create or replace function app.range_in(p app.position, p_field text) returns int4range
language sql immutable parallel safe as $$
  select case p_field when 'body' then p.body_range when 'proposal' then p.proposal_range when 'reason' then p.reason_range end
$$;

-- The whole position that a number means, its own or that of a part.
create or replace function app.whole_at(s app.stage, p_number text) returns app.position
language plpgsql stable set search_path = app, pg_temp as $$
declare
  p app.position := position_at(s.id, p_number);
begin
  if p.number is null or p_number is distinct from position_number(s.kind, s.number, p.number, p.part) then
    return null;
  elsif p.part > 0 then
    select x.* into p from position x where x.stage_id = s.id and x.number = p.number and x.part = 0;
  end if;
  return p;
end $$;

-- The whole positions on a target, cut or not, each found by its index; whether
-- somebody holds them is for the caller to ask. Inlined.
create or replace function app.whole_positions(p_target_id bigint) returns setof app.position
language sql stable as $$
  select p.* from app.position p where p.target_id = p_target_id and p.is_current and p.part = 0
  union all select p.* from app.position p where p.target_id = p_target_id and p.set_aside and p.part = 0
$$;

-- The parts that are in use.
create or replace function app.parts_of(w app.position) returns setof app.position
language plpgsql stable rows 5 set search_path = app, pg_temp as $$
begin
  return query select p.* from position p
    where p.stage_id = w.stage_id and p.number = w.number and p.part > 0 and not p.set_aside order by p.part;
end $$;

-- Whether the version that counts of anybody holds the answer.
create or replace function app.is_answer_held(p_released_answer_id bigint) returns boolean
language plpgsql stable set search_path = app, pg_temp as $$
begin
  return exists (select from version_answer x join current_version c on c.response_version_id = x.response_version_id
    where x.released_answer_id = p_released_answer_id);
end $$;

-- Why a position stays as it is cut: with where to go; null: it can be cut, or
-- taken back.
create or replace function app.cut_bar(s app.stage, p app.position, p_consultation text) returns json
language plpgsql stable set search_path = app, pg_temp as $$
declare
  g app.position_group := group_of_position(p.id);
  v_number text := position_number(s.kind, s.number, p.number, p.part);
begin
  return case
    when not is_answer_held(p.released_answer_id) then json_build_object('code', 'cut_old', 'number', v_number)
    when g.id is not null then json_build_object('code', 'cut_grouped', 'number', v_number, 'group', group_number(g.number),
      'name', g.name, 'href', '/consultations/' || p_consultation || '/groups/' || group_number(g.number))
    when p.decision <> 'open' or exists (select from assessment x where x.position_id = p.id and x.body is not null) then
      json_build_object('code', 'cut_decided', 'number', v_number, 'href', position_link(s, p, p_consultation) ->> 'href')
    when (locked_by_other(p.id)).id is not null then json_build_object('code', 'cut_locked', 'number', v_number, 'by', name_of((locked_by_other(p.id)).person_id),
      'href', position_link(s, p, p_consultation) ->> 'href') end;
end $$;

-- --- what the page shows -------------------------------------------------------

-- Where a range lies: from the first sentence to the last, and the characters
-- where it begins or ends within one.
create or replace function app.passage_json(p_field text, r int4range, p_sentences int4range[]) returns json
language plpgsql stable as $$
begin
  return (select json_build_object('field', p_field, 'first', x.first, 'last', x.last, 'is_one', x.first = x.last,
      'is_exact', lower(r) > lower(p_sentences[x.first]) or upper(r) < upper(p_sentences[x.last]),
      'first_char', lower(r) - lower(p_sentences[x.first]) + 1, 'last_char', upper(r) - lower(p_sentences[x.last]),
      'from', lower(r), 'to', upper(r))
    from (select min(n) as first, max(n) as last from unnest(p_sentences) with ordinality u(s, n) where u.s && r) x);
end $$;

create or replace function app.passages_of(p app.position, p_body int4range[], p_proposal int4range[], p_reason int4range[])
returns json
language plpgsql stable as $$
begin
  return (select coalesce(json_agg(passage_json(x.field, range_in(p, x.field), x.sentences) order by x.n), '[]')
    from (values (1, 'body', p_body), (2, 'proposal', p_proposal), (3, 'reason', p_reason)) x(n, field, sentences)
    where range_in(p, x.field) is not null);
end $$;

-- One text in sentences, each in pieces by what belongs to which part. Without
-- parts all of it is the whole position.
create or replace function app.cut_text(s app.stage, w app.position, a app.released_answer, p_field text) returns json
language plpgsql stable as $$
declare
  v_text text := released_text(a, p_field);
  v_parts app.position[] := array(select p from parts_of(w) p);
begin
  return (select json_build_object('key', p_field, 'rows', coalesce(json_agg(json_build_object('key', p_field || '-' || u.n,
      'n', u.n, 'from', lower(u.r), 'to', upper(u.r), 'sentence', '',
      'numbers', (select coalesce(json_agg(position_number(s.kind, s.number, p.number, p.part) order by p.part), '[]')
        from unnest(v_parts) p where range_in(p, p_field) && u.r),
      'is_gap', cardinality(v_parts) > 0 and not exists (select from unnest(v_parts) p where range_in(p, p_field) && u.r),
      'pieces', (select json_agg(json_build_object('text', substr(v_text, x.at + 1, x.upto - x.at),
          'is_gap', cardinality(v_parts) > 0 and x.count = 0, 'is_twice', x.count > 1) order by x.at)
        from (select e.at, e.upto, (select count(*) from unnest(v_parts) p
              where range_in(p, p_field) @> int4range(e.at, e.upto)) as count
            from (select b.at, lead(b.at, 1, upper(u.r)) over (order by b.at) as upto
              from (select lower(u.r) as at union select v from unnest(v_parts) p,
                  unnest(array[lower(range_in(p, p_field)), upper(range_in(p, p_field))]) v
                where v > lower(u.r) and v < upper(u.r)) b) e) x)) order by u.n), '[]'))
    from unnest(sentences_of(v_text)) with ordinality u(r, n));
end $$;

-- What belongs to no part, what to two, and how many sentences are covered.
create or replace function app.cut_coverage(s app.stage, w app.position, a app.released_answer) returns json
language plpgsql stable as $$
declare
  v_parts app.position[] := array(select p from parts_of(w) p);
begin
  return (with f as (select x as field, n, released_text(a, x) as words, sentences_of(released_text(a, x)) as sentences
        from unnest(cut_fields()) with ordinality u(x, n) where released_text(a, x) is not null),
    c as (select f.field, coalesce(range_agg(range_in(p, f.field)), '{}') as covered from f left join unnest(v_parts) p
        on range_in(p, f.field) is not null group by f.field),
    g as (select f.n, f.field, f.sentences, r.n as sentence, h.gap, cut(f.words, h.gap) as words
      from f join c on c.field = f.field cross join unnest(f.sentences) with ordinality r(range, n)
        cross join unnest(int4multirange(r.range) - c.covered) h(gap)
      where cardinality(v_parts) > 0 and cut(f.words, h.gap) !~ '^[\s\u00a0\u202f]*$'),
    o as (select f.n, f.field, f.sentences, x.part as a, y.part as b, range_in(x, f.field) * range_in(y, f.field) as both_in,
        cut(f.words, range_in(x, f.field) * range_in(y, f.field)) as words
      from f, unnest(v_parts) x, unnest(v_parts) y where x.part < y.part and range_in(x, f.field) && range_in(y, f.field))
    select json_build_object('of', (select sum(cardinality(f.sentences)) from f),
      'covered', (select sum(cardinality(f.sentences)) from f) - (select count(distinct (g.field, g.sentence)) from g),
      'gaps', (select coalesce(json_agg(json_build_object('passage', passage_json(g.field, g.gap, g.sentences),
        'words', left(btrim(g.words), 120)) order by g.n, g.sentence, g.gap), '[]') from g),
      'overlaps', (select coalesce(json_agg(json_build_object('a', position_number(s.kind, s.number, w.number, o.a),
        'b', position_number(s.kind, s.number, w.number, o.b), 'passage', passage_json(o.field, o.both_in, o.sentences),
        'words', left(btrim(o.words), 120)) order by o.a, o.b, o.n), '[]') from o)));
end $$;

create or replace function app.cut_steps(s app.stage, w app.position, a app.released_answer, p_consultation text) returns json
language plpgsql stable as $$
declare
  v_body int4range[] := sentences_of(a.body);
  v_proposal int4range[] := sentences_of(a.proposal);
  v_reason int4range[] := sentences_of(a.reason);
begin
  return (select coalesce(json_agg(json_build_object('number', position_number(s.kind, s.number, p.number, p.part),
      'at', c.made_at, 'by', (select person_name(x) from person x where x.id = c.made_by), 'passages', passages_of(p, v_body, v_proposal, v_reason),
      'target', t.key, 'target_title', target_title(t), 'stance', coalesce(p.stance::text, 'no_position'), 'decision', p.decision,
      'topics', topics_of_position(p.id), 'is_other_target', p.target_id <> a.target_id,
      'undone_at', c.undone_at, 'undone_by', (select person_name(x) from person x where x.id = c.undone_by),
      'bar', case when c.undone_at is null then cut_bar(s, p, p_consultation) end,
      'can_undo', c.undone_at is null and cut_bar(s, p, p_consultation) is null) order by p.part), '[]')
    from position_cut c join position p on p.id = c.position_id join target t on t.id = p.target_id where c.whole_id = w.id);
end $$;

-- --- what the actions ask first --------------------------------------------------

-- The whole position, with all that is cut from its answer locked: neither a
-- release nor a group nor another cut runs beside this one.
create or replace function app.whole_to_cut(s app.stage, p_number text) returns app.position
language plpgsql volatile set search_path = app, pg_temp as $$
declare
  w app.position := whole_at(s, p_number);
begin
  if w.id is null then
    perform fail('CN404', 'not_found');
  end if;
  perform group_lock(s.id);
  perform from position p where p.released_answer_id = w.released_answer_id order by p.id for update;
  return whole_at(s, p_number);
end $$;

create or replace function app.demand_uncut(s app.stage, p app.position, p_consultation text) returns void
language plpgsql stable set search_path = app, pg_temp as $$
declare
  v_bar json := cut_bar(s, p, p_consultation);
begin
  if v_bar is not null then
    perform fail('CN409', v_bar ->> 'code', null, v_bar);
  end if;
end $$;

-- A number that was typed; empty: the one that is meant then.
create or replace function app.typed_number(p_text text, p_field text, p_empty int) returns int
language plpgsql stable set search_path = app, pg_temp as $$
begin
  if text_or_null(p_text) is null then
    return p_empty;
  elsif p_text !~ '^\s*\d{1,6}\s*$' then
    perform fail('CN422', 'bad_number', p_field);
  end if;
  return p_text::int;
end $$;

-- From a character of one sentence to a character of another, both counted from 1.
create or replace function app.exact_range(a app.released_answer, p_field text, p_first text, p_first_char text,
  p_last text, p_last_char text) returns int4range
language plpgsql stable set search_path = app, pg_temp as $$
declare
  v_sentences int4range[] := sentences_of(released_text(a, p_field));
  v_first int := typed_number(p_first, 'first', 1);
  v_last int := typed_number(p_last, 'last', v_first);
  v_from int := typed_number(p_first_char, 'first_char', 1);
  v_to int;
begin
  if not p_field = any (cut_fields()) or released_text(a, p_field) is null then
    perform fail('CN422', 'bad_choice', 'part');
  elsif v_first not between 1 and cardinality(v_sentences) then
    perform fail('CN422', 'selection_beyond', 'first');
  elsif v_last not between 1 and cardinality(v_sentences) then
    perform fail('CN422', 'selection_beyond', 'last');
  end if;
  v_to := typed_number(p_last_char, 'last_char', upper(v_sentences[v_last]) - lower(v_sentences[v_last]));
  if v_from not between 1 and upper(v_sentences[v_first]) - lower(v_sentences[v_first]) then
    perform fail('CN422', 'selection_beyond', 'first_char');
  elsif v_to not between 1 and upper(v_sentences[v_last]) - lower(v_sentences[v_last]) then
    perform fail('CN422', 'selection_beyond', 'last_char');
  elsif lower(v_sentences[v_last]) + v_to <= lower(v_sentences[v_first]) + v_from - 1 then
    perform fail('CN422', 'selection_turned', 'last');
  end if;
  return int4range(lower(v_sentences[v_first]) + v_from - 1, lower(v_sentences[v_last]) + v_to);
end $$;

-- The sentences of a text that are ticked: one after the other.
create or replace function app.ticked_range(a app.released_answer, p_field text, p_sentence json) returns int4range
language plpgsql stable set search_path = app, pg_temp as $$
declare
  v_sentences int4range[] := sentences_of(released_text(a, p_field));
  v_ticked int[] := array(select (regexp_match(k.key, '^' || p_field || '-(\d{1,5})$'))[1]::int from json_each_text(p_sentence) k
    where k.value <> '' and k.key like p_field || '-%' order by 1);
begin
  if v_ticked = '{}' then
    return null;
  elsif array_position(v_ticked, null) is not null or v_ticked[1] < 1
      or v_ticked[cardinality(v_ticked)] > coalesce(cardinality(v_sentences), 0) then
    perform fail('CN422', 'selection_beyond', 'sentence');
  elsif v_ticked[cardinality(v_ticked)] - v_ticked[1] <> cardinality(v_ticked) - 1 then
    perform fail('CN422', 'selection_gap', 'sentence', json_build_object('first', v_ticked[1], 'last', v_ticked[cardinality(v_ticked)]));
  end if;
  return int4range(lower(v_sentences[v_ticked[1]]), upper(v_sentences[v_ticked[cardinality(v_ticked)]]));
end $$;
