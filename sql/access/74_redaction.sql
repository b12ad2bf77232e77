-- Passages that the public shall not read: found by their words, bound to the
-- text they stand in.

-- The marks that count: those in the text as it stands.
create or replace function app.standing_redactions(p_response_id bigint) returns setof app.redaction
language plpgsql stable rows 5 as $$
begin
  return query select d.* from redaction d join answer a on a.id = d.answer_id and a.content_hash = d.content_hash
    where d.response_id = p_response_id;
end $$;

-- Whoever releases „gekürzt“ must know what is cut: at least one passage, and
-- none that was marked in another text.
create or replace function app.demand_redactions(p_response_id bigint) returns void
language plpgsql stable as $$
begin
  if exists (select from redaction d join answer a on a.id = d.answer_id and a.content_hash <> d.content_hash
      where d.response_id = p_response_id and a.kind = 'answered') then
    perform fail('CN422', 'redaction_void', 'publication');
  elsif not exists (select from standing_redactions(p_response_id)) then
    perform fail('CN422', 'redaction_none', 'publication');
  end if;
end $$;

-- Where these words stand in a text, whatever white space and soft hyphens are
-- between the letters: ranges in code points, without overlaps.
create or replace function app.find_words(p_text text, p_words text) returns int4range[]
language plpgsql immutable parallel safe set search_path = app, pg_temp as $$
declare
  v_space constant text := '[\s\u00a0\u00ad\u202f]';
  v_words text := regexp_replace(p_words, v_space, '', 'g');
  v_text text := regexp_replace(p_text, v_space, '', 'g');
  v_places int[];
  v_found int4range[] := array[]::int4range[];
  v_at int := 1;
  v_next int;
begin
  if v_words = '' or coalesce(strpos(v_text, v_words), 0) = 0 then
    return v_found;
  end if;
  v_places := array(select n from regexp_split_to_table(p_text, '') with ordinality u (c, n)
    where c !~ v_space order by n);
  loop
    v_next := strpos(substr(v_text, v_at), v_words);
    exit when v_next = 0;
    v_at := v_at + v_next - 1;
    v_found := v_found || int4range(v_places[v_at] - 1, v_places[v_at + char_length(v_words) - 1]);
    v_at := v_at + char_length(v_words);
  end loop;
  return v_found;
end $$;

create or replace function app.answer_part(a app.answer, p_field text) returns text
language sql immutable parallel safe as $$
  select case p_field when 'body' then a.body when 'proposal' then a.proposal when 'reason' then a.reason end
$$;

-- The one passage that is meant: words that stand in the answer once, or the
-- place says which.
create or replace function app.find_passage(a app.answer, p_words text, p_part text, p_start text,
  out field text, out range int4range)
language plpgsql stable as $$
declare
  v_count int;
begin
  if text_or_null(p_words) is null then
    perform fail('CN422', 'required', 'words');
  end if;
  select x.field, x.range, count(*) over () into find_passage.field, find_passage.range, v_count
    from (select f as field, r as range from unnest(array['body', 'proposal', 'reason']) f,
        unnest(find_words(answer_part(a, f), p_words)) r) x
    order by (x.field, lower(x.range)::text) = (p_part, p_start) desc limit 1;
  if v_count is null then
    perform fail('CN422', 'words_unknown', 'words');
  elsif v_count > 1 and (field, lower(range)::text) is distinct from (p_part, p_start) then
    perform fail('CN422', 'words_many', 'words', json_build_object('count', v_count));
  end if;
end $$;

-- Marks are set by who edits and by who releases, by these also while it is
-- frozen: then what was approved before does not fit any more.
create or replace function app.can_mark(h app.house) returns boolean
language sql immutable parallel safe as $$
  select h.has_begun and not h.is_over and (app.is_open(h.response_state) and (h.is_editor or h.is_releaser)
    or h.response_state = 'frozen' and h.is_releaser)
$$;

-- The answer to mark in, locked; the response beside it against a release.
create or replace function app.answer_to_mark(p_me app.caller, p_consultation text, p_target text) returns app.answer
language plpgsql volatile as $$
declare
  h app.house := house(p_me, p_consultation);
  a app.answer;
begin
  if not (h.is_editor or h.is_releaser) then
    perform fail('CN403', 'audience');
  end if;
  if not exists (select from target t where t.stage_id = h.stage_id and t.key = p_target) then
    perform fail('CN404', 'not_found');
  end if;
  perform from response r where r.id = h.response_id for share;
  h := house(p_me, p_consultation);
  if not can_mark(h) then
    if h.response_state <> 'frozen' then
      perform demand_draft(h);
    end if;
    perform fail('CN409', 'frozen');
  end if;
  select x.* into a from answer x join target t on t.id = x.target_id
    where t.stage_id = h.stage_id and t.key = p_target and x.response_id = h.response_id
      and x.organisation_id = h.organisation_id for update of x;
  if not found then
    perform fail('CN409', 'nothing_to_mark');
  end if;
  return a;
end $$;
