-- A house declares that it joins or leaves, or takes that back while nobody has
-- confirmed it.
create or replace function action.member_declare(p_me app.caller, p_commitment text, p_declare text, p_on_day text) returns json
language plpgsql volatile security definer set search_path = app, pg_temp
set plan_cache_mode = force_generic_plan as $$
declare
  c app.commitment := commitment_of(p_commitment);
  v_day date := read_day(p_on_day, 'on_day');
  v_is_member boolean := exists (select from cooperation_member m where m.commitment_id = c.id
    and m.organisation_id = p_me.organisation_id and upper(m.valid) is null);
  v_key text;
begin
  if c.step <> 'V3' or c.state not in ('proposed', 'adopted', 'amended') then
    perform fail('CN409', 'no_cooperation');
  elsif p_declare = 'take_back' then
    update cooperation_declaration d set verdict = 'taken_back', decided_at = app.now(), decided_by = p_me.person_id
      where d.commitment_id = c.id and d.organisation_id = p_me.organisation_id and d.verdict is null;
    if not found then
      perform fail('CN409', 'no_declaration');
    end if;
    perform audit(p_me, 'cooperation.take_back', 'commitment', c.id);
    return json_build_object('location', '/commitments/' || c.number || '?notice=saved');
  elsif p_declare is null or p_declare not in ('join', 'leave') then
    perform fail('CN422', 'choose', 'declare');
  elsif v_day is null then
    perform fail('CN422', 'required', 'on_day');
  elsif v_day < today() then
    perform fail('CN422', 'day_past', 'on_day', json_build_object('today', today()));
  elsif v_is_member <> (p_declare = 'leave') then
    perform fail('CN422', case when v_is_member then 'member_already' else 'not_a_member' end, 'on_day', json_build_object('on', v_day));
  end if;
  insert into cooperation_declaration (commitment_id, organisation_id, act, on_day, declared_at, declared_by)
    values (c.id, p_me.organisation_id, p_declare, v_day, app.now(), p_me.person_id) returning key into v_key;
  perform audit(p_me, 'cooperation.declare', 'commitment', c.id),
    mail_moderators('cooperation_declared', p_me.organisation_id, jsonb_build_object('number', c.number),
      'cooperation_declared ' || v_key);
  return json_build_object('location', '/commitments/' || c.number || '?notice=declared');
exception
  when unique_violation then
    perform fail('CN409', 'declaration_waits');
end $$;
