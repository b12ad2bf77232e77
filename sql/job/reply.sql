-- Tells the houses that their reply is there, once its time has come: a portion
-- each second, each house noted in the transaction that queues its mails. Of who
-- has no people yet the office is told. Returns how many houses.
create or replace function job.reply_mails() returns int
language plpgsql volatile security definer set search_path = app, pg_temp as $$
declare
  c_portion constant int := 200;
  v_count int := 0;
  r record;
begin
  for r in select v.release_id, v.organisation_id, y.key, y.number, s.consultation_id, c.slug, o.office_mail
      from reply_release y join reply_version v on v.release_id = y.id and v.mailed_at is null
        join stage s on s.id = y.stage_id join consultation c on c.id = s.consultation_id
        join organisation o on o.id = v.organisation_id
      where y.cancelled_at is null and y.at <= app.now()
      order by v.release_id, v.organisation_id limit c_portion for update of v skip locked loop
    perform mail_house_or_office(r.organisation_id, r.consultation_id, r.office_mail,
      case when r.number = 1 then 'reply' else 'reply_update' end, jsonb_build_object('consultation', r.slug), 'reply ' || r.key);
    update reply_version v set mailed_at = app.now() where v.release_id = r.release_id and v.organisation_id = r.organisation_id;
    v_count := v_count + 1;
  end loop;
  return v_count;
end $$;
