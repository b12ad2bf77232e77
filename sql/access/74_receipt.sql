-- The receipt as it is signed, and what is told of it. Its C twin is
-- app/domain/receipt.c; tests/fixtures/receipt.json holds both to one form.

-- ISO 8601 with the offset that holds in Germany then.
create or replace function app.local_moment(p_at timestamptz) returns text
language plpgsql stable parallel safe set timezone = 'Europe/Berlin' as $$
begin
  return to_char(p_at, 'YYYY-MM-DD"T"HH24:MI:SSTZH:TZM');
end $$;

-- Form 2. p_answers: a line for each answer, "KEY KIND WORDING ANSWER", with a
-- fifth word where it is confidential or cut: the hash of that (app.terms_hash).
-- In the order of the octets of the keys; with it the content hash can be
-- computed from the receipt alone.
create or replace function app.receipt_canon(p_number text, p_consultation text, p_stage text,
  p_organisation text, p_level text, p_version int, p_replaces text, p_received_at timestamptz,
  p_publication text, p_nil_rest boolean, p_content_hash bytea, p_answers text[]) returns text
language plpgsql stable parallel safe set search_path = app, pg_temp as $$
begin
  return e'resonanz receipt 2\n' || canon_field('number', p_number)
    || canon_field('consultation', p_consultation) || canon_field('stage', p_stage)
    || canon_field('organisation', p_organisation) || canon_field('level', p_level)
    || canon_field('version', p_version::text) || canon_field('replaces', p_replaces)
    || canon_field('received_at', local_moment(p_received_at))
    || canon_field('publication', p_publication) || canon_field('nil_rest', p_nil_rest::text)
    || canon_field('content_hash', encode(p_content_hash, 'hex'))
    || canon_field('answers', cardinality(p_answers)::text)
    || coalesce(array_to_string(p_answers, e'\n') || case when cardinality(p_answers) > 0 then e'\n' end, '');
end $$;

create or replace function app.receipt_answers(p_response_version_id bigint) returns text[]
language plpgsql stable set search_path = app, pg_temp as $$
begin
  return (select coalesce(array_agg(concat_ws(' ', r.key, r.kind, encode(r.wording, 'hex'), encode(r.answer, 'hex'),
      encode(r.terms, 'hex')) order by r.key collate "C"), '{}')
    from version_rows(p_response_version_id) r);
end $$;

-- Of a version whose answers are there; unsigned, which the jobs change.
create or replace function app.make_receipt(v app.response_version) returns void
language plpgsql volatile set search_path = app, pg_temp as $$
begin
  insert into receipt (response_version_id, response_id, stage_id, organisation_id, number, body)
    select v.id, v.response_id, v.stage_id, v.organisation_id, v.receipt_no, convert_to(receipt_canon(
        v.receipt_no, c.slug, s.key, v.organisation_name, v.level, v.number,
        (select o.receipt_no from response_version o where o.response_id = v.response_id and o.number = v.number - 1),
        v.released_at, v.publication, v.nil_rest, v.content_hash, receipt_answers(v.id)), 'UTF8')
      from stage s join consultation c on c.id = s.consultation_id where s.id = v.stage_id;
end $$;

-- To who released and to everybody who edits for the house: the number, which
-- is also the link, and nothing else.
create or replace function app.mail_receipt(p_me app.caller, h app.house, v app.response_version) returns void
language plpgsql volatile set search_path = app, pg_temp as $$
begin
  perform queue_mail('receipt', x.person_id, null, v.organisation_id,
      jsonb_build_object('receipt', v.receipt_no), null, 'receipt ' || v.receipt_no || ' ' || x.person_id)
    from (select p_me.person_id
      union select m.person_id from membership m join person p on p.id = m.person_id and p.state = 'active'
        where m.organisation_id = v.organisation_id and m.role = 'editor' and m.valid @> today()
          and coalesce(m.consultation_id, h.consultation_id) = h.consultation_id) x;
end $$;

-- A public key as other programs read it: the 32 octets in the frame of RFC 8410.
create or replace function app.public_key_pem(p_key bytea) returns text
language sql immutable parallel safe as $$
  select e'-----BEGIN PUBLIC KEY-----\n' || encode('\x302a300506032b6570032100'::bytea || p_key, 'base64')
    || e'\n-----END PUBLIC KEY-----\n'
$$;

-- What a receipt is proven with, without this platform; null: not signed yet.
create or replace function app.receipt_proof(r app.receipt) returns json
language plpgsql stable set search_path = app, pg_temp as $$
begin
  return (select json_build_object('format', 'resonanz receipt file 1', 'number', r.number,
      'lines', string_to_array(left(convert_from(r.body, 'UTF8'), -1), e'\n'),
      'sha256', encode(r.sha256, 'hex'), 'algorithm', 'Ed25519',
      'signature', translate(encode(r.signature, 'base64'), e'\n', ''),
      'key_id', k.id, 'public_key', public_key_pem(k.public_key))
    from signing_key k where k.id = r.key_id);
end $$;

-- Counts, was replaced, or was withdrawn: as the tables say, whatever the
-- receipt says for ever.
create or replace function app.version_state(v app.response_version) returns text
language plpgsql stable set search_path = app, pg_temp as $$
begin
  return case
    when exists (select from current_version c where c.response_version_id = v.id) then 'current'
    when exists (select from withdrawal w where w.response_version_id = v.id) then 'withdrawn'
    when exists (select from response_version x where x.response_id = v.response_id and x.number > v.number)
      then 'replaced'
    else 'withdrawn' end;
end $$;

-- The own house and the desk; for everybody else there is none.
create or replace function app.receipt_for(p_me app.caller, p_number text) returns app.receipt
language plpgsql stable set search_path = app, pg_temp as $$
declare
  r app.receipt;
begin
  select x.* into r from receipt x where x.number = p_number
    and (is_at_desk(p_me) or is_member(p_me) and x.organisation_id = p_me.organisation_id);
  return r;
end $$;
