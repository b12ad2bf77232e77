-- The people of the own house: inviting, ending roles, deputies, handing over.
\ir t/setup.sql
select plan(45);

create function t.person(p_who text) returns bigint language sql as $$
  select id from app.person where mail = p_who || '@t.example' $$;
create function t.key(p_who text) returns text language sql as $$
  select key from app.person where mail = p_who || '@t.example' $$;
create function t.role(p_who text, p_role text) returns app.membership language sql as $$
  select m.* from app.membership m join app.organisation o on o.id = m.organisation_id
    where m.person_id = t.person(p_who) and m.role = p_role order by m.id desc limit 1 $$;
create function t.house(p_who text, p_call text, variadic p_args text[]) returns jsonb language sql as $$
  select t.act(p_who, 'releaser_confirmed', format('action.%s(e, %s)', p_call,
    (select string_agg(case when a ~ '^(true|false)$' then a else quote_nullable(nullif(a, '')) end, ', ' order by n)
      from unnest(p_args) with ordinality x(a, n))))
$$;

select is((select array_agg(x ->> 'name' order by x ->> 'name') from jsonb_array_elements(
  t.read('brandl', 'releaser', 'page.house(e)') -> 'people') x), '{Brandl,Graf,Huber}', 'the people of the house');
select is(t.read('huber', 'releaser', 'page.house(e)') ->> 'state', 'CN403', 'for who releases only');

select is(t.house('brandl', 'house_invite_send', 'Ute.Neu@t.example', 'Ute Neu', 'false', 'true', 'false', '', '') ->> 'outcome', 'invited', 'a colleague is invited');
select is((select array_agg(o.code || ' ' || m.role) from app.membership m join app.organisation o on o.id = m.organisation_id
  where m.person_id = t.person('ute.neu')), '{"T-BY editor"}', 'to the own house');
select is((select count(*) from app.mail where template = 'invitation' and person_id = t.person('ute.neu')), 1::bigint, 'with a mail');
select is(t.house('brandl', 'house_invite_send', 'ute.neu@t.example', 'Ute', 'false', 'true', 'false', '', '') ->> 'error', 'role_overlap', 'not twice the same');
select is(t.house('brandl', 'house_invite_send', 'lorenz@t.example', 'Lorenz', 'true', 'false', 'false', '', '') ->> 'outcome', 'known', 'nor who is elsewhere is made anew');
select is((select count(*) from app.membership where person_id = t.person('lorenz')), 3::bigint, 'but belongs to both');
select t.do(t.house('brandl', 'house_resend', t.key('ute.neu')));
select is((select array_agg(app.invitation_state(i, app.now()) order by id) from app.invitation i), '{withdrawn,open}', 'a new link');
select is(t.house('brandl', 'house_resend', t.key('thoms')) ->> 'state', 'CN404', 'not for people of another house');
select is(t.house('lorenz', 'house_role_stop', (t.role('huber', 'editor')).key) ->> 'state', 'CN404', 'nor does another house end a role');
select t.do(t.house('brandl', 'house_role_stop', (t.role('ute.neu', 'editor')).key));
select is((select count(*) from app.membership where person_id = t.person('ute.neu')), 0::bigint, 'what began today goes');
select is((select count(*) from app.invitation i where app.invitation_state(i, app.now()) = 'open'), 0::bigint, 'and with the last role the link');
select is(t.house('brandl', 'house_role_stop', (t.role('brandl', 'releaser')).key) #>> '{refused,code}', 'release_stays', 'release is not ended here');
select t.do(t.house('brandl', 'house_role_stop', (t.role('graf', 'cosigner')).key));
select is((t.role('graf', 'cosigner')).valid, '(,2024-04-22)', 'a role ends today');
select is(t.read('graf', 'member', 'to_json((e).roles)') ->> 'state', 'CN403', 'at the next request');

-- deputies
select is(t.house('brandl', 'house_deputy_name', t.key('graf'), '', '30.04.2024') ->> 'error', 'colleague_unknown', 'who has no role stands in for nobody');
select is(t.house('brandl', 'house_deputy_name', t.key('huber'), '23.04.2024', '22.04.2024') ->> 'error', 'period_turned', 'nor in a period turned round');
select t.do(t.house('brandl', 'house_deputy_name', t.key('huber'), '', '30.04.2024'));
select is((select array[deputy_for::text, valid::text] from t.role('huber', 'releaser')), array[t.person('brandl')::text, '[2024-04-22,2024-05-01)'], 'a deputy');
select is((select array_agg(m.template || ' ' || p.name || ' ' || coalesce(m.args ->> 'to', m.args ->> 'for') order by m.id) from app.mail m
  join app.person p on p.id = m.person_id where m.template like 'deputy%'), '{"deputy_named Huber Brandl","deputy_confirmed Brandl Huber"}', 'both are told');
select is(t.read('huber', 'releaser', 'page.house(e)') #>> '{can,deputy}', 'false', 'who acts for the house');
select is(t.house('huber', 'house_deputy_name', t.key('brandl'), '', '30.04.2024') ->> 'error', 'deputy_only', 'but names no deputy');
select is(t.house('huber', 'house_hand_over', t.key('brandl')) ->> 'error', 'deputy_only', 'nor hands over');
select is(t.house('brandl', 'house_deputy_name', t.key('huber'), '25.04.2024', '10.05.2024') ->> 'error', 'role_overlap', 'no second one at the same time');
select is((select count(*) from app.person_left_bare(t.person('brandl'))), 1::bigint, 'a deputy until April is no second release');

-- handing over
select t.do(t.house('brandl', 'house_hand_over', t.key('huber')));
select is((select array_agg(valid::text order by id) from app.membership where person_id = t.person('huber') and role = 'releaser' and deputy_for is null),
  '{"[2024-04-22,)"}', 'the colleague has release');
select is((select count(*) from app.membership where deputy_for is not null), 0::bigint, 'the deputy who began today goes');
select is((t.role('brandl', 'releaser')).valid, '(,2024-04-22)', 'the own ends');
select is((select array_agg(m.template || ' ' || p.name order by m.id) from app.mail m join app.person p on p.id = m.person_id
  where m.template like '%hand%over%'), '{"release_handed_over Huber","handover_confirmed Brandl"}', 'both are told');
select is(t.read('brandl', 'releaser', 'page.house(e)') ->> 'state', 'CN403', 'and it is no longer the own business');
select is((select array_agg(act order by id) from app.audit where act in ('role.hand_over', 'role.end', 'role.grant') and id >
  (select max(id) from app.audit where act = 'role.end_refused') + 1), '{role.grant,role.end,role.end,role.grant,role.hand_over}', 'all of it is in the log');

-- release in one consultation only: it is named, deputised and handed over as such
insert into app.membership (person_id, organisation_id, consultation_id, role, valid)
  select t.person('brandl'), o.id, c.id, 'releaser', '[2024-04-01,2024-06-01)' from app.organisation o, app.consultation c
  where o.code = 'T-BY' and c.slug = 'dachstrategie';
select is(t.read('brandl', 'releaser', 'page.house_deputy(e)') -> 'own' -> 0 ->> 'until', '2024-05-31', 'the own release has its consultation');
select isnt(t.read('brandl', 'releaser', 'page.house_deputy(e)') -> 'own' -> 0 ->> 'consultation', null, 'by name');
select is(t.read('brandl', 'releaser', 'page.house(e)') #>> '{can,deputy}', 'true', 'and may be deputised');
select is(t.house('brandl', 'house_deputy_name', t.key('lorenz'), '', '01.06.2024') ->> 'args', '{"until" : "2024-05-31"}', 'not longer than it lasts');
select t.do(t.house('brandl', 'house_deputy_name', t.key('lorenz'), '', '30.04.2024'));
select is((select array[(consultation_id is not null)::text, valid::text] from t.role('lorenz', 'releaser') r where r.deputy_for = t.person('brandl')),
  '{true,"[2024-04-22,2024-05-01)"}', 'a deputy in that consultation');
select is((select array_agg(m.args ->> 'consultation') from app.mail m where m.template like 'deputy%' and m.id > (select max(id) from app.mail
  where template like '%hand%over%')), '{dachstrategie,dachstrategie}', 'as both are told');
select t.do(t.house('huber', 'house_deputy_name', t.key('lorenz'), '25.04.2024', '26.04.2024'));
select is((t.role('lorenz', 'releaser')).consultation_id, null, 'who releases everywhere is deputised everywhere');
select is(t.house('brandl', 'house_role_stop', (t.role('lorenz', 'releaser')).key) ->> 'error', 'deputy_only', 'which who releases in one does not end');
select is((select array_agg((x ->> 'can_end')::boolean order by x ->> 'from') from jsonb_path_query(t.read('brandl', 'releaser', 'page.house(e)'),
  '$.people[*] ? (@.name == "Lorenz").roles[*] ? (@.role == "releaser")') x), '{t,f}', 'nor is offered to');
select is(t.read('brandl', 'releaser', format('page.house_handover(e, %L)', t.key('lorenz'))) #>> '{own,0,until}', '2024-05-31', 'what is handed over is said');
select t.do(t.house('brandl', 'house_hand_over', t.key('lorenz')));
select is((select array_agg(valid::text order by valid) from app.membership where person_id = t.person('lorenz') and role = 'releaser'
  and deputy_for is null and consultation_id is not null), '{"[2024-04-22,2024-04-25)","[2024-04-27,2024-06-01)"}',
  'the rest of it in that consultation, beside what the colleague may anyway');
select is((select count(*) from app.membership where deputy_for = t.person('brandl')), 0::bigint, 'the deputy in that name goes');
select is((select count(*) from app.membership where person_id = t.person('huber') and role = 'releaser' and upper_inf(valid)), 1::bigint, 'release of others stays');
select is((select array_agg(m.args ->> 'consultation') from app.mail m where m.template like '%hand%over%' and m.args ? 'consultation'), '{dachstrategie,dachstrategie}', 'both are told in what');

select * from finish();
rollback;
