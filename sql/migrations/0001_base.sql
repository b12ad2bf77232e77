-- Schema, closed vocabularies and canonical hashes. Everything else stands on
-- these, so they are migrations: a change of a hash is a new version of it.
create schema if not exists app;
comment on schema app is 'Tables and helpers of Resonanz; nobody but the owner writes here';

create domain app.body_text as text
  check (char_length(value) <= 20000)
  check (value is nfc normalized)
  check (position(e'\r' in value) = 0);
create domain app.line_text as text
  check (char_length(value) between 1 and 500)
  check (value !~ '[\n\r]');
create domain app.key_text as text collate "C"
  check (value ~ '^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$');
create domain app.sha256 as bytea check (octet_length(value) = 32);

create domain app.stance as text
  check (value in ('agree', 'agree_changed', 'reject', 'note', 'no_position'));
create domain app.answer_kind as text
  check (value in ('answered', 'nil', 'not_applicable'));
create domain app.item_kind as text
  check (value in ('statement', 'user_group', 'requirement', 'cornerstone', 'principle', 'idea'));
create domain app.question_shape as text check (value in ('text', 'per_item', 'list'));
create domain app.citation_relation as text
  check (value in ('mandate', 'basis', 'develops', 'covered'));
create domain app.level as text
  check (value in ('bund', 'land', 'kommune', 'kommunalverband', 'fachministerkonferenz',
    'foederale_einrichtung', 'aufsicht', 'wirtschaft', 'wissenschaft', 'zivilgesellschaft', 'sonstige'));
create domain app.seat_status as text check (value in ('voting', 'advisory', 'none'));
create domain app.publication_choice as text check (value in ('no', 'shortened', 'yes'));
create domain app.organisation_role as text
  check (value in ('reader', 'cosigner', 'editor', 'releaser'));
create domain app.platform_role_name as text
  check (value in ('moderator', 'reporter', 'auditor', 'administrator'));

-- Canonical form: NAME=OCTETS:TEXT LF, and NAME= LF for null (null is not empty).
create function app.canon_field(p_name text, p_value text) returns text
language plpgsql immutable parallel safe as $$
begin
  if p_value is null then
    return p_name || e'=\n';
  end if;
  return p_name || '=' || octet_length(p_value) || ':' || p_value || e'\n';
end $$;

create function app.canon_hash(p_text text) returns bytea
language plpgsql immutable parallel safe as $$
begin
  return sha256(convert_to(p_text, 'UTF8'));
end $$;

create function app.answer_canon(p_kind text, p_stance text, p_body text, p_proposal text,
  p_reason text, p_value text) returns text
language plpgsql immutable parallel safe as $$
begin
  return e'resonanz answer 1\n'
    || case when p_kind is null then e'kind=\n'
       else 'kind=' || octet_length(p_kind) || ':' || p_kind || e'\n' end
    || case when p_stance is null then e'stance=\n'
       else 'stance=' || octet_length(p_stance) || ':' || p_stance || e'\n' end
    || case when p_body is null then e'body=\n'
       else 'body=' || octet_length(p_body) || ':' || p_body || e'\n' end
    || case when p_proposal is null then e'proposal=\n'
       else 'proposal=' || octet_length(p_proposal) || ':' || p_proposal || e'\n' end
    || case when p_reason is null then e'reason=\n'
       else 'reason=' || octet_length(p_reason) || ':' || p_reason || e'\n' end
    || case when p_value is null then e'value=\n'
       else 'value=' || octet_length(p_value) || ':' || p_value || e'\n' end;
end $$;

create function app.answer_hash(p_kind text, p_stance text, p_body text, p_proposal text,
  p_reason text, p_value jsonb) returns bytea
language plpgsql immutable parallel safe as $$
begin
  return sha256(convert_to(
    app.answer_canon(p_kind, p_stance, p_body, p_proposal, p_reason, p_value::text), 'UTF8'));
end $$;

-- What an answer was given on: the wording of an item, a question or a chapter.
create function app.item_hash(p_title text, p_body text) returns bytea
language plpgsql immutable parallel safe as $$
begin
  return app.canon_hash(e'resonanz item 1\n'
    || app.canon_field('title', p_title) || app.canon_field('body', p_body));
end $$;

create function app.question_hash(p_body text, p_shape text, p_sub_items jsonb) returns bytea
language plpgsql immutable parallel safe as $$
begin
  return app.canon_hash(e'resonanz question 1\n' || app.canon_field('body', p_body)
    || app.canon_field('shape', p_shape) || app.canon_field('sub_items', p_sub_items::text));
end $$;

create function app.chapter_hash(p_title text, p_summary text) returns bytea
language plpgsql immutable parallel safe as $$
begin
  return app.canon_hash(e'resonanz chapter 1\n'
    || app.canon_field('title', p_title) || app.canon_field('summary', p_summary));
end $$;
