-- What a receipt confirms, in its words: the version as it was submitted, for
-- its own house. Its twin is what "verify-receipt --response" compares.
create or replace function page.receipt_response(p_me app.caller, p_receipt text) returns json
language plpgsql stable security definer set search_path = app, pg_temp
set plan_cache_mode = force_generic_plan as $$
declare
  v app.response_version;
  s app.stage;
begin
  select x.* into v from response_version x
    where x.receipt_no = p_receipt and x.organisation_id = p_me.organisation_id;
  if not found or not is_member(p_me) then
    return null;
  end if;
  select x.* into s from stage x where x.id = v.stage_id;
  return json_build_object(
    'frame', frame(p_me, s.consultation_id, 'response'),
    'consultation', consultation_json(s.consultation_id),
    'stage', json_build_object('key', s.key, 'kind', s.kind, 'number', s.number),
    'organisation', json_build_object('name', v.organisation_name, 'short_name', v.organisation_short_name),
    'receipt', v.receipt_no, 'version', v.number, 'received_at', v.released_at, 'state', version_state(v),
    'publication', v.publication, 'nil_rest', v.nil_rest, 'content_hash', encode(v.content_hash, 'hex'),
    'counts', word_counts(v.stage_id, v.response_id, v.organisation_id, v.id, v.nil_rest),
    'joins', coalesce(houses_joined(null, v.response_id, v.organisation_id, v.id), '[]'),
    'groups', word_groups(v.response_id, v.organisation_id, v.id, 'submitted'));
end $$;
