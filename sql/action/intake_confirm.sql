-- The house confirms what the moderators have entered of its paper: that is its
-- release, with everything that hangs on one. In time on paper is in time.
create or replace function action.intake_confirm(p_me app.caller, p_consultation text, p_content_hash text,
  p_publication text, p_declaration boolean, p_replace boolean) returns json
language plpgsql volatile security definer set search_path = app, pg_temp
set plan_cache_mode = force_generic_plan as $$
declare
  h app.house := house(p_me, p_consultation);
  i app.intake := waiting_intake(h, p_content_hash);
  c app.release_candidate;
  v app.response_version;
begin
  if release_lacks_factor(p_me, h) then
    perform fail('CN403', 'second_factor');
  elsif p_publication is null or p_publication not in ('no', 'yes') then
    perform fail('CN422', 'bad_choice', 'publication');
  elsif not coalesce(p_declaration, false) then
    perform fail('CN422', 'required', 'declaration');
  elsif h.is_over and not came_in_time(i.received_on, h.closes_at) then
    perform fail('CN409', 'deadline', null, json_build_object('closes_at', h.closes_at));
  end if;
  h := intake_response(h, coalesce(p_replace, false));
  perform copy_intake(p_me, h, i);
  h := house(p_me, p_consultation);
  if not allows_single_release(h) and approvals_needed(h) = 1 and not has_other_author(h.response_id, p_me.person_id) then
    perform fail('CN409', 'sole_author');
  end if;
  c := candidate_for(p_me, h, p_publication, false);
  perform settle_intake(p_me, i, 'confirmed', i.remark, c.id), judge(p_me, c, null),
    audit(p_me, 'intake.confirm', 'release_candidate', c.id, i.content_hash, c.content_hash),
    mail_intake(i, h, 'intake_confirmed');
  if approval_count(c.id) < approvals_needed(h) then
    perform hold_candidate(p_me, h, c);
    return json_build_object('location', '/consultations/' || h.slug || '/response/release?notice=approved',
      'state', 'frozen', 'content_hash', encode(c.content_hash, 'hex'));
  end if;
  v := release_approved(p_me, h, c);
  return json_build_object('location', '/receipts/' || v.receipt_no || '?notice=submitted', 'state', 'submitted',
    'receipt', v.receipt_no, 'version', v.number, 'received_at', v.released_at,
    'content_hash', encode(v.content_hash, 'hex'));
end $$;
