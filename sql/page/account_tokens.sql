-- One's own tokens, and the form for a new one.
create or replace function page.account_tokens(p_me app.caller) returns json
language plpgsql stable security definer set search_path = app, pg_temp
set plan_cache_mode = force_generic_plan as $$
begin
  return json_build_object('frame', frame(p_me, null, null), 'tokens', token_list(p_me.person_id),
    'contexts', (select coalesce(json_agg(json_build_object('context', c.context, 'name', c.name)), '[]')
      from contexts(p_me.person_id) c),
    'form', json_build_object('name', '', 'scope', 'read', 'days', 90, 'context', coalesce(
      (select o.code from organisation o where o.id = p_me.organisation_id), 'platform')));
end $$;
