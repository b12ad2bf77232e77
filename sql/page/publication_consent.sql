-- What of the own statement is public, and the way to take the consent back.
create or replace function page.publication_consent(p_me app.caller, p_consultation text) returns json
language plpgsql stable security definer set search_path = app, pg_temp
set plan_cache_mode = force_generic_plan as $$
declare
  h app.house := house(p_me, p_consultation);
  s app.stage;
  v app.response_version;
  p app.publication;
  w app.consent_withdrawal;
begin
  select x.* into s from stage x where x.id = h.stage_id;
  select x.* into v from current_version c join response_version x on x.id = c.response_version_id where c.response_id = h.response_id;
  select x.* into p from publication x where x.response_id = h.response_id order by x.revoked_at is null desc, x.id desc limit 1;
  select x.* into w from consent_withdrawal x where x.response_version_id = v.id;
  return json_build_object(
    'frame', frame_of(p_me, h, 'response'),
    'consultation', consultation_json(h.consultation_id), 'organisation', organisation_json(h.organisation_id),
    'version', case when v.id is not null then json_build_object('number', v.number, 'receipt', v.receipt_no, 'released_at', v.released_at,
      'consent', case when w.response_version_id is not null then 'withdrawn' else v.publication end) end,
    'withdrawn_at', w.withdrawn_at,
    'publication', case when p.id is not null then json_build_object('published_at', p.published_at, 'ended_at', p.revoked_at,
      'ended_as', p.revoked_as, 'reason', p.reason, 'href', case when p.revoked_at is null then '/consultations/' || stage_address(s)
        || '/results/statements/' || (organisation_json(h.organisation_id) ->> 'code') end) end,
    'can', json_build_object('withdraw', h.is_releaser and v.publication <> 'no' and w.response_version_id is null),
    'form', json_build_object('receipt', v.receipt_no));
end $$;
