-- All answers with a text, and how many passages are marked in each.
create or replace function page.redactions(p_me app.caller, p_consultation text) returns json
language plpgsql stable security definer set search_path = app, pg_temp
set plan_cache_mode = force_generic_plan as $$
declare
  h app.house := house(p_me, p_consultation);
begin
  return json_build_object(
    'frame', frame_of(p_me, h, 'response'),
    'consultation', consultation_json(h.consultation_id),
    'organisation', organisation_json(h.organisation_id),
    'response', json_build_object('state', h.response_state),
    'redactions', redaction_counts(h),
    'rows', (select coalesce(json_agg(json_build_object('target', t.key, 'title', target_title(t),
        'confidential', a.confidential, 'marks', m.standing, 'void', m.void, 'href', '/consultations/' || h.slug
          || '/response/redactions/' || t.key) order by t.position), '[]')
      from answer a join target t on t.id = a.target_id
        cross join lateral (select count(*) filter (where d.content_hash = a.content_hash) as standing,
          count(*) filter (where d.content_hash <> a.content_hash) as void
          from redaction d where d.answer_id = a.id) m
      where a.response_id = h.response_id and a.organisation_id = p_me.organisation_id
        and num_nonnulls(a.body, a.proposal, a.reason) > 0),
    'can', json_build_object('mark', can_mark(h)));
end $$;
