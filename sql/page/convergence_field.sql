-- One field of the matrix, with all that was said in it so far.
create or replace function page.convergence_field(p_me app.caller, p_commitment text, p_focus_topic text) returns json
language plpgsql stable security definer set search_path = app, pg_temp
set plan_cache_mode = force_generic_plan as $$
declare
  c app.commitment;
  f app.focus_topic;
  t app.target_vision;
  x app.convergence;
begin
  select y.* into c from commitment y where y.number = upper(p_commitment) and (y.is_adopted or sees_proposals());
  select y.* into f from focus_topic y where y.key = p_focus_topic;
  if c.id is null or f.id is null then
    return null;
  end if;
  select y.* into t from target_vision y where y.focus_topic_id = f.id;
  x := convergence_of(c.id, t.id);
  return json_build_object(
    'frame', frame(p_me, null, 'commitments'),
    'commitment', commitment_json(c, today()), 'number', c.number, 'href', '/commitments/' || c.number,
    'focus_topic', json_build_object('key', f.key, 'name', f.name, 'vision', t.title, 'manager', topic_manager(f),
      'href', '/commitments/convergence/' || f.key),
    'verdict', coalesce(x.verdict, 'gap'), 'evidence', x.evidence,
    'history', (select coalesce(json_agg(json_build_object('verdict', y.verdict, 'evidence', y.evidence,
        'stated_on', (y.stated_at at time zone 'Europe/Berlin')::date) order by y.id desc), '[]')
      from convergence y where y.commitment_id = c.id and y.target_vision_id = t.id),
    'can', json_build_object('state', manages_topic(f.id)),
    'form', json_build_object('verdict', coalesce(x.verdict, 'gap'), 'evidence', x.evidence, 'base', coalesce(x.id, 0)));
end $$;
