-- Changes how long classes are kept, within their bounds; one entry for each
-- change. What is over a new limit goes with the next run.
create or replace function action.retention_limits(p_me app.caller, p_keep_login_attempt bigint,
  p_keep_session bigint, p_keep_mail bigint, p_keep_invitation bigint, p_keep_organisation_import bigint,
  p_keep_job bigint, p_keep_draft bigint, p_keep_account bigint, p_keep_answer_step bigint,
  p_keep_intake bigint, p_keep_edition_upload bigint, p_keep_barrier_contact bigint, p_keep_barrier_report bigint)
returns json
language plpgsql volatile security definer set search_path = app, pg_temp
set plan_cache_mode = force_generic_plan as $$
declare
  r record;
begin
  for r in select c.*, n.days as wanted from retention_class c
      join (values ('login_attempt', p_keep_login_attempt), ('session', p_keep_session), ('mail', p_keep_mail),
        ('invitation', p_keep_invitation), ('organisation_import', p_keep_organisation_import), ('job', p_keep_job),
        ('draft', p_keep_draft), ('account', p_keep_account), ('answer_step', p_keep_answer_step),
        ('intake', p_keep_intake), ('edition_upload', p_keep_edition_upload), ('barrier_contact', p_keep_barrier_contact),
        ('barrier_report', p_keep_barrier_report)) n (key, days) on n.key = c.key
      order by c.position loop
    if r.wanted not between r.least and r.most then
      perform fail('CN422', 'retention_bounds', 'keep_' || r.key, json_build_object('least', r.least, 'most', r.most));
    elsif r.wanted <> r.days then
      update retention_class c set days = r.wanted where c.key = r.key;
      perform audit(p_me, 'retention.limit', 'retention_class', r.position, sha256(r.days::text::bytea),
        sha256(r.wanted::text::bytea));
    end if;
  end loop;
  return json_build_object('location', '/retention?notice=retention_limits');
end $$;
