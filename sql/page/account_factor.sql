-- The own second factor. The server adds "offer", a secret to be confirmed,
-- where none is set or p_show is "new".
create or replace function page.account_factor(p_me app.caller, p_show text, p_next text) returns json
language plpgsql stable security definer set search_path = app, pg_temp
set plan_cache_mode = force_generic_plan as $$
begin
  return json_build_object(
    'frame', frame(p_me, null, null),
    'mail', (select p.mail from person p where p.id = p_me.person_id),
    'factor', factor_state(p_me.person_id),
    'is_shown', p_me.has_factor,
    'show', p_show,
    'next_href', case when p_next ~ '^/([^/\\]|$)' then p_next end,
    'form', json_build_object('code', '', 'next', coalesce(p_next, '')));
end $$;
