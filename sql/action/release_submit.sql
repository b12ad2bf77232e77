-- Releases the response: what the preview showed becomes an immutable version
-- with receipt, and one position for each answered target.
create or replace function action.release_submit(p_me app.caller, p_consultation text,
  p_content_hash text, p_publication text, p_declaration boolean) returns json
language plpgsql volatile security definer set search_path = app, pg_temp
set plan_cache_mode = force_generic_plan as $$
declare
  h app.house := house(p_me, p_consultation);
  v app.response_version;
  v_blocker record;
begin
  if not h.is_releaser then
    perform fail('CN403', 'audience');
  elsif release_lacks_factor(p_me, h) then
    perform fail('CN403', 'second_factor');
  elsif p_publication is null or p_publication not in ('no', 'shortened', 'yes') then
    perform fail('CN422', 'bad_choice', 'publication');
  elsif not coalesce(p_declaration, false) then
    perform fail('CN422', 'required', 'declaration');
  end if;
  -- From here no save and no second release runs beside this one.
  perform from response r where r.id = h.response_id for update;
  h := house(p_me, p_consultation);
  select b.* into v_blocker from release_blockers(h) b limit 1;
  if found then
    perform fail('CN409', v_blocker.code, null, v_blocker.args);
  elsif preview_hash(h.response_id) <> p_content_hash then
    perform fail('CN409', 'hash_changed');
  end if;

  v := make_version(h, next_number(h.response_id), p_publication);
  perform copy_answers(v);
  perform make_positions(v);
  perform make_receipt(v);
  insert into current_version (response_id, response_version_id, stage_id, organisation_id)
    values (v.response_id, v.id, v.stage_id, v.organisation_id)
    on conflict (response_id) do update set response_version_id = excluded.response_version_id;
  update response r set state = 'submitted', publication = p_publication, changed_at = app.now()
    where r.id = h.response_id;
  perform mail_receipt(p_me, h, v);
  perform audit(p_me, 'response.release', 'response_version', v.id, null, v.content_hash);
  return json_build_object('location', '/receipts/' || v.receipt_no || '?notice=submitted',
    'receipt', v.receipt_no, 'version', v.number, 'received_at', v.released_at,
    'content_hash', encode(v.content_hash, 'hex'));
end $$;
