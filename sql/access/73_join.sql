-- Helpers of the actions of joining.

-- Taken over and not changed; confidential it is the house's own.
create or replace function app.is_adopted(a app.answer, d app.adoption) returns boolean
language sql immutable parallel safe as $$
  select coalesce(a.content_hash = d.content_hash and not a.confidential, false)
$$;

-- What the draft holds at the place of an offered answer: nothing, that answer
-- already, an earlier text of its author unchanged, or words of the house's own
-- (also such as it has changed, or taken over from somebody else).
create or replace function app.place_state(a app.answer, d app.adoption, o app.released_answer) returns text
language plpgsql stable set search_path = app, pg_temp as $$
begin
  return case when a.kind is null then 'empty'
    when d.released_answer_id = o.id and is_adopted(a, d) then 'adopted'
    when not a.confidential and d.answer_id is null and a.content_hash = o.content_hash then 'equal'
    when is_adopted(a, d) and (origin_of(d.released_answer_id)).response_id = o.response_id then 'older'
    when d.answer_id is not null and (origin_of(d.released_answer_id)).response_id = o.response_id then 'deviates'
    else 'own' end;
end $$;

-- Says what the preview showed as taken over, unchanged or not; null for nothing.
-- What is released as adopted is what was approved as that.
create or replace function app.adopted_hash(p_response_id bigint) returns text
language plpgsql stable set search_path = app, pg_temp as $$
begin
  return (select encode(sha256(convert_to(string_agg(d.answer_id || ' ' || d.released_answer_id, e'\n'
    order by d.answer_id), 'UTF8')), 'hex') from adoption d where d.response_id = p_response_id);
end $$;

-- Writes an offered answer into the open response; the text before stays in the
-- history. p_version: of the answer that the form showed.
create or replace function app.adopt_answer(p_me app.caller, h app.house, t app.target, a app.answer,
  o app.released_answer, p_version bigint) returns void
language plpgsql volatile set search_path = app, pg_temp as $$
declare
  c app.answer_content;
begin
  c.kind := o.kind;
  c.stance := o.stance;
  c.body := o.body;
  c.proposal := o.proposal;
  c.reason := o.reason;
  c.value := o.value;
  c.confidential := false;
  if a.version <> p_version then
    perform fail('CN409', 'stale', 'adopt.' || t.key);
  elsif a.id is not null then
    perform seal_answer(a);
  end if;
  a := put_answer(p_me, h, t, p_version, c, 'adopt.' || t.key);
  insert into adoption (answer_id, response_id, stage_id, organisation_id, target_id, released_answer_id, content_hash)
    values (a.id, a.response_id, a.stage_id, a.organisation_id, a.target_id, o.id, o.content_hash)
    on conflict (answer_id) do update set released_answer_id = excluded.released_answer_id,
      content_hash = excluded.content_hash, stays_at = null;
end $$;

-- Ends an adoption; the text stays as the house's own, or goes: into the history.
create or replace function app.leave_answer(p_me app.caller, h app.house, a app.answer, p_keep boolean) returns void
language plpgsql volatile set search_path = app, pg_temp as $$
declare
  t app.target;
  c app.answer_content;
begin
  delete from adoption d where d.answer_id = a.id;
  if not p_keep and a.kind is not null then
    select x.* into t from target x where x.id = a.target_id;
    c.confidential := false;
    perform seal_answer(a), put_answer(p_me, h, t, a.version, c);
  end if;
end $$;

-- The version of another house that may be joined; 404 for every other, as for
-- one that does not exist.
create or replace function app.demand_joinable(h app.house, p_organisation text) returns app.response_version
language plpgsql stable set search_path = app, pg_temp as $$
declare
  v app.response_version;
begin
  select x.* into v from joinable_versions(h.stage_id, p_organisation) x;
  if not found then
    perform fail('CN404', 'not_found');
  end if;
  return v;
end $$;

-- To those who hold something of a response that it does not say any more: that
-- there is a new version, or none. No word of it.
create or replace function app.mail_joined(h app.house, v app.response_version, p_template text) returns void
language plpgsql volatile set search_path = app, pg_temp as $$
begin
  perform mail_house_of(x.id, h.consultation_id, p_template, jsonb_build_object('consultation', h.slug,
      'author', v.organisation_name), p_template || ' ' || v.receipt_no)
    from houses_left_behind(v.response_id) x(id);
end $$;
