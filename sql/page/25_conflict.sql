-- What the page of a conflict shows: in each field that differs the text both
-- began with, mine and theirs.

-- When a text was written, and by whom.
create or replace function app.written(p_version int, p_at timestamptz, p_author_id bigint) returns jsonb
language plpgsql stable as $$
begin
  return jsonb_build_object('version', p_version, 'at', p_at, 'by', case when p_author_id is not null then name_of(p_author_id) end);
end $$;

-- One field. p_base null: nobody knows what both began with, so theirs is
-- compared with mine. Chosen beforehand is only what nobody can object to: who
-- has not changed a field takes over what the other made of it.
create or replace function app.conflict_field(p_name text, p_anchor text, p_is_words boolean, p_base jsonb, p_base_text text,
  p_mine text, p_other jsonb, p_theirs text, p_choice json, p_merged json) returns jsonb
language sql immutable parallel safe as $$
  select jsonb_build_object('name', p_name, 'anchor', p_anchor, 'is_words', p_is_words, 'merged', p_merged ->> p_name,
      'choice', coalesce(p_choice ->> p_name, case when p_base is null then null
        when p_base_text is not distinct from p_mine then 'theirs' when p_base_text is not distinct from p_theirs then 'mine' end),
      'base', p_base || jsonb_build_object('text', p_base_text),
      'mine', jsonb_build_object('text', p_mine) || case when p_base is not null and p_name <> 'stance' then jsonb_build_object(
        'diff_of', jsonb_build_object('old', p_base_text, 'new', p_mine)) else '{}' end,
      'theirs', p_other || jsonb_build_object('text', p_theirs) || case when p_name <> 'stance' then jsonb_build_object(
        'diff_of', jsonb_build_object('old', case when p_base is null then p_mine else p_base_text end, 'new', p_theirs))
        else '{}' end)
    || case when p_base is not null and p_is_words then jsonb_build_object('merge_of',
      jsonb_build_object('base', p_base_text, 'mine', p_mine, 'theirs', p_theirs)) else '{}' end
$$;

create or replace function app.conflict_fields(b app.answer_content, p_base jsonb, m app.answer_content,
  o app.answer_content, p_other jsonb, p_choice json, p_merged json) returns json
language sql stable parallel safe as $$
  select coalesce(json_agg(app.conflict_field(x.name, x.name, x.name in ('body', 'proposal', 'reason'), p_base, z.body,
      x.body, p_other, y.body, p_choice, p_merged) order by x.place), '[]')
    from app.answer_fields(m) x join app.answer_fields(o) y using (place) join app.answer_fields(b) z using (place)
    where x.body is distinct from y.body
$$;

-- What fell meanwhile, and what falls with any other text than theirs.
create or replace function app.conflict_cosign(h app.house, a app.answer, p_since timestamptz) returns json
language plpgsql stable as $$
begin
  return json_build_object(
    'void', (select coalesce(json_agg(l.name), '[]') from cosign_lines(h, a.id) l where l.is_void),
    'signed', signers_of_text(a.id, content_of(a)),
    'given_back', (select json_build_object('as', c.closed_as, 'at', c.closed_at, 'by', name_of(c.closed_by))
      from release_candidate c where c.response_id = h.response_id and c.closed_as in ('thawed', 'rejected')
        and c.closed_at > p_since order by c.id desc limit 1));
end $$;

create or replace function app.content_form(c app.answer_content) returns json
language sql stable parallel safe as $$
  select json_build_object('stance', app.form_stance(c.kind, c.stance), 'body', coalesce(c.body, ''),
    'proposal', coalesce(c.proposal, ''), 'reason', coalesce(c.reason, ''), 'confidential', c.confidential,
    'confidential_reason', coalesce(c.confidential_reason, ''), 'papers', app.papers_of(c.value),
    'picked', app.picked_of(c.value), 'sent', app.sent_of(c.value))
$$;

-- The page of one answer. p_base: the version that m was made from.
create or replace function app.answer_conflict(p_me app.caller, h app.house, t app.target, a app.answer, p_base int,
  m app.answer_content, p_choice json, p_merged json) returns json
language plpgsql stable as $$
declare
  b app.history_entry;
  v_base jsonb;
  v_other constant jsonb := written(a.version, a.changed_at, a.author_id);
begin
  select x.* into b from text_at(a, p_base) x;
  if found then
    v_base := written(p_base, b.written_at, b.author_id);
  end if;
  return json_build_object(
    'frame', frame_of(p_me, h, 'response'),
    'consultation', consultation_json(h.consultation_id),
    'target', json_build_object('key', t.key, 'title', target_title(t), 'href', '/consultations/' || h.slug
      || '/response/answers/' || t.key),
    'version', a.version, 'began', p_base,
    'is_known', v_base is not null,
    'other', v_other || jsonb_build_object('is_me', a.author_id = p_me.person_id),
    'mine', content_form(m),
    'fields', conflict_fields(b.content, v_base, m, content_of(a), v_other, p_choice, p_merged),
    'cosign', conflict_cosign(h, a, b.written_at),
    'can', json_build_object('edit', h.can_edit),
    'closed_reason', closed_reason(h));
end $$;

-- Both parts of an answer of the short path as one text.
create or replace function app.short_text(p_body text, p_value jsonb) returns text
language sql immutable parallel safe as $$
  select nullif(concat_ws(e'\n', case when jsonb_typeof(p_value) = 'object' then app.value_text(p_value) end, p_body), '')
$$;

-- What was picked as hidden fields of the short path.
create or replace function app.short_sent(p_key text, p_value jsonb, p_had_options boolean) returns json
language sql stable parallel safe as $$
  select coalesce((select json_agg(json_build_object('name', x.name, 'value', x.value)) from (
    select 'option.' || p_key as name, coalesce(app.option_of(p_value), '') as value union all
    select 'pick.' || p_key || '.' || k, v from jsonb_each_text(app.pick_of(p_value)) p (k, v)) x where p_had_options), '[]')
$$;

-- The short path: its rows as they were sent, each with the newest version, and
-- those in which somebody else was quicker as the fields of a conflict.
create or replace function app.short_conflict(p_me app.caller, h app.house, p_version json, p_body json, p_not_applicable json,
  p_rest text, p_base json, p_choice json, p_merged json, p_option json, p_pick json) returns json
language plpgsql volatile as $$
declare
  t app.target;
  a app.answer;
  b app.history_entry;
  m app.answer_content;
  v_version int;
  v_base int;
  v_written jsonb;
  v_differs boolean;
  v_rows json[] := '{}'::json[];
  v_fields json[] := '{}'::json[];
begin
  for t in select * from short_targets(h, p_body) loop
    select x.* into a from answer x where x.response_id = h.response_id and x.target_id = t.id for update;
    v_version := short_version(p_version, t.key);
    v_base := coalesce((p_base ->> t.key)::int, v_version);
    m := short_content(a, t.key, p_body ->> t.key, is_ticked(p_not_applicable ->> t.key), short_value(a, t, p_option, p_pick));
    v_differs := a.id is not null and v_base <> a.version and m is distinct from content_of(a);
    if v_differs then
      select x.* into b from text_at(a, v_base) x;
      v_written := case when found then written(v_base, b.written_at, b.author_id) end;
      if v_version <> a.version then
        perform keep_both(p_me, a, v_version, m);
      end if;
      v_fields := v_fields || (conflict_field(t.key, 'choice.' || t.key, m.value is not distinct from a.value, v_written,
          short_text((b.content).body, (b.content).value), short_text(m.body, m.value),
          written(a.version, a.changed_at, a.author_id), short_text(a.body, a.value), p_choice, p_merged)
        || jsonb_build_object('label', target_title(t), 'mine_kind', m.kind, 'theirs_kind', a.kind))::json;
    end if;
    v_rows := v_rows || json_build_object('key', t.key, 'version', coalesce(a.version, 0)::text, 'base', case when v_differs
      then v_base::text end, 'body', coalesce(m.body, ''), 'not_applicable', case m.kind when 'not_applicable' then '1' else '' end,
      'sent', short_sent(t.key, m.value, p_option -> t.key is not null));
  end loop;
  return json_build_object(
    'frame', frame_of(p_me, h, 'response'),
    'consultation', consultation_json(h.consultation_id),
    'href', '/consultations/' || h.slug || '/response/short',
    'rows', array_to_json(v_rows), 'fields', array_to_json(v_fields), 'rest', p_rest,
    'can', json_build_object('edit', h.can_edit),
    'closed_reason', closed_reason(h));
end $$;

-- An action answers with a page instead of raising: what it has kept stays.
create or replace function app.refuse_page(p_state text, p_code text, p_page text, p_doc json, p_field text default null,
  p_args json default null) returns json
language sql immutable parallel safe as $$
  select json_build_object('refused', json_build_object('state', p_state, 'code', p_code, 'field', p_field, 'args', p_args),
    'page', p_page, 'doc', p_doc)
$$;
