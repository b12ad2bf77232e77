create or replace function page.response_print(p_me app.caller, p_consultation text) returns json
language plpgsql stable security definer set search_path = app, pg_temp
set plan_cache_mode = force_generic_plan as $$
declare
  h app.house := house(p_me, p_consultation);
  v app.response_version := current_version_of(h);
begin
  return json_build_object(
    'frame', frame_of(p_me, h, 'response'),
    'consultation', consultation_json(h.consultation_id),
    'response', preview_response(h, v),
    'organisation', organisation_json(h.organisation_id),
    'content_hash', preview_content_hash(h, v),
    'counts', word_counts(h.stage_id, h.response_id, h.organisation_id, null, h.nil_rest),
    'joins', coalesce(houses_joined(h.slug, h.response_id, h.organisation_id, null), '[]'),
    'groups', word_groups(h.response_id, h.organisation_id, null, h.response_state),
    'changed_since', v.released_at,
    'changes', changes_since(h, v),
    'blockers', blockers_json(h),
    'releasers', releasers_of(p_me, h.consultation_id),
    'deadline', deadline_json(h),
    'receipt', last_receipt(h),
    'mark', case when h.response_state in ('submitted', 'withdrawn', 'frozen') then h.response_state
      when v.id is not null then 'correction' else 'draft' end);
end $$;
