-- What the making of a report's files needs and gives (app/ctl/artifact_job.c).

create or replace function job.report_frozen(p_report text) returns app.report
language plpgsql stable security definer set search_path = app, pg_temp as $$
begin
  return (select r from report r where r.key = p_report and r.state = 'frozen');
end $$;

-- The n-th file that is to be made, from 0; nothing when that was all.
create or replace function job.artifact_next(p_report text, p_part int)
returns table (format text, is_made boolean, parts int)
language plpgsql stable security definer set search_path = app, pg_temp as $$
begin
  return query select f.format, case when f.format <> 'package' then a.id is not null
      else a.holds = (select count(*) from artifact x where x.report_id = r.id and x.format <> 'package') end,
      (select count(*)::int from artifact_formats())
    from artifact_formats() f cross join job.report_frozen(p_report) r
      left join lateral (select x.id, x.holds from artifact x where x.report_id = r.id and x.format = f.format
        order by x.version desc limit 1) a on true
    where f.n = p_part + 1 and r.id is not null;
end $$;

-- What the report says, and the template that shows it.
create or replace function job.report_source(p_report text)
returns table (data text, template text, mark text, footer text, frozen bigint, about json)
language plpgsql stable security definer set search_path = app, pg_temp as $$
declare
  r app.report := job.report_frozen(p_report);
begin
  return query select convert_from(r.data, 'UTF8'), convert_from(t.data, 'UTF8'), r.mark::text,
      concat(report_word('kind', r.kind), ' Nr. ', r.number, ' · Stand ', to_char(r.frozen_at, 'DD.MM.YYYY')),
      floor(extract(epoch from r.frozen_at))::bigint,
      (select json_build_object('key', r.key, 'kind', r.kind, 'number', r.number, 'title', r.title, 'consultation', c.title,
        'stage', s.title, 'mark', r.mark, 'frozen_at', to_char(r.frozen_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"'),
        'data_hash', encode(r.data_hash, 'hex'), 'template_hash', encode(r.template_hash, 'hex'))
       from stage s join consultation c on c.id = s.consultation_id where s.id = r.stage_id)
    from template_copy t where t.hash = r.template_hash;
end $$;

create or replace function job.artifact_keep(p_report text, p_format text, p_data bytea, p_holds int) returns boolean
language plpgsql volatile security definer set search_path = app, pg_temp as $$
declare
  r app.report := job.report_frozen(p_report);
  v_id bigint;
begin
  insert into artifact (report_id, format, version, data, size, hash, holds, made_at)
    select r.id, p_format, case when p_format = 'package' then coalesce(max(a.version), 0) + 1 else 1 end, p_data,
        octet_length(p_data), sha256(p_data), p_holds, app.now()
      from artifact a where a.report_id = r.id and a.format = p_format
    on conflict (report_id, format, version) do nothing returning id into v_id;
  if v_id is not null then
    perform audit(null, 'artifact.make', 'report', r.id, null, sha256(p_data), octet_length(p_data));
  end if;
  return v_id is not null;
end $$;

-- What a package holds: all files, in their order.
create or replace function job.artifacts(p_report text)
returns table (format text, file_name text, data bytea)
language plpgsql stable security definer set search_path = app, pg_temp as $$
begin
  return query select f.format, f.file_name, a.data from artifact_formats() f
    join artifact a on a.format = f.format join job.report_frozen(p_report) r on r.id = a.report_id
    where f.format <> 'package' order by f.n;
end $$;

-- The entries of the log about the report, with the blocks that seal them: each
-- in its canonical form (conf/audit-log.md), so that it can be checked alone.
create or replace function job.report_audit(p_report text) returns text
language plpgsql stable security definer set search_path = app, pg_temp as $$
declare
  r app.report := job.report_frozen(p_report);
begin
  return (with e as (select a as entry, block_of(a.epoch, a.xid) as block from audit a
        where a.object_kind = 'report' and a.object_id = r.id)
    select json_build_object('form', 'resonanz audit extract 1',
      'entries', coalesce((select json_agg(json_build_object('canon', entry_canon(e.entry), 'hash', encode(entry_hash(e.entry), 'hex'),
        'block', e.block) order by (e.entry).at, (e.entry).id) from e), '[]'),
      'blocks', coalesce((select json_agg(json_build_object('number', b.number, 'canon', block_canon(b), 'hash', encode(b.hash, 'hex'),
        'key_id', b.key_id, 'signature', encode(b.signature, 'base64')) order by b.number) from audit_block b
        where b.number in (select e.block from e)), '[]'))::text);
end $$;

-- At the command line: queues what is missing, of one report or of all.
create or replace function job.report_files_queue(p_report text) returns int
language plpgsql volatile security definer set search_path = app, pg_temp as $$
declare
  v_count int := 0;
  r app.report;
begin
  for r in select x.* from report x where x.state = 'frozen' and (p_report is null or x.key = p_report) loop
    if not ((report_files(r) ->> 'is_complete')::boolean or (report_files(r) ->> 'is_busy')::boolean) then
      perform queue_report_files(null, r);
      v_count := v_count + 1;
    end if;
  end loop;
  return v_count;
end $$;
