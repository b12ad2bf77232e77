-- The draft as the pages would show it, and what differs from what they show.
create or replace function page.settings_preview(p_me app.caller) returns json
language plpgsql stable security definer set search_path = app, pg_temp
set plan_cache_mode = force_generic_plan as $$
declare
  v_old jsonb := operator_texts('operator');
  v_new jsonb := operator_texts('operator.draft');
begin
  if not exists (select from setting s where s.key = 'operator.draft') then
    return null;
  end if;
  return json_build_object(
    'frame', frame(p_me, null, 'settings'),
    'operator', v_new,
    'reviewed_on', statement_on(v_new), 'review_due', (statement_on(v_new) + interval '1 year')::date,
    'retention', retention_days(),
    'content_hash', encode(operator_hash(v_new), 'hex'),
    'changes', (select coalesce(json_agg(json_build_object('field', f, 'before', v_old ->> f, 'after', v_new ->> f)
        order by n), '[]')
      from unnest(operator_fields()) with ordinality x (f, n) where v_old ->> f is distinct from v_new ->> f));
end $$;
