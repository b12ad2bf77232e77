-- How a hit of the search is shown: its place, its title and where the words
-- stand, as pieces of text of which some are hits.

-- Pieces of text between marks that no text has: begin and end of a hit, a gap.
-- What joins words is put aside meanwhile, since "Bund/Land" is one word else.
create or replace function app.search_pieces(p_text text, h tsquery, p_is_whole boolean) returns json
language plpgsql stable as $$
declare
  v_text text := btrim(translate(p_text, e'\ue000\ue001\ue002\n/._@*:', e'    \ue003\ue004\ue005\ue006\ue007\ue008'));
  v_marked text := ts_headline('pg_catalog.german', v_text, h, e'StartSel=\ue000, StopSel=\ue001, '
    || case when p_is_whole then 'HighlightAll=true'
      else e'MaxFragments=2, MaxWords=28, MinWords=12, FragmentDelimiter=\ue002' end);
  v_plain text := translate(v_marked, e'\ue000\ue001', '');
begin
  if not starts_with(v_text, split_part(v_plain, e'\ue002', 1)) then
    v_marked := '… ' || v_marked;
  end if;
  if right(v_text, length(split_part(v_plain, e'\ue002', -1)) + 1) not in (split_part(v_plain, e'\ue002', -1),
      split_part(v_plain, e'\ue002', -1) || e'\ue004') then
    v_marked := v_marked || ' …';
  elsif right(v_text, 1) = e'\ue004' and right(v_plain, 1) <> e'\ue004' then
    v_marked := v_marked || '.';
  end if;
  return (select json_agg(json_build_object('text', translate(replace(p.t, e'\ue002', ' … '),
      e'\ue003\ue004\ue005\ue006\ue007\ue008', '/._@*:'), 'hit', p.n % 2 = 0) order by p.n) filter (where p.t <> '')
    from regexp_split_to_table(v_marked, e'[\ue000\ue001]') with ordinality p(t, n));
end $$;

create or replace function app.search_paper_hit(m app.search_match, h tsquery, p_slug text) returns json
language plpgsql stable as $$
declare
  v_href text := '/consultations/' || p_slug;
begin
  return case m.kind
    when 'chapter' then (select json_build_object('type', m.kind, 'href', v_href || '/chapters/' || k.key, 'key', k.key,
        'title', search_pieces(k.title, h, true), 'excerpt', search_pieces(k.summary, h, false), 'edition', e.number)
      from chapter k join edition e on e.id = k.edition_id where k.id = m.source_id)
    when 'item' then (select json_build_object('type', i.kind, 'key', i.key, 'href', v_href || '/items/'
          || coalesce(pi.key || '#', '') || i.key, 'title', search_pieces(coalesce(v.title, p.title), h, true),
        'excerpt', search_pieces(v.body, h, false), 'edition', e.number)
      from item_version v join item i on i.id = v.item_id join edition e on e.id = v.edition_id
        left join item_version p on p.id = v.parent_id left join item pi on pi.id = p.item_id where v.id = m.source_id)
    else (select json_build_object('type', m.kind, 'key', q.key, 'href', v_href || '/questions/' || q.key,
        'title', search_pieces(s.label, h, true), 'excerpt', search_pieces(concat_ws(' ', v.body,
          (select string_agg(x ->> 'body', ' ') from jsonb_array_elements(v.sub_items) x)), h, false), 'edition', e.number)
      from question_version v join question q on q.id = v.question_id join question_set s on s.id = v.question_set_id
        join edition e on e.id = v.edition_id where v.id = m.source_id) end;
end $$;

-- Of the desk the sender and the number; of the own house where it is written or
-- was submitted.
create or replace function app.search_answer_hit(p_me app.caller, m app.search_match, h tsquery, p_slug text) returns json
language plpgsql stable as $$
begin
  return (select json_build_object('type', m.kind, 'key', t.key,
      'number', case when is_at_desk(p_me) then (select position_number(s.kind, s.number, p.number, 0) from position p
        where p.released_answer_id = a.id and p.part = 0) end,
      'organisation', v.organisation_short_name, 'level', m.level,
      'land_name', (select l.name from land l where l.code = m.land_code),
      'stage', json_build_object('kind', s.kind, 'number', s.number), 'target_title', coalesce(iv.title, q.body, k.title), 'stance', a.stance, 'confidential', a.confidential,
      'is_own', not is_at_desk(p_me),
      'href', case when is_at_desk(p_me) then '/consultations/' || p_slug || '/submissions/' || o.code
        else '/receipts/' || v.receipt_no || '/response' end || '#' || t.key,
      'excerpt', search_pieces(concat_ws(e'\n', body_and_papers(a.body, a.value), a.proposal, a.reason), h, false))
    from released_answer a join stage s on s.id = a.stage_id join target t on t.id = a.target_id
      join lateral (select x.* from version_answer y join current_version c on c.response_version_id = y.response_version_id
          join response_version x on x.id = c.response_version_id
        where y.released_answer_id = a.id and (is_at_desk(p_me) or x.organisation_id = p_me.organisation_id)
        order by x.organisation_id = a.organisation_id desc limit 1) v on true
      join organisation o on o.id = v.organisation_id
      left join item_version iv on iv.id = t.item_version_id left join question_version q on q.id = t.question_version_id
      left join chapter k on k.id = t.chapter_id
    where a.id = m.source_id);
end $$;

create or replace function app.search_draft_hit(p_me app.caller, m app.search_match, h tsquery, p_slug text) returns json
language plpgsql stable as $$
begin
  return (select json_build_object('type', m.kind, 'key', t.key,
      'stage', json_build_object('kind', s.kind, 'number', s.number), 'target_title', coalesce(iv.title, q.body, k.title), 'stance', a.stance, 'confidential', a.confidential,
      'is_own', true, 'changed_at', a.changed_at,
      'href', '/consultations/' || p_slug || '/response/answers/' || t.key,
      'excerpt', search_pieces(concat_ws(e'\n', body_and_papers(a.body, a.value), a.proposal, a.reason), h, false))
    from answer a join target t on t.id = a.target_id join stage s on s.id = a.stage_id
      left join item_version iv on iv.id = t.item_version_id left join question_version q on q.id = t.question_version_id
      left join chapter k on k.id = t.chapter_id
    where a.id = m.source_id and a.organisation_id = p_me.organisation_id);
end $$;

-- What the own house was told: of a point, or the covering text.
create or replace function app.search_reply_hit(p_me app.caller, m app.search_match, h tsquery, p_slug text) returns json
language plpgsql stable as $$
declare
  v_href text := '/consultations/' || p_slug || '/response/outcome?stage=';
begin
  if m.kind = 'reply_text' then
    return (select json_build_object('type', m.kind, 'is_own', true, 'href', v_href || s.key,
        'excerpt', search_pieces(v.body, h, false))
      from reply_version v join stage s on s.id = v.stage_id
      where v.release_id = m.source_id and v.organisation_id = p_me.organisation_id);
  end if;
  return (select json_build_object('type', m.kind, 'key', t.key, 'target_title', target_title(t), 'is_own', true,
      'href', v_href || s.key || '#' || position_number(s.kind, s.number, p.number, p.part),
      'excerpt', search_pieces(concat_ws(e'\n', a.body, a.edition_place, a.referred_to), h, false))
    from position p join stage s on s.id = p.stage_id join target t on t.id = p.target_id
      join assessment a on a.id = (select y.assessment_id from house_replies(p_me.organisation_id) v
        cross join lateral unnest(told_points(v.organisation_id, v.response_version_id, app.now())) y
        where y.position_id = p.id)
    where p.id = m.source_id);
end $$;

-- What the desk made of a position or a group. A group's page is the moderators',
-- so that reporters come to one of its positions; a sponsor to its approvals.
create or replace function app.search_assessment_hit(p_me app.caller, m app.search_match, h tsquery, p_slug text) returns json
language plpgsql stable as $$
declare
  v_href text := '/consultations/' || p_slug;
  v_number text;
  a app.assessment;
  p app.position;
begin
  select x.* into a from assessment x where x.id = m.source_id;
  select x.* into p from position x where x.assessment_id = a.id and x.is_current order by x.id limit 1;
  v_number := weighed_number((a.stage_id, a.position_id, a.group_id)::weighed);
  return json_build_object('type', m.kind, 'is_own', false, 'key', v_number, 'is_group', a.group_id is not null,
    'decision', a.decision, 'referred_to', a.referred_to, 'edition_place', search_pieces(a.edition_place, h, true),
    'organisation', case when a.group_id is null then (select n.short_name from name_on(p.organisation_id, today()) n) end,
    'target_title', (select t.key || ' ' || target_title(t) from target t where t.id = p.target_id and a.group_id is null),
    'href', v_href || case when not is_at_desk(p_me) then '/approvals?only=' || v_number
      when a.group_id is null then '/positions/' || v_number
      when p_me.roles @> '{moderator}' then '/groups/' || v_number
      else '/positions/' || (select position_number(s.kind, s.number, p.number, p.part) from stage s where s.id = p.stage_id) end,
    'excerpt', search_pieces(concat_ws(e'\n', a.body, a.referred_to), h, false));
end $$;

create or replace function app.search_reply_draft_hit(p_me app.caller, m app.search_match, h tsquery, p_slug text) returns json
language plpgsql stable as $$
begin
  return (select json_build_object('type', m.kind, 'is_own', false, 'key', o.code, 'organisation', n.name,
      'href', '/consultations/' || p_slug || '/replies/' || o.code,
      'excerpt', search_pieces(r.body, h, false))
    from reply r join organisation o on o.id = r.organisation_id cross join lateral name_on(o.id, today()) n
    where r.id = m.source_id);
end $$;

-- What a house has published on a target.
create or replace function app.search_published_hit(m app.search_match, h tsquery) returns json
language plpgsql stable as $$
begin
  return (select json_build_object('type', m.kind, 'key', t.key, 'organisation', p.organisation_short_name, 'level', m.level,
      'land_name', (select l.name from land l where l.code = m.land_code), 'target_title', target_title(t), 'stance', a.stance,
      'is_own', false, 'stage', json_build_object('kind', s.kind, 'number', s.number),
      'href', '/consultations/' || stage_address(s) || '/results/statements/' || o.code || '#' || t.key,
      'excerpt', search_pieces(concat_ws(e'\n', body_and_papers(a.body, a.value), a.proposal, a.reason), h, false))
    from published_answer a join publication p on p.id = a.publication_id join target t on t.id = a.target_id
      join stage s on s.id = a.stage_id join organisation o on o.id = a.organisation_id
    where a.id = m.source_id);
end $$;

create or replace function app.search_hit(p_me app.caller, m app.search_match, h tsquery) returns json
language plpgsql stable as $$
declare
  v_slug text := (select c.slug from consultation c where c.id = m.consultation_id);
begin
  return case when m.kind = 'answer' then search_answer_hit(p_me, m, h, v_slug)
    when m.kind = 'draft' then search_draft_hit(p_me, m, h, v_slug)
    when m.kind in ('reply', 'reply_text') then search_reply_hit(p_me, m, h, v_slug)
    when m.kind = 'assessment' then search_assessment_hit(p_me, m, h, v_slug)
    when m.kind = 'reply_draft' then search_reply_draft_hit(p_me, m, h, v_slug)
    when m.kind = 'published' then search_published_hit(m, h)
    else search_paper_hit(m, h, v_slug) end;
end $$;

-- The whole text of one, from which a word is shown as somebody wrote it.
create or replace function app.search_text(m app.search_match) returns text
language plpgsql stable as $$
begin
  return case m.kind
    when 'chapter' then (select concat_ws(' ', k.title, k.summary) from chapter k where k.id = m.source_id)
    when 'item' then (select concat_ws(' ', v.title, v.body) from item_version v where v.id = m.source_id)
    when 'question' then (select concat_ws(' ', v.body, v.sub_items::text, s.label) from question_version v
      join question_set s on s.id = v.question_set_id where v.id = m.source_id)
    when 'answer' then (select concat_ws(' ', a.body, a.proposal, a.reason, a.value::text) from released_answer a
      where a.id = m.source_id)
    when 'reply' then (select concat_ws(' ', a.body, a.edition_place, a.referred_to) from reply_point y
      join assessment a on a.id = y.assessment_id where y.position_id = m.source_id order by y.release_id desc limit 1)
    when 'assessment' then (select concat_ws(' ', a.body, a.edition_place, a.referred_to) from assessment a where a.id = m.source_id)
    when 'published' then (select concat_ws(' ', a.body, a.proposal, a.reason, a.value::text) from published_answer a
      where a.id = m.source_id)
    when 'reply_draft' then (select r.body from reply r where r.id = m.source_id)
    when 'reply_text' then (select v.body from reply_version v
      where v.release_id = m.source_id and v.organisation_id = my_organisation())
    else (select concat_ws(' ', a.body, a.proposal, a.reason, a.value::text) from answer a where a.id = m.source_id) end;
end $$;

-- A number goes straight to its page; null for what is none, or none that the
-- caller may see.
create or replace function app.search_place(p_me app.caller, q text) returns text
language plpgsql stable as $$
declare
  v_key text := upper(regexp_replace(q, '^\s+|\s+$', '', 'g'));
  v_number text[] := regexp_match(v_key, '^([REU])(\d{1,4})-(\d{1,9})(?:\.(\d{1,6}))?$');
  v_consultation bigint := default_consultation();
begin
  if v_number is not null then
    return case when is_at_desk(p_me) then (select '/consultations/' || stage_address(s) || '/submissions/' || o.code || '#' || t.key
      from stage s join position p on p.stage_id = s.id and p.number = v_number[3]::int
          and p.part = coalesce(v_number[4], '0')::int
          and (p.is_current or exists (select from position y where y.stage_id = p.stage_id and y.number = p.number and y.is_current))
        join consultation c on c.id = s.consultation_id join organisation o on o.id = p.organisation_id
        join released_answer a on a.id = p.released_answer_id join target t on t.id = a.target_id
      where s.number = v_number[2]::int and stage_letter(s.kind) = v_number[1]
      order by c.id = v_consultation desc, c.id desc limit 1) end;
  elsif v_key ~ '^[REU]\d+-[A-Z0-9-]+-\d+-[0-9A-Z]{4}$' then
    return '/receipts/' || (receipt_for(p_me, v_key)).number;
  elsif v_key ~ '^\d{4}/\d{2,3}$' or v_key ~ '^B-\d{4}/\d{2,3}-[A-Z]{2,4}$' then
    return (select '/council-decisions/' || d.ref from council_decision d where d.ref = v_key);
  elsif v_key ~ '^V[123]-\d{2,}$' then
    return (select '/commitments/' || c.number from commitment c where c.number = v_key and (c.is_adopted or sees_proposals()));
  end if;
  return (select '/consultations/' || c.slug || x.path from consultation c join lateral (
      select '/chapters/' || k.key as path from chapter k join edition e on e.id = k.edition_id
        where e.consultation_id = c.id and e.state = 'published' and upper(k.key) = v_key
      union all
      select '/chapters/' || k.key || '#' || s.key from section s join chapter k on k.id = s.chapter_id
          join edition e on e.id = s.edition_id
        where e.consultation_id = c.id and e.state = 'published' and upper(s.key) = v_key
      union all
      select '/items/' || i.key from item i join item_version v on v.item_id = i.id
          join edition e on e.id = v.edition_id and e.state = 'published'
        where i.consultation_id = c.id and upper(i.key) = v_key
      union all
      select '/questions/' || n.key from question n join question_version v on v.question_id = n.id
          join edition e on e.id = v.edition_id and e.state = 'published'
        where n.consultation_id = c.id and upper(n.key) = v_key) x on true
    where v_key ~ '^[A-Z][A-Z0-9._-]{1,63}$' and v_key ~ '\d'
    order by c.id = v_consultation desc, c.id desc limit 1);
end $$;
