-- What the reading of an uploaded paper needs and gives (app/ctl/paper_job.c).

-- The file that waits, and the last edition to find the keys in; no row if it
-- waits no more.
create or replace function job.paper_file(p_upload text) returns table (bytes bytea, base json)
language plpgsql volatile security definer set search_path = app, pg_temp as $$
begin
  return query select u.bytes, case when (edition_last(u.consultation_id)).id is not null
      then edition_doc(edition_last(u.consultation_id), null) end
    from edition_upload u where u.key = p_upload and u.state = 'waiting';
end $$;

create or replace function job.paper_refused(p_upload text, p_code text, p_what text, p_issues jsonb) returns int
language plpgsql volatile security definer set search_path = app, pg_temp as $$
begin
  update edition_upload u set state = 'refused', refusal = p_code, refusal_what = left(p_what, 500), bytes = null,
    issues = p_issues where u.key = p_upload and u.state = 'waiting';
  return 1;
end $$;

create or replace function job.paper_read(p_upload text, p_paper text, p_doc jsonb, p_issues jsonb) returns int
language plpgsql volatile security definer set search_path = app, pg_temp as $$
begin
  update edition_upload u set state = 'read', paper = normalize(p_paper, nfc), doc = normalize(p_doc::text, nfc)::jsonb,
    issues = p_issues, bytes = null where u.key = p_upload and u.state = 'waiting';
  return 1;
end $$;

-- At the command line: a draft from a document that was read.
create or replace function job.paper_draft(p_slug text, p_as_of date, p_doc jsonb) returns json
language plpgsql volatile security definer set search_path = app, pg_temp as $$
declare
  v_id bigint := (select c.id from consultation c where c.slug = p_slug);
  e edition;
begin
  if not is_operator() then
    perform fail('CN403', 'audience');
  elsif v_id is null then
    perform fail('CN404', 'consultation_unknown');
  end if;
  e := edition_begin(null, v_id, coalesce(p_as_of, (p_doc #>> '{edition,as_of}')::date), null, null);
  perform edition_write(null, e, normalize(p_doc::text, nfc)::jsonb, null);
  return json_build_object('consultation', p_slug, 'edition', e.number);
end $$;

create or replace function job.paper_base(p_slug text) returns json
language plpgsql stable security definer set search_path = app, pg_temp as $$
declare
  e edition := edition_last((select c.id from consultation c where c.slug = p_slug));
begin
  return case when e.id is not null then edition_doc(e, null) end;
end $$;
