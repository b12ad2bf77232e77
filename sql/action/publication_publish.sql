-- Publishes statements: for each the version that the preview has shown
-- (p_receipt: by the code of its organisation), all of them or none.
create or replace function action.publication_publish(p_me app.caller, p_consultation text, p_receipt json) returns json
language plpgsql volatile security definer set search_path = app, pg_temp
set plan_cache_mode = force_generic_plan as $$
declare
  s app.stage := desk_stage(p_consultation);
  v app.response_version;
  v_obstacle text;
  v_count int := 0;
begin
  if s.id is null then
    perform fail('CN404', 'not_found');
  end if;
  for v in select x.* from json_each_text(p_receipt) r join organisation o on o.code = r.key
      join response_version x on x.receipt_no = r.value and x.organisation_id = o.id and x.stage_id = s.id
      order by x.response_id loop
    perform publication_lock(v.response_id);
    v_obstacle := publication_obstacle(v);
    if v_obstacle is not null then
      perform fail('CN409', 'publication_' || v_obstacle, null, json_build_object('name', left(v.organisation_name, 60)));
    elsif not exists (select from publication p where p.response_id = v.response_id and p.revoked_at is null) then
      perform publish(p_me, v);
      v_count := v_count + 1;
    end if;
  end loop;
  if v_count = 0 then
    perform fail('CN409', 'publication_nothing');
  end if;
  return json_build_object('location', '/consultations/' || p_consultation || '/publications?show=public&notice=published', 'count', v_count);
end $$;
