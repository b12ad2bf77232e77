-- How far a response is on its way to release: for the page of release and for
-- the overview.

-- The name of a person of the house, or the number of who is erased.
create or replace function app.name_of(p_person_id bigint) returns text
language plpgsql stable as $$
begin
  return (select person_name(p) from person p where p.id = p_person_id);
end $$;

-- The approvals of a candidate, while they count.
create or replace function app.approvals_json(c app.release_candidate) returns json
language plpgsql stable as $$
begin
  return (select coalesce(json_agg(json_build_object('by', name_of(a.person_id), 'at', a.at) order by a.id), '[]')
    from approval a where a.candidate_id = c.id and a.verdict = 'approve');
end $$;

-- Why the text was given back, until it is put up again.
create or replace function app.rejection_json(h app.house) returns json
language plpgsql stable as $$
begin
  if not is_open(h.response_state) then
    return null;
  end if;
  return (select json_build_object('by', name_of(a.person_id), 'at', a.at, 'reason', a.reason)
    from (select x.id, x.closed_as from release_candidate x where x.response_id = h.response_id
        order by x.id desc limit 1) c
      join approval a on a.candidate_id = c.id and a.verdict = 'reject'
    where c.closed_as = 'rejected');
end $$;

create or replace function app.release_json(h app.house) returns json
language plpgsql stable as $$
declare
  c app.release_candidate := open_candidate(h);
  v_needed int := approvals_needed(h);
begin
  return json_build_object('needed', v_needed, 'is_double', v_needed > 1,
    'is_single', allows_single_release(h),
    'frozen', case when c.id is not null then json_build_object('by', name_of(c.frozen_by), 'at', c.frozen_at,
      'publication', c.publication, 'joinable', c.joinable, 'is_current', is_current_candidate(c), 'count', approval_count(c.id),
      'approvals', approvals_json(c)) end,
    'rejected', rejection_json(h));
end $$;

-- What the caller last gave a verdict on, if no release came after it: the
-- next look is for what has changed since.
create or replace function app.last_judged(h app.house, v app.response_version) returns app.release_candidate
language plpgsql stable as $$
declare
  c app.release_candidate;
begin
  select x.* into c from release_candidate x join approval a on a.candidate_id = x.id and a.person_id = my_person()
    where x.response_id = h.response_id and x.closed_as <> 'released'
      and (v.candidate_id is null or x.id > v.candidate_id)
    order by a.id desc limit 1;
  return c;
end $$;

-- The words to compare with: of a candidate as they were sealed when it was
-- frozen, else of the version that counts.
create or replace function app.words_before(h app.house, v app.response_version, c app.release_candidate)
returns table (target_id bigint, kind text, stance text, body text, proposal text, reason text,
  value jsonb, confidential boolean, confidential_reason text, content_hash bytea)
language plpgsql stable as $$
begin
  if c.id is null then
    return query select * from words_of(h.response_id, h.organisation_id, v.id);
  else
    return query select a.target_id, r.kind::text, r.stance::text, r.body::text, r.proposal::text, r.reason::text,
        r.value, a.confidential, a.confidential_reason, r.content_hash::bytea
      from answer a cross join lateral (select x.* from answer_revision x where x.answer_id = a.id
        and x.sealed_at <= c.frozen_at order by x.revision desc limit 1) r
      where a.response_id = h.response_id and r.kind is not null;
  end if;
end $$;

-- A field of an answer before and after, words to be compared; null when it is
-- the same.
create or replace function app.field_change(p_name text, p_old text, p_new text) returns json
language sql immutable parallel safe as $$
  select case when p_old is distinct from p_new then json_build_object('name', p_name,
    case p_name when 'stance' then 'change_of' else 'diff_of' end, json_build_object('old', p_old, 'new', p_new)) end
$$;

create or replace function app.array_of(variadic p_parts json[]) returns json
language sql immutable parallel safe as $$
  select coalesce(json_agg(x order by n), '[]') from unnest(p_parts) with ordinality u (x, n) where x is not null
$$;

-- Who has signed the text of an answer as it stands, and who has not yet.
create or replace function app.signers_of(h app.house) returns table (target_id bigint, signers json)
language plpgsql stable rows 20 as $$
begin
  if h.response_state = 'draft' then
    return;
  end if;
  return query select c.target_id, json_agg(json_build_object('by', name_of(c.person_id), 'verdict', c.verdict,
      'at', c.decided_at, 'due_on', c.due_on) order by c.decided_at, c.request_id)
    from cosigns_of(h.response_id, h.organisation_id) c group by c.target_id;
end $$;

-- Answers given for co-signing, by how it stands; null when none was.
create or replace function app.cosign_counts(h app.house) returns json
language plpgsql stable as $$
begin
  return (select case when count(*) > 0 then json_build_object('of', count(*),
      'signed', count(*) filter (where s.state = 'cosigned'), 'open', count(*) filter (where s.state <> 'cosigned')) end
    from cosign_states(h) s);
end $$;

-- What differs from the version that counts, or from what the caller last gave
-- a verdict on; null before that.
create or replace function app.changes_since(h app.house, v app.response_version) returns json
language plpgsql stable as $$
declare
  c app.release_candidate := last_judged(h, v);
begin
  if v.id is null and c.id is null then
    return null;
  end if;
  return (select json_build_object('since', case when c.id is null then 'version' else 'verdict' end,
      'version', v.number, 'released_at', coalesce(c.frozen_at, v.released_at),
      'changed', count(*) filter (where d.is_changed), 'of', count(*) filter (where d.is_there),
      'unchanged', count(*) filter (where d.is_there and not d.is_changed),
      'nil_rest_changed', c.id is null and v.nil_rest <> h.nil_rest,
      'rows', coalesce(json_agg(json_build_object('target', d.key, 'title', d.title, 'change', d.change,
          'fields', d.fields, 'signers', coalesce(d.signers, '[]')) order by d.position) filter (where d.is_changed), '[]'))
    from (select t.key, t.position, coalesce(i.title, q.body, k.title) as title,
        n.target_id is not null as is_there,
        (n.content_hash, n.confidential, n.confidential_reason)
          is distinct from (o.content_hash, o.confidential, o.confidential_reason) as is_changed,
        case when o.target_id is null then 'new' when n.target_id is null then 'gone' else 'changed' end as change,
        array_of(field_change('stance', form_stance(o.kind, o.stance), form_stance(n.kind, n.stance)),
          field_change('body', o.body, n.body), field_change('proposal', o.proposal, n.proposal),
          field_change('reason', o.reason, n.reason),
          field_change('papers', value_text(o.value), value_text(n.value)),
          field_change('confidential_reason', o.confidential_reason, n.confidential_reason)) as fields, s.signers
      from words_of(h.response_id, h.organisation_id, null) n
        full join words_before(h, v, c) o using (target_id)
        join target t on t.id = target_id
        left join item_version i on i.id = t.item_version_id
        left join question_version q on q.id = t.question_version_id
        left join chapter k on k.id = t.chapter_id
        left join signers_of(h) s on s.target_id = t.id) d);
end $$;

-- The groups of word_groups without the targets that stand elsewhere.
create or replace function app.groups_without(p_groups json, p_rows json) returns json
language plpgsql stable as $$
declare
  v_targets text[] := array(select r ->> 'target' from json_array_elements(p_rows) r);
begin
  return (select coalesce(json_agg(json_build_object('key', g ->> 'key', 'label', g ->> 'label', 'rows', x.rows)
      order by n), '[]')
    from json_array_elements(p_groups) with ordinality u (g, n)
      cross join lateral (select json_agg(r order by m) as rows
        from json_array_elements(g -> 'rows') with ordinality w (r, m)
        where r ->> 'target' <> all (v_targets)) x
    where x.rows is not null);
end $$;
