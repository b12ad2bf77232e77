-- What a house says about an answer among itself, and what of an answer is new
-- to the reader.

-- Who takes part in it; who only reads, reads this as well.
create or replace function app.may_comment(p_me app.caller) returns boolean
language sql immutable parallel safe as $$
  select p_me.roles && array['editor', 'cosigner', 'releaser']
$$;

-- The comments on one answer, at most a hundred (action.comment_write).
create or replace function app.answer_comments(p_me app.caller, h app.house, t app.target, p_seen bigint) returns json
language plpgsql stable as $$
declare
  v_may_begin boolean := may_comment(p_me) and (h.response_id is not null or h.has_begun and not h.is_over);
begin
  if not exists (select from internal_comment c where c.response_id = h.response_id and c.target_id = t.id
      and c.organisation_id = h.organisation_id) then -- as most
    return json_build_object('rows', '[]'::json, 'count', 0, 'last', 0, 'unread', 0, 'can_write', v_may_begin);
  end if;
  return (select json_build_object('rows', coalesce(json_agg(json_build_object('key', c.key, 'name', person_name(p),
        'at', c.written_at, 'body', c.body, 'withdrawn_at', c.withdrawn_at, 'is_mine', c.person_id = p_me.person_id,
        'is_new', c.id > p_seen and c.person_id <> p_me.person_id and c.body is not null) order by c.id), '[]'),
      'count', count(*), 'last', coalesce(max(c.id), 0),
      'unread', count(*) filter (where c.id > p_seen and c.person_id <> p_me.person_id and c.body is not null),
      'can_write', v_may_begin and count(*) < 100)
    from internal_comment c join person p on p.id = c.person_id
    where c.response_id = h.response_id and c.target_id = t.id and c.organisation_id = h.organisation_id);
end $$;

-- What somebody else has changed since the reader last saw or wrote this
-- answer: the fields against that text. "new": she has never seen it. is_due:
-- there is something to note of this visit (action.answer_looked).
create or replace function app.answer_news(p_me app.caller, h app.house, t app.target, a app.answer, s app.seen,
  p_comments json) returns json
language plpgsql stable as $$
declare
  o app.answer_revision;
  v_key text := case when a.author_id is distinct from p_me.person_id and coalesce(a.version, 0) > coalesce(s.version, 0)
    then case when s.seen_at is null then 'new' else 'changed' end end;
begin
  if v_key is not null then
    select r.* into o from answer_revision r where r.answer_id = a.id and r.organisation_id = h.organisation_id
      and (r.revision = s.revision or r.author_id = p_me.person_id) order by r.revision desc limit 1;
  end if;
  return json_build_object('key', v_key, 'by', case when v_key is not null then name_of(a.author_id) end,
    'at', a.changed_at, 'since', coalesce(o.sealed_at, s.seen_at),
    'fields', case when v_key = 'changed' or o.revision is not null then array_of(
      field_change('stance', form_stance(o.kind, o.stance), form_stance(a.kind, a.stance)),
      field_change('body', o.body, a.body), field_change('proposal', o.proposal, a.proposal),
      field_change('reason', o.reason, a.reason),
      field_change('papers', value_text(o.value), value_text(a.value))) else '[]' end,
    'version', coalesce(a.version, 0), 'comment', p_comments -> 'last',
    'is_due', h.response_id is not null and (s.seen_at is null or v_key is not null
      or (p_comments ->> 'last')::bigint > s.comment_id and (p_comments ->> 'unread')::bigint > 0));
end $$;
