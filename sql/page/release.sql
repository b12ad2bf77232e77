-- What differs from the version that counts now; null before the first release.
create or replace function app.changes_since(h app.house, v app.response_version) returns json
language plpgsql stable as $$
begin
  if v.id is null then
    return null;
  end if;
  return (select json_build_object('version', v.number, 'released_at', v.released_at,
      'changed', count(*) filter (where d.is_changed), 'of', count(*) filter (where d.is_there),
      'nil_rest_changed', v.nil_rest <> h.nil_rest,
      'rows', coalesce(json_agg(json_build_object('target', d.key, 'title', d.title, 'change', d.change)
        order by d.position) filter (where d.is_changed), '[]'))
    from (select t.key, t.position, coalesce(i.title, q.body, k.title) as title,
        n.target_id is not null as is_there,
        (n.content_hash, n.confidential) is distinct from (o.content_hash, o.confidential) as is_changed,
        case when o.target_id is null then 'new' when n.target_id is null then 'gone' else 'changed' end as change
      from words_of(h.response_id, h.organisation_id, null) n
        full join words_of(h.response_id, h.organisation_id, v.id) o using (target_id)
        join target t on t.id = target_id
        left join item_version i on i.id = t.item_version_id
        left join question_version q on q.id = t.question_version_id
        left join chapter k on k.id = t.chapter_id) d);
end $$;

create or replace function app.blockers_json(h app.house) returns json
language plpgsql stable as $$
begin
  return (select coalesce(json_agg(json_build_object('code', b.code, 'text_args', b.args, 'href', b.href)), '[]')
    from release_blockers(h) b);
end $$;

create or replace function app.current_version_of(h app.house) returns app.response_version
language plpgsql stable as $$
declare
  v app.response_version;
begin
  select x.* into v from current_version c join response_version x on x.id = c.response_version_id
    where c.response_id = h.response_id and c.organisation_id = h.organisation_id;
  return v;
end $$;

-- The version the page is about: the one released, or the one to come.
create or replace function app.preview_response(h app.house, v app.response_version) returns json
language plpgsql stable as $$
begin
  return json_build_object('state', h.response_state, 'nil_rest', h.nil_rest,
    'version', case when h.response_state = 'submitted' then v.number
      else coalesce(next_number(h.response_id), 1) end,
    'last_receipt', last_receipt(h));
end $$;

create or replace function app.preview_content_hash(h app.house, v app.response_version) returns text
language plpgsql stable as $$
begin
  return case when h.response_state = 'submitted' then encode(v.content_hash, 'hex')
    when h.response_id is not null then preview_hash(h.response_id) end;
end $$;

create or replace function page.release(p_me app.caller, p_consultation text) returns json
language plpgsql stable security definer set search_path = app, pg_temp
set plan_cache_mode = force_generic_plan as $$
declare
  h app.house := house(p_me, p_consultation);
  v app.response_version := current_version_of(h);
  v_blockers json := blockers_json(h);
begin
  return json_build_object(
    'frame', frame_of(p_me, h, 'response'),
    'consultation', consultation_json(h.consultation_id),
    'response', preview_response(h, v),
    'organisation', organisation_json(h.organisation_id),
    'content_hash', preview_content_hash(h, v),
    'counts', word_counts(h.stage_id, h.response_id, h.organisation_id, null, h.nil_rest),
    'groups', word_groups(h.response_id, h.organisation_id, null, h.response_state),
    'changed_since', v.released_at,
    'changes', changes_since(h, v),
    'blockers', v_blockers,
    'needs_factor', h.is_releaser and release_lacks_factor(p_me, h),
    'releasers', releasers_of(p_me, h.consultation_id),
    'deadline', deadline_json(h),
    'form', json_build_object('publication', coalesce((select r.publication from response r
        where r.id = h.response_id and r.organisation_id = p_me.organisation_id), 'no'),
      'declaration', false),
    'can', json_build_object('release', json_array_length(v_blockers) = 0, 'edit', h.can_edit));
end $$;
