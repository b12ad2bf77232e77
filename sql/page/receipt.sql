-- The receipt of a release, for the organisation that got it and nobody else.
create or replace function page.receipt(p_me app.caller, p_receipt text) returns json
language plpgsql stable security definer set search_path = app, pg_temp
set plan_cache_mode = force_generic_plan as $$
declare
  r app.receipt;
  v app.response_version;
  s app.stage;
  p app.participation;
  v_closes timestamptz;
begin
  select x.* into r from receipt x
    where x.number = p_receipt and x.organisation_id = p_me.organisation_id;
  if not found or not is_member(p_me) then
    return null;
  end if;
  select x.* into v from response_version x where x.id = r.response_version_id;
  select x.* into s from stage x where x.id = v.stage_id;
  select x.* into p from participation x
    where x.stage_id = v.stage_id and x.organisation_id = p_me.organisation_id;
  v_closes := coalesce(p.extended_until, s.closes_at);
  return json_build_object(
    'frame', frame(p_me, s.consultation_id, 'response'),
    'consultation', consultation_json(s.consultation_id),
    'receipt', json_build_object('number', v.receipt_no, 'received_at', v.released_at,
      'version', v.number, 'publication', v.publication, 'nil_rest', v.nil_rest,
      'replaces', (select x.receipt_no from response_version x
        where x.response_id = v.response_id and x.number = v.number - 1),
      'replaced_by', (select x.receipt_no from response_version x
        where x.response_id = v.response_id and x.number = v.number + 1),
      'sha256', encode(v.content_hash, 'hex'), 'receipt_sha256', encode(r.sha256, 'hex'),
      'is_current', exists (select from current_version c where c.response_version_id = v.id)),
    'organisation', json_build_object('code', (select o.code from organisation o where o.id = v.organisation_id),
      'name', v.organisation_name, 'short_name', v.organisation_short_name),
    'stage', json_build_object('key', s.key, 'number', s.number),
    'answers', (select coalesce(json_agg(json_build_object('target', t.key,
        'title', coalesce(iv.title, q.body, k.title), 'kind', target_kind(i.kind, t.question_version_id),
        'stance', form_stance(w.kind, w.stance), 'confidential', w.confidential) order by t.position), '[]')
      from words_of(v.response_id, v.organisation_id, v.id) w join target t on t.id = w.target_id
        left join item_version iv on iv.id = t.item_version_id left join item i on i.id = iv.item_id
        left join question_version q on q.id = t.question_version_id
        left join chapter k on k.id = t.chapter_id),
    'counts', word_counts(v.stage_id, v.response_id, v.organisation_id, v.id, v.nil_rest),
    'deadline', json_build_object('closes_at', v_closes, 'is_over', app.now() > v_closes,
      'is_extended', p.extended_until is not null));
end $$;
