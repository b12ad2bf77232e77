create or replace function page.response_print(p_me app.caller, p_consultation text) returns json
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
    'mark', case when h.response_state = 'submitted' then 'submitted' else 'draft' end);
end $$;
