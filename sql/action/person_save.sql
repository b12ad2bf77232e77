-- Name and address. The owner of the old address learns of a change, and links
-- sent there are void; who was invited gets a new one at the new address.
create or replace function action.person_save(p_me app.caller, p_person text, p_name text, p_mail text) returns json
language plpgsql volatile security definer set search_path = app, pg_temp
set plan_cache_mode = force_generic_plan as $$
declare
  p app.person := person_of(p_person);
  v_mail text := lower(btrim(p_mail));
begin
  if p.state = 'erased' then
    perform fail('CN404', 'not_found');
  elsif not is_mail(v_mail) then
    perform fail('CN422', 'bad_mail', 'mail');
  elsif exists (select from person x where x.mail = v_mail and x.id <> p.id) then
    perform fail('CN409', 'mail_taken', 'mail');
  end if;
  if (p.name, p.mail) is distinct from (btrim(p_name), v_mail) then
    update person x set name = btrim(p_name), mail = v_mail where x.id = p.id;
    perform audit(p_me, case when p.mail <> v_mail then 'person.mail' else 'person.name' end, 'person', p.id,
      canon_hash(p.name || e'\n' || p.mail), canon_hash(btrim(p_name) || e'\n' || v_mail));
  end if;
  if p.mail <> v_mail then
    perform withdraw_links(p.id, 'reset'),
      queue_mail('mail_changed', p.id, p.mail, null, jsonb_build_object('at', app.now(),
        'by', (select x.name from person x where x.id = p_me.person_id)), null, null);
    if p.state = 'invited' then
      perform invite(p_me, p.id, (select i.organisation_id from invitation i
        where i.person_id = p.id and i.purpose = 'invitation' order by i.id desc limit 1), 'invitation');
    end if;
  end if;
  return json_build_object('location', '/people/' || p.key || '?notice=person_saved');
end $$;
