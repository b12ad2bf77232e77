-- What the operator may set: the words about himself, and a few numbers.
create or replace function page.settings(p_me app.caller) returns json
language plpgsql stable security definer set search_path = app, pg_temp
set plan_cache_mode = force_generic_plan as $$
declare
  v_is_draft boolean := exists (select from setting s where s.key = 'operator.draft');
begin
  return json_build_object(
    'frame', frame(p_me, null, 'settings'),
    'is_draft', v_is_draft,
    'form', operator_texts(case when v_is_draft then 'operator.draft' else 'operator' end)
      || jsonb_build_object('idle_minutes', extract(epoch from idle_time())::int / 60,
        'addresses', (select string_agg(a, e'\n' order by n) from setting s,
          jsonb_array_elements_text(s.value) with ordinality x (a, n) where s.key = 'audit.checkpoint_addresses'),
        'licence_name', (select s.value ->> 'name' from setting s where s.key = 'open_data'),
        'licence_href', (select s.value ->> 'href' from setting s where s.key = 'open_data')),
    'licence', licence_json(),
    'consultations', (select coalesce(json_agg(json_build_object('slug', c.slug, 'title', c.title,
        'release_needs_factor', c.release_needs_factor) order by c.id desc), '[]') from consultation c));
end $$;
