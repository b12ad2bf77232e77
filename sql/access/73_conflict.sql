-- Two people (or two windows of one) have changed a text: deciding, and losing
-- nothing meanwhile.

-- What the answer said as that version: the working text, a step, or nothing
-- yet; no row where nobody knows any more.
create or replace function app.text_at(a app.answer, p_version int) returns setof app.history_entry
language plpgsql stable rows 1 set search_path = app, pg_temp as $$
declare
  e app.history_entry;
begin
  if p_version = 0 then
    e.content.confidential := false;
    return next e;
  elsif p_version = a.version then
    e.written_at := a.changed_at;
    e.author_id := a.author_id;
    e.content := content_of(a);
    return next e;
  else
    return query select * from history_entry(a.id, a.organisation_id, 'v' || p_version);
  end if;
end $$;

-- Neither text of a conflict can be lost any more, whatever is decided: the one
-- that stands is sealed, the one that came too late is kept.
create or replace function app.keep_both(p_me app.caller, a app.answer, p_version int, c app.answer_content) returns void
language plpgsql volatile set search_path = app, pg_temp as $$
begin
  perform seal_answer(a);
  if not exists (select from history_keys(a.id, a.organisation_id, true) k
      cross join lateral history_entry(a.id, a.organisation_id, k.key) e where e.content is not distinct from c) then
    perform keep_step(a.id, a.organisation_id, p_version, null, c, p_me.person_id, app.now());
  end if;
end $$;

-- A text that was put together by hand.
create or replace function app.merged_text(p_name text, p_merged json, p_field text) returns text
language plpgsql immutable set search_path = app, pg_temp as $$
declare
  v_text text := text_or_null(normalize(p_merged ->> p_name));
begin
  if char_length(v_text) > 20000 then
    perform fail('CN422', 'too_long', p_field, json_build_object('actual', char_length(v_text), 'max', 20000,
      'over', char_length(v_text) - 20000));
  end if;
  return v_text;
end $$;

-- A part of the choice: whose text, or the one that was put together.
create or replace function app.chosen(p_name text, p_is_words boolean, p_mine text, p_theirs text, p_choice json, p_merged json)
returns text
language plpgsql immutable set search_path = app, pg_temp as $$
begin
  if p_mine is not distinct from p_theirs or p_choice ->> p_name = 'mine' then
    return p_mine;
  elsif p_choice ->> p_name = 'theirs' then
    return p_theirs;
  elsif p_choice ->> p_name = 'merge' and p_is_words then
    return merged_text(p_name, p_merged, p_name);
  end if;
  perform fail('CN422', 'choose_text', p_name);
end $$;

-- The text that comes of what was chosen for each field in which both differ.
create or replace function app.decided(t app.target, m app.answer_content, o app.answer_content,
  p_choice json, p_merged json) returns app.answer_content
language plpgsql stable set search_path = app, pg_temp as $$
declare
  v_stance text := chosen('stance', false, form_stance(m.kind, m.stance), form_stance(o.kind, o.stance), p_choice, p_merged);
  v_body text := chosen('body', true, m.body, o.body, p_choice, p_merged);
  v_proposal text := proposal_on(t, chosen('proposal', true, m.proposal, o.proposal, p_choice, p_merged));
  v_reason text := chosen('reason', true, m.reason, o.reason, p_choice, p_merged);
  v_value jsonb := chosen('papers', false, m.value::text, o.value::text, p_choice, p_merged)::jsonb;
  v_secret text := chosen('confidential_reason', false, m.confidential_reason, o.confidential_reason, p_choice, p_merged);
begin
  return answer_content(t.takes_stance, v_stance, v_body, v_proposal, v_reason, v_secret is not null, v_secret, v_value);
end $$;
