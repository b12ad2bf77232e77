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

-- Marks that count, and those whose text has changed since.
create or replace function app.redaction_counts(h app.house) returns json
language plpgsql stable as $$
begin
  return (select json_build_object('count', count(*) filter (where a.content_hash = d.content_hash),
      'void', count(*) filter (where a.content_hash <> d.content_hash and a.kind = 'answered'))
    from redaction d join answer a on a.id = d.answer_id
    where d.response_id = h.response_id and d.organisation_id = h.organisation_id);
end $$;

create or replace function app.release_can(h app.house, p_blockers json) returns json
language plpgsql stable as $$
declare
  v_codes text[] := array(select b ->> 'code' from json_array_elements(p_blockers) b);
  v_is_due boolean := h.has_begun and not h.is_over;
begin
  return json_build_object('release', cardinality(v_codes) = 0, 'edit', h.can_edit,
    'freeze', h.can_edit and not v_codes && '{nothing}', 'thaw', h.is_editor and h.response_state = 'frozen' and v_is_due,
    'reject', h.is_releaser and h.response_state = 'frozen' and v_is_due, 'mark', can_mark(h));
end $$;

create or replace function page.release(p_me app.caller, p_consultation text) returns json
language plpgsql stable security definer set search_path = app, pg_temp
set plan_cache_mode = force_generic_plan as $$
declare
  h app.house := house(p_me, p_consultation);
  v app.response_version := current_version_of(h);
  v_blockers json := blockers_json(h);
  v_changes json := changes_since(h, v);
  v_groups json := word_groups(h.response_id, h.organisation_id, null, h.response_state);
begin
  return json_build_object(
    'frame', frame_of(p_me, h, 'response'),
    'consultation', consultation_json(h.consultation_id),
    'response', preview_response(h, v),
    'organisation', organisation_json(h.organisation_id),
    'content_hash', preview_content_hash(h, v),
    'adopted_hash', adopted_hash(h.response_id),
    'joins', coalesce(houses_joined(h.slug, h.response_id, h.organisation_id, null), '[]'),
    'counts', word_counts(h.stage_id, h.response_id, h.organisation_id, null, h.nil_rest),
    'release', release_json(h),
    'cosigns', cosign_counts(h),
    'redactions', redaction_counts(h),
    'changed_since', v.released_at,
    'changes', v_changes,
    'groups', v_groups,
    'unchanged_groups', case when v_changes is not null then groups_without(v_groups, v_changes -> 'rows') end,
    'blockers', v_blockers,
    'needs_factor', h.is_releaser and release_lacks_factor(p_me, h),
    'releasers', releasers_of(p_me, h.consultation_id),
    'deadline', deadline_json(h),
    'form', json_build_object('publication', publication_wish(h), 'joinable', joinable_wish(h), 'declaration', false, 'reason', ''),
    'can', release_can(h, v_blockers));
end $$;
