-- The receipt of a release, for the organisation that got it and the desk. The
-- desk reads which points it answers; where it stands is in its words, and who
-- looks at those is written down.
create or replace function app.receipt_rows(v app.response_version, p_with_stance boolean) returns json
language plpgsql stable as $$
begin
  return (select coalesce(json_agg(json_build_object('target', t.key,
      'title', coalesce(iv.title, q.body, k.title), 'kind', target_kind(i.kind, t.question_version_id),
      'answer_kind', w.kind, 'stance', case when p_with_stance then form_stance(w.kind, w.stance) end,
      'joined', j.joined) order by t.position), '[]')
    from words_of(v.response_id, v.organisation_id, v.id) w join target t on t.id = w.target_id
      left join joins_of(v.response_id, v.organisation_id, v.id) j on j.target_id = w.target_id
      left join item_version iv on iv.id = t.item_version_id left join item i on i.id = iv.item_id
      left join question_version q on q.id = t.question_version_id
      left join chapter k on k.id = t.chapter_id);
end $$;

create or replace function app.receipt_facts(r app.receipt, v app.response_version) returns json
language plpgsql stable as $$
begin
  return json_build_object('number', v.receipt_no, 'received_at', v.released_at,
    'version', v.number, 'publication', v.publication, 'joinable', v.joinable, 'nil_rest', v.nil_rest,
    'replaces', (select x.receipt_no from response_version x
      where x.response_id = v.response_id and x.number = v.number - 1),
    'replaced_by', (select x.receipt_no from response_version x
      where x.response_id = v.response_id and x.number = v.number + 1),
    'state', version_state(v),
    'sha256', encode(v.content_hash, 'hex'), 'receipt_sha256', encode(r.sha256, 'hex'),
    'key_id', r.key_id, 'signature', translate(encode(r.signature, 'base64'), e'\n', ''),
    'file_href', '/receipts/' || v.receipt_no || '/proof.json');
end $$;

create or replace function page.receipt(p_me app.caller, p_receipt text) returns json
language plpgsql stable security definer set search_path = app, pg_temp
set plan_cache_mode = force_generic_plan as $$
declare
  r app.receipt := receipt_for(p_me, p_receipt);
  v app.response_version;
  s app.stage;
  v_closes timestamptz;
  v_is_own boolean := is_member(p_me);
begin
  if r.number is null then
    return null;
  end if;
  select x.* into v from response_version x where x.id = r.response_version_id;
  select x.* into s from stage x where x.id = v.stage_id;
  v_closes := coalesce((select p.extended_until from participation p
    where p.stage_id = v.stage_id and p.organisation_id = v.organisation_id), s.closes_at);
  return json_build_object(
    'frame', frame(p_me, s.consultation_id, case when v_is_own then 'response' else 'returns' end),
    'consultation', consultation_json(s.consultation_id),
    'receipt', receipt_facts(r, v),
    'is_own', v_is_own,
    'intake', intake_mark(v.candidate_id),
    'organisation', json_build_object('code', (select o.code from organisation o where o.id = v.organisation_id),
      'name', v.organisation_name, 'short_name', v.organisation_short_name),
    'stage', json_build_object('key', s.key, 'kind', s.kind, 'number', s.number),
    'answers', receipt_rows(v, v_is_own),
    'counts', word_counts(v.stage_id, v.response_id, v.organisation_id, v.id, v.nil_rest),
    'deadline', json_build_object('closes_at', v_closes, 'is_over', app.now() > v_closes,
      'is_extended', v_closes is distinct from s.closes_at));
end $$;
