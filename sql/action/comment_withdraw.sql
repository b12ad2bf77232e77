-- Takes an own comment back: its words are gone, that there was one stays.
create or replace function action.comment_withdraw(p_me app.caller, p_consultation text, p_target text, p_comment text)
returns json
language plpgsql volatile security definer set search_path = app, pg_temp
set plan_cache_mode = force_generic_plan as $$
declare
  h app.house := house(p_me, p_consultation);
  t app.target;
begin
  select x.* into t from target x where x.stage_id = h.stage_id and x.key = p_target;
  if not found or not exists (select from internal_comment c where c.key = p_comment and c.target_id = t.id
      and c.response_id = h.response_id and c.organisation_id = h.organisation_id and c.person_id = p_me.person_id) then
    perform fail('CN404', 'not_found');
  end if;
  update internal_comment c set body = null, withdrawn_at = app.now() where c.key = p_comment and c.withdrawn_at is null;
  if found then
    perform audit(p_me, 'comment.withdraw', 'target', t.id);
  end if;
  return json_build_object('location', '/consultations/' || h.slug || '/response/answers/' || t.key || '?notice=comment_withdrawn');
end $$;
