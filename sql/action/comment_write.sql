-- Says something about an answer to the own house, whatever state the response
-- is in: what is frozen is talked about as well.
create or replace function action.comment_write(p_me app.caller, p_consultation text, p_target text, p_comment text)
returns json
language plpgsql volatile security definer set search_path = app, pg_temp
set plan_cache_mode = force_generic_plan as $$
declare
  h app.house := house(p_me, p_consultation);
  t app.target;
  c app.internal_comment;
begin
  select x.* into t from target x where x.stage_id = h.stage_id and x.key = p_target;
  if not found then
    perform fail('CN404', 'not_found');
  elsif not may_comment(p_me) then
    perform fail('CN403', 'audience');
  elsif text_or_null(p_comment) is null then
    perform fail('CN422', 'required', 'comment');
  end if;
  perform demand_asked(h, t);
  if h.response_id is null then
    h := open_response(h);
  end if;
  if (select count(*) from internal_comment x where x.response_id = h.response_id and x.target_id = t.id) >= 100 then
    perform fail('CN409', 'comments_full');
  end if;
  insert into internal_comment (response_id, stage_id, organisation_id, target_id, person_id, body, written_at)
    values (h.response_id, h.stage_id, h.organisation_id, t.id, p_me.person_id, p_comment, app.now()) returning * into c;
  perform audit(p_me, 'comment.write', 'target', t.id);
  return json_build_object('location', '/consultations/' || h.slug || '/response/answers/' || t.key || '?notice=comment_written',
    'comment', c.key);
end $$;
