-- The programme management says what a commitment contributes to its own
-- Zielbild, and to no other.
create or replace function action.convergence_state(p_me app.caller, p_commitment text, p_focus_topic text, p_base bigint,
  p_verdict text, p_evidence text) returns json
language plpgsql volatile security definer set search_path = app, pg_temp
set plan_cache_mode = force_generic_plan as $$
declare
  f app.focus_topic;
  c app.commitment;
  t app.target_vision;
  v_evidence text := nullif(btrim(p_evidence), '');
begin
  select x.* into f from focus_topic x where x.key = p_focus_topic;
  if f.id is null then
    perform fail('CN404', 'not_found');
  elsif not manages_topic(f.id) then
    perform fail('CN403', 'not_programme');
  end if;
  c := commitment_of(p_commitment);
  select x.* into t from target_vision x where x.focus_topic_id = f.id;
  if p_verdict is null or p_verdict not in ('contributes', 'partly', 'gap', 'not_affected') then
    perform fail('CN422', 'choose', 'verdict');
  elsif p_verdict = 'contributes' and v_evidence is null then
    perform fail('CN422', 'evidence_required', 'evidence');
  end if;
  perform from commitment x where x.id = c.id for update;
  if coalesce((convergence_of(c.id, t.id)).id, 0) <> p_base then
    perform fail('CN409', 'stale');
  end if;
  insert into convergence (commitment_id, target_vision_id, verdict, evidence, stated_at, stated_by)
    values (c.id, t.id, p_verdict, v_evidence, app.now(), p_me.person_id);
  perform audit(p_me, 'convergence.state', 'commitment', c.id);
  return json_build_object('location', '/commitments/convergence/' || f.key || '?notice=saved#' || c.number);
end $$;
