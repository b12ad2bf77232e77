-- What differs from the version that counts now; null before the first release.
create or replace function app.changes_since(h app.house) returns json
language plpgsql stable set search_path = app, pg_temp as $$
begin
  return (select json_build_object('version', v.number, 'released_at', v.released_at,
      'changed', count(*) filter (where d.is_changed), 'of', count(*) filter (where d.is_there),
      'nil_rest_changed', v.nil_rest <> h.nil_rest,
      'rows', coalesce(json_agg(json_build_object('target', d.key, 'title', d.title, 'change', d.change)
        order by d.position) filter (where d.is_changed), '[]'))
    from current_version c join response_version v on v.id = c.response_version_id
      left join lateral (select t.key, t.position, coalesce(i.title, q.body, k.title) as title,
          n.target_id is not null as is_there,
          (n.content_hash, n.confidential) is distinct from (o.content_hash, o.confidential) as is_changed,
          case when o.target_id is null then 'new' when n.target_id is null then 'gone' else 'changed' end as change
        from words_of(h.response_id, h.organisation_id, null) n
          full join words_of(h.response_id, h.organisation_id, v.id) o using (target_id)
          join target t on t.id = target_id
          left join item_version i on i.id = t.item_version_id
          left join question_version q on q.id = t.question_version_id
          left join chapter k on k.id = t.chapter_id) d on true
    where c.response_id = h.response_id and c.organisation_id = h.organisation_id
    group by v.id, v.number, v.released_at, v.nil_rest);
end $$;

create or replace function app.blockers_json(h app.house) returns json
language plpgsql stable set search_path = app, pg_temp as $$
begin
  return (select coalesce(json_agg(json_build_object('code', b.code, 'text_args', b.args, 'href', b.href)), '[]')
    from release_blockers(h) b);
end $$;

-- The whole response in words; page.release and page.response_print share it.
create or replace function app.preview_json(p_me app.caller, h app.house) returns json
language plpgsql stable set search_path = app, pg_temp as $$
begin
  return json_build_object(
    'response', json_build_object('state', h.response_state, 'nil_rest', h.nil_rest,
      'version', case when h.response_state = 'submitted' then next_number(h.response_id) - 1
        else coalesce(next_number(h.response_id), 1) end,
      'last_receipt', last_receipt(h)),
    'organisation', organisation_json(h.organisation_id),
    'content_hash', case when h.response_state = 'submitted' then (select encode(v.content_hash, 'hex')
        from current_version c join response_version v on v.id = c.response_version_id
        where c.response_id = h.response_id and c.organisation_id = h.organisation_id)
      when h.response_id is not null then preview_hash(h.response_id) end,
    'counts', word_counts(h.stage_id, h.response_id, h.organisation_id, null, h.nil_rest),
    'groups', word_groups(h.response_id, h.organisation_id, null, h.response_state),
    'changed_since', (select v.released_at from current_version c
      join response_version v on v.id = c.response_version_id
      where c.response_id = h.response_id and c.organisation_id = h.organisation_id),
    'changes', changes_since(h),
    'blockers', blockers_json(h),
    'releasers', releasers_of(p_me, h.consultation_id),
    'deadline', deadline_json(h));
end $$;

create or replace function page.release(p_me app.caller, p_consultation text) returns json
language plpgsql stable security definer set search_path = app, pg_temp as $$
declare
  h app.house := house(p_me, p_consultation);
  b json := preview_json(p_me, h);
begin
  return json_build_object(
    'frame', frame(p_me, h.consultation_id, 'response'),
    'consultation', consultation_json(h.consultation_id),
    'response', b -> 'response', 'organisation', b -> 'organisation',
    'content_hash', b -> 'content_hash', 'counts', b -> 'counts', 'groups', b -> 'groups',
    'changed_since', b -> 'changed_since', 'changes', b -> 'changes', 'blockers', b -> 'blockers', 'releasers', b -> 'releasers',
    'deadline', b -> 'deadline',
    'form', json_build_object('publication', coalesce((select r.publication from response r
        where r.id = h.response_id and r.organisation_id = p_me.organisation_id), 'no'),
      'declaration', false),
    'can', json_build_object('release', json_array_length(b -> 'blockers') = 0, 'edit', h.can_edit));
end $$;
