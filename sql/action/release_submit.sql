-- Approves what the preview showed. With as many approvals as the house wants
-- it is released: an immutable version with receipt, and one position for each
-- answered target; until then it waits, frozen.
create or replace function action.release_submit(p_me app.caller, p_consultation text,
  p_content_hash text, p_publication text, p_joinable boolean, p_adopted_hash text, p_declaration boolean) returns json
language plpgsql volatile security definer set search_path = app, pg_temp
set plan_cache_mode = force_generic_plan as $$
declare
  h app.house := house(p_me, p_consultation);
  c app.release_candidate;
  v app.response_version;
  v_blocker record;
  v_before bigint;
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
  elsif preview_hash(h.response_id) <> p_content_hash
      or adopted_hash(h.response_id) is distinct from p_adopted_hash then
    perform fail('CN409', 'hash_changed');
  elsif p_publication = 'shortened' then
    perform demand_redactions(h.response_id);
  end if;

  v_before := (open_candidate(h)).id;
  c := candidate_for(p_me, h, p_publication, coalesce(p_joinable, false));
  perform judge(p_me, c, null);
  if approvals_needed(h) > 1 and approval_count(c.id) < approvals_needed(h) then
    perform audit(p_me, 'response.approve', 'release_candidate', c.id, null, c.content_hash);
    if c.id is distinct from v_before then
      perform hold_candidate(p_me, h, c);
    end if;
    return json_build_object('location', '/consultations/' || h.slug || '/response/release?notice=approved',
      'state', 'frozen', 'content_hash', encode(c.content_hash, 'hex'));
  end if;
  v := release_approved(p_me, h, c);
  return json_build_object('location', '/receipts/' || v.receipt_no || '?notice=submitted', 'state', 'submitted',
    'receipt', v.receipt_no, 'version', v.number, 'received_at', v.released_at,
    'content_hash', encode(v.content_hash, 'hex'));
end $$;
