-- A moderator confirms what a house has declared, or refuses it with a word why.
create or replace function action.member_decide(p_me app.caller, p_commitment text, p_declaration text, p_verdict text, p_remark text)
returns json
language plpgsql volatile security definer set search_path = app, pg_temp
set plan_cache_mode = force_generic_plan as $$
declare
  c app.commitment := commitment_of(p_commitment);
  d app.cooperation_declaration;
begin
  select x.* into d from cooperation_declaration x where x.commitment_id = c.id and x.key = p_declaration for update;
  if not found then
    perform fail('CN404', 'not_found');
  elsif d.verdict is not null then
    perform fail('CN409', 'declaration_decided');
  elsif p_verdict is null or p_verdict not in ('confirmed', 'refused') then
    perform fail('CN422', 'choose', 'verdict');
  elsif p_verdict = 'refused' and clean(p_remark) is null then
    perform fail('CN422', 'required', 'remark');
  elsif p_verdict = 'confirmed' then
    perform set_member(p_me, c, d.organisation_id, case d.act when 'join' then d.on_day end,
      case d.act when 'leave' then d.on_day end, 'verdict');
  end if;
  update cooperation_declaration x set verdict = p_verdict, remark = clean(p_remark), decided_at = app.now(), decided_by = p_me.person_id
    where x.id = d.id;
  perform audit(p_me, 'cooperation.' || p_verdict, 'organisation', d.organisation_id),
    queue_mail('cooperation_decided', d.declared_by, null, d.organisation_id, jsonb_build_object('number', c.number), null,
      'cooperation_decided ' || d.key);
  return json_build_object('location', '/commitments/' || c.number || '?notice=saved');
end $$;
