-- A consultation made at the desk: from a template or anew, its words changed, and nobody's before its paper is published.
\ir t/setup.sql
select plan(18);
create function t.error(r jsonb) returns text language sql as $$
  select concat_ws(' ', r ->> 'state', r ->> 'error', nullif(r ->> 'field', ''))
$$;
create function t.make(p_slug text, p_title text, p_template text, p_publish boolean default false) returns jsonb language sql as $$
  select t.act('sander', 'moderator', format('action.consultation_create(e, %L, %L, %L, %L, %L, %L, %L, %L, %L, %L)', p_slug, p_title, '',
    'Nah dran.', 'Diskussionsgrundlage', e'Dach\n\nStrategie', '01.05.2024', p_template, false, p_publish))
$$;
update app.edition set state = 'published', published_at = now(), content_hash = sha256('x') where id = (select id from t.edition);
select is(t.error(t.make('', 'Neu', null)), 'CN422 required slug', 'an address is needed');
select is(t.error(t.make('Neu 2024', 'Neu', null)), 'CN422 bad_slug slug', 'of small letters');
select is(t.error(t.make('new', 'Neu', null)), 'CN422 bad_slug slug', 'that is no page');
select is(t.error(t.make('a.b', 'Neu', null)), 'CN422 bad_slug slug', 'and no stage');
select is(t.error(t.make('dachstrategie', 'Neu', null)), 'CN422 slug_taken slug', 'and is free');
select is(t.error(t.make('neu-2024', ' ', null)), 'CN422 required title', 'as is a title');
select is(t.error(t.make('neu-2024', 'Neu', 'nichts')), 'CN422 bad_choice template', 'a template that exists');
select is(t.error(t.make('neu-2024', 'Neu', null, true)), 'CN422 publish_empty publish', 'nothing is not published');
select is(t.make('neu-2024', 'Neu', 'dachstrategie') ->> 'consultation', 'neu-2024', 'made from the template');
create view t.new as select c.*, e.id as edition_id, e.state from app.consultation c join app.edition e on e.consultation_id = c.id where c.slug = 'neu-2024';
select is((select concat_ws(' ', n.state, (select count(*) from app.item_version v where v.edition_id = n.edition_id), (select count(*) from app.question_version v where v.edition_id = n.edition_id),
  (select count(*) from app.item i where i.consultation_id = n.id)) from t.new n), 'draft 4 2 4', 'its paper is there, as a draft of its own');
select is((select aliases from t.new), '{Dach,Strategie}', 'its other names too');
select is(t.read(null, 'public', $$page.consultation(e, 'neu-2024')$$), null, 'nobody sees it');
select is(t.read('sander', 'public', $$page.consultation(e, 'neu-2024')$$) #>> '{consultation,title}', 'Neu', 'but the moderators');
select is(t.read(null, 'public', $$page.start(e)$$) #>> '{consultation,slug}', 'dachstrategie', 'the start page stays');
select is(t.make('neu-2025', 'Neu', 'dachstrategie', true) ->> 'consultation', 'neu-2025', 'one that is published unchanged');
select is(t.read(null, 'public', $$page.consultation(e, 'neu-2025')$$) #>> '{edition,number}', '1', 'everybody reads');
select is(t.act('sander', 'moderator', $$action.consultation_save(e, 'neu-2024', 1, 'Neuer', '', '', 'Entwurf', '')$$) ->> 'version', '2', 'its words change');
select is(t.error(t.act('sander', 'moderator', $$action.consultation_save(e, 'neu-2024', 1, 'Neuer', '', '', 'Entwurf', '')$$)), 'CN409 consultation_changed', 'and no old form undoes it');
select * from finish();
rollback;
