-- Helpers of action.release_submit.

-- R1-BY-2-K7QM: stage, organisation, version, four random characters, so that
-- nothing can be inferred from a number.
create or replace function app.receipt_number(h app.house, p_number int) returns text
language plpgsql volatile as $$
declare
  v_letters constant text := '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
  v_kind text := (select stage_letter(s.kind) from stage s where s.id = h.stage_id);
  v_random bytea;
  v_no text;
begin
  loop
    v_random := uuid_send(gen_random_uuid());
    v_no := v_kind || h.stage_number || '-' || h.organisation_code || '-' || p_number || '-';
    for i in 0..3 loop
      v_no := v_no || substr(v_letters, 1 + (get_byte(v_random, i) & 31), 1);
    end loop;
    exit when not exists (select from response_version v where v.receipt_no = v_no);
  end loop;
  return v_no;
end $$;

-- The row of the version, with name, level and status as they are now.
create or replace function app.make_version(h app.house, c app.release_candidate)
returns app.response_version
language plpgsql volatile as $$
declare
  v app.response_version;
begin
  insert into response_version (response_id, stage_id, organisation_id, number, receipt_no, released_at,
      candidate_id, content_hash, organisation_name, organisation_short_name, level, land_code, seat_status,
      sort_key, nil_rest, publication, joinable)
    select h.response_id, h.stage_id, h.organisation_id, c.number, receipt_number(h, c.number), app.now(),
        c.id, c.content_hash, n.name, n.short_name, p.level, p.land_code, p.seat_status, p.sort_key,
        h.nil_rest, c.publication, c.joinable
      from participation p, name_on(p.organisation_id, today()) n
      where p.stage_id = h.stage_id and p.organisation_id = h.organisation_id
    returning * into v;
  return v;
end $$;

-- Copies the answers without their authors. An unchanged answer keeps the row
-- of the version before, and so its position and number; what was taken over
-- from another house unchanged is the row of theirs.
create or replace function app.copy_answers(v app.response_version) returns void
language plpgsql volatile as $$
begin
  insert into released_answer (response_id, stage_id, organisation_id, target_id, kind, stance, body,
      proposal, reason, value, confidential, confidential_reason, deviates_from_id)
    select a.response_id, a.stage_id, a.organisation_id, a.target_id, a.kind, a.stance, a.body,
        a.proposal, a.reason, a.value, a.confidential, a.confidential_reason, d.released_answer_id
      from answer a left join adoption d on d.answer_id = a.id
      where a.response_id = v.response_id and a.kind is not null and not is_adopted(a, d)
    on conflict do nothing;
  insert into version_answer (response_version_id, response_id, stage_id, organisation_id, target_id,
      released_answer_id)
    select v.id, v.response_id, v.stage_id, v.organisation_id, a.target_id, ra.id
      from answer a left join adoption d on d.answer_id = a.id
        join released_answer ra on ra.response_id = a.response_id
        and ra.target_id = a.target_id and ra.content_hash = a.content_hash
        and ra.confidential = a.confidential
        and ra.confidential_reason is not distinct from a.confidential_reason
        and ra.deviates_from_id is not distinct from d.released_answer_id
      where a.response_id = v.response_id and a.kind is not null and not is_adopted(a, d);
  insert into version_answer (response_version_id, response_id, stage_id, organisation_id, target_id,
      released_answer_id, adopted)
    select v.id, v.response_id, v.stage_id, v.organisation_id, d.target_id, d.released_answer_id, true
      from adoption d join answer a on a.id = d.answer_id
      where d.response_id = v.response_id and a.kind is not null and is_adopted(a, d);
end $$;

-- The passages that the public shall not read, with the version for good.
create or replace function app.copy_redactions(v app.response_version) returns void
language plpgsql volatile as $$
begin
  insert into released_redaction (response_version_id, response_id, stage_id, organisation_id, target_id,
      field, range, reason)
    select v.id, v.response_id, v.stage_id, v.organisation_id, a.target_id, d.field, d.range, d.reason
      from redaction d join answer a on a.id = d.answer_id and a.content_hash = d.content_hash
      where d.response_id = v.response_id order by a.target_id, d.field, d.range;
end $$;

create or replace function app.whole_range(p_text text) returns int4range
language sql immutable parallel safe as $$
  select case when p_text is not null then int4range(0, char_length(p_text)) end
$$;

-- One whole position for each answered target of the house's own.
create or replace function app.make_positions(v app.response_version) returns void
language plpgsql volatile as $$
begin
  insert into position (stage_id, organisation_id, released_answer_id, target_id, body_range,
      proposal_range, reason_range, released_at, sort_target, sort_key, stance, level, land_code, seat_status)
    select v.stage_id, v.organisation_id, ra.id, ra.target_id, whole_range(ra.body),
        whole_range(ra.proposal), whole_range(ra.reason), v.released_at, t.sort_key, v.sort_key,
        ra.stance, v.level, v.land_code, v.seat_status
      from version_answer va join released_answer ra on ra.id = va.released_answer_id
        join target t on t.id = ra.target_id
      where va.response_version_id = v.id and ra.kind = 'answered' and not va.adopted
        and (v.number = 1 or not exists (select from position p where p.released_answer_id = ra.id))
      order by t.sort_key;
end $$;

-- Released, and nothing in it but Fehlanzeige.
create or replace function app.is_nil_version(v app.response_version) returns boolean
language plpgsql stable set search_path = app, pg_temp as $$
begin
  return (v.nil_rest or exists (select from version_answer x where x.response_version_id = v.id))
    and not exists (select from version_answer x join released_answer a on a.id = x.released_answer_id
      where x.response_version_id = v.id and a.kind <> 'nil');
end $$;

-- What is approved becomes the version that counts: without a change of its
-- hash, and with everything that hangs on it.
create or replace function app.release_approved(p_me app.caller, h app.house, c app.release_candidate)
returns app.response_version
language plpgsql volatile as $$
declare
  v app.response_version := make_version(h, c);
begin
  perform copy_answers(v);
  if v.publication = 'shortened' then
    perform copy_redactions(v);
  end if;
  perform make_positions(v);
  perform make_receipt(v);
  insert into current_version (response_id, response_version_id, stage_id, organisation_id, is_nil)
    values (v.response_id, v.id, v.stage_id, v.organisation_id, is_nil_version(v))
    on conflict (response_id) do update set response_version_id = excluded.response_version_id, is_nil = excluded.is_nil;
  if v.number > 1 then
    perform search_forget(array[v.response_id]);
  end if;
  perform search_later(v.response_id);
  perform close_candidate(p_me, c, 'released');
  update response r set state = 'submitted', publication = v.publication, changed_at = app.now()
    where r.id = h.response_id;
  perform mail_receipt(p_me, h, v);
  perform audit(p_me, 'response.release', 'response_version', v.id, null, v.content_hash);
  if v.joinable then
    perform audit(p_me, 'join.allow', 'response_version', v.id);
  end if;
  if v.number > 1 then
    perform mail_joined(h, v, 'joined_changed');
  end if;
  if v.number > 1 or exists (select from adoption d where d.response_id = v.response_id) then
    perform settle_positions(v.response_id); -- last: it may wait for another house
  end if;
  return v;
end $$;

-- Release for a seat, and wherever the consultation says so, is for who has
-- shown a second factor.
create or replace function app.release_lacks_factor(p_me app.caller, h app.house) returns boolean
language plpgsql stable as $$
begin
  return not coalesce(p_me.has_factor, false)
    and (seat_status_on(h.organisation_id, today()) <> 'none'
      or (select c.release_needs_factor from consultation c where c.id = h.consultation_id));
end $$;
