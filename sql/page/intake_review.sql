-- What the moderators have entered of the house's paper, for the house.
create or replace function page.intake_review(p_me app.caller, p_consultation text) returns json
language plpgsql stable security definer set search_path = app, pg_temp
set plan_cache_mode = force_generic_plan as $$
declare
  h app.house := house(p_me, p_consultation);
  i app.intake;
begin
  select x.* into i from intake x where x.stage_id = h.stage_id and x.organisation_id = h.organisation_id
    and x.state not in ('open', 'discarded') order by x.id desc limit 1;
  if not found then
    return null;
  end if;
  return json_build_object(
    'frame', frame_of(p_me, h, 'response'),
    'consultation', consultation_json(h.consultation_id),
    'organisation', organisation_json(h.organisation_id),
    'deadline', deadline_json(h),
    'intake', intake_json(i, h.closes_at),
    'content_hash', encode(i.content_hash, 'hex'),
    'rows', case when i.state = 'returned' then '[]' else intake_rows(i.id) end,
    'draft', json_build_object('state', h.response_state, 'answers', (select count(*) from answer a
      where a.response_id = h.response_id and a.organisation_id = p_me.organisation_id and a.kind is not null),
      'nil_rest', h.nil_rest),
    'releasers', releasers_of(p_me, h.consultation_id),
    'can', json_build_object('decide', h.is_releaser and i.state = 'waiting',
      'confirm', not h.is_over or came_in_time(i.received_on, h.closes_at), 'take_over', not h.is_over),
    'form', json_build_object('publication', '', 'declaration', false, 'replace', false, 'remark', ''));
end $$;
