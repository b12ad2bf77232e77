-- What the desk cuts and tags, in the database itself: where sentences end, which
-- parts there can be, what no role can take back, and what a text block becomes.
\ir t/setup.sql
select plan(22);

create function t.sentences(p_text text) returns text language sql as $$
  select coalesce(string_agg(app.cut(p_text, r), ' | ' order by n), '') from unnest(app.sentences_of(p_text)) with ordinality u(r, n)
$$;
select is(t.sentences('Die Länder bündeln das. Dabei ist Maß zu halten!'), 'Die Länder bündeln das. | Dabei ist Maß zu halten!', 'a full stop and a capital');
select is(t.sentences('Das gilt z. B. für Art. 28 Abs. 2 GG, § 5 Nr. 3. Danach nicht.'), 'Das gilt z. B. für Art. 28 Abs. 2 GG, § 5 Nr. 3. Danach nicht.', 'a number ends none');
select is(t.sentences('Bis zum 24. April gilt das. Vgl. dazu Beschluss 2023/44. Ende.'), 'Bis zum 24. April gilt das. | Vgl. dazu Beschluss 2023/44. | Ende.', 'days do not, references do');
select is(t.sentences('„Marktlösung vor Eigenlösung.“ So nicht! Oder? „Doch …“ (Siehe unten.) – Schluss'),
  '„Marktlösung vor Eigenlösung.“ | So nicht! | Oder? | „Doch …“ | (Siehe unten.) | – Schluss', 'quotes and brackets stay with theirs');
select is(t.sentences(e'Wir fordern:\n\n– Geld,\n– Zeit.\n'), 'Wir fordern: | – Geld, | – Zeit.', 'lines end one');
select is(t.sentences(''), '', 'nothing is in nothing');
select is(app.sentences_of(null), '{}', 'nor in no text');
select is(app.sentences_of('😀 Größe! Ja.'), array['[0,8)', '[9,12)']::int4range[], 'counted in code points');
select is(t.sentences('Ein Satz' || chr(160) || 'bleibt. ' || chr(8239) || 'Zwei.'), 'Ein Satz' || chr(160) || 'bleibt. | Zwei.', 'no white space around any');

select t.do(t.save('lorenz', 'K4.G2.5', 0, 'agree_changed', 'Größe 😀 zählt. Zweiter Satz.', '', 'Weil es hilft.'));
select t.do(t.release('lorenz', 'T-MV'));
select job.number_positions();
select t.do(t.act('sander', 'moderator', $$ action.cut_form(e, 'dachstrategie', 'R1-0001', '{"body-1": "1"}', null, '', '', '', '', null) $$));
create function t.part(p_change text) returns text language plpgsql as $$
begin
  execute 'insert into app.position (stage_id, organisation_id, number, part, kind, released_answer_id, target_id, body_range, proposal_range, released_at,
      sort_target, sort_key, stance, level, land_code, seat_status)
    select p.stage_id, p.organisation_id, p.number, 9, ''part'', p.released_answer_id, p.target_id, ' || p_change || ', p.released_at,
      p.sort_target, p.sort_key, p.stance, p.level, p.land_code, p.seat_status from app.position p where p.part = 0';
  return 'made';
exception when others then
  return sqlerrm;
end $$;
select is(t.part('int4range(0, 99), null'), 'selection_beyond', 'no part beyond its text');
select is(t.part('null, int4range(0, 1)'), 'selection_beyond', 'none of a text that is not there');
select is(t.part('int4range(3, 3), null'), 'selection_beyond', 'none of nothing');
select is(t.part('null, null'), 'selection_beyond', 'none without a passage');
select throws_ok($$ delete from app.position where part > 0 $$, 'CN409', 'immutable', 'a part stays');
select throws_ok($$ update app.position set body_range = int4range(0, 3) where part > 0 $$, 'CN409', 'immutable', 'as it was cut');
select throws_ok($$ update app.position set is_current = true where part = 0 $$, '23514', null, 'what is set aside does not count');
select throws_ok($$ delete from app.position_cut $$, 'CN409', 'immutable', 'the step stays');
select is(t.act('sander', 'moderator', $$ action.cut_undo(e, 'dachstrategie', 'R1-0001', 'R1-0001.1') $$) ? 'location', true, 'and is taken back');
select throws_ok($$ update app.position_cut set undone_at = null, undone_by = null $$, 'CN409', 'immutable', 'once and for all');

insert into app.text_block (consultation_id, name, body)
  select s.consultation_id, 'Muster', 'Zu {{Nummer}} ({{Fundstelle}}, Fassung {{Fassung}}): {{Kurzname}} {und so} { weiter.' from t.stage s;
set local search_path = app, pg_temp, public;
select is((select app.text_block_fill(b.body, s, (s.id, p.id, null)::app.weighed) from app.text_block b, app.stage s, app.position p
    where s.id = (select id from t.stage) and p.part = 0), 'Zu R1-0001 (K4.G2.5, Fassung 1): Mecklenburg-Vorpommern {und so} { weiter.', 'a text block is filled');
select lives_ok($$ select app.text_block_check(s, array_to_string(app.block_variables(s), ' ')) from app.stage s where s.id = (select id from t.stage) $$, 'all variables are known');
update app.organisation_name set name = 'Land {{Nummer}}' where short_name = 'Mecklenburg-Vorpommern';
select is((select app.text_block_fill('{{Organisation}}', s, (s.id, p.id, null)::app.weighed) from app.stage s, app.position p where s.id = (select id from t.stage) and p.part = 0),
  'Land {{Nummer}}', 'what is filled in is not filled again');

select * from finish();
rollback;
