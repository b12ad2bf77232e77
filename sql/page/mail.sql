-- The outbox, newest first, in pages of 50.
create or replace function page.mail(p_me app.caller, p_state text, p_template text, p_after text) returns json
language plpgsql stable security definer set search_path = app, pg_temp
set plan_cache_mode = force_custom_plan as $$
declare
  c_size constant int := 50;
  v_after bigint := (select m.id from mail m where m.key = p_after);
  v_rows json;
  v_next text;
begin
  with r as (select m, row_number() over (order by m.id desc) as n from mail m
    where mail_is_mine(m) and (p_state is null or m.state = p_state)
      and (p_template is null or m.template = p_template) and (v_after is null or m.id < v_after)
    order by m.id desc limit c_size + 1)
  select coalesce(json_agg(json_build_object('key', (r.m).key, 'href', '/mail/' || (r.m).key, 'template', (r.m).template,
        'state', (r.m).state, 'to', mail_to(r.m), 'created_at', (r.m).created_at, 'sent_at', (r.m).sent_at,
        'next_at', case when (r.m).state = 'ready' then (r.m).next_at end, 'attempts', (r.m).attempts,
        'last_error', (r.m).last_error) order by r.n) filter (where r.n <= c_size), '[]'),
      case when max(r.n) > c_size then max((r.m).key) filter (where r.n = c_size) end
    into v_rows, v_next from r;
  return json_build_object(
    'frame', frame(p_me, null, 'mail'),
    'rows', v_rows, 'next', v_next, 'is_first', v_after is null, 'counts', mail_counts(), 'trouble', mail_trouble(),
    'is_administrator', is_administrator(),
    'filter', json_build_object('state', p_state, 'template', p_template,
      'is_on', num_nonnulls(p_state, p_template) > 0),
    'options', json_build_object(
      'states', json_build_array('ready', 'sending', 'sent', 'failed', 'bounced', 'withdrawn'),
      'templates', (select coalesce(json_agg(t.template order by t.template), '[]')
        from (select distinct m.template from mail m where mail_is_mine(m)) t)));
end $$;
