-- The canonical forms against the vectors that C is held to as well.
\ir t/setup.sql
\set file `cat "$SQL_TESTS/../fixtures/canon.json"`
create table t.canon as select (:'file')::json as doc;
select plan(3);

select is_empty($$
  select a ->> 'name' from t.canon, json_array_elements(doc -> 'answers') a
    cross join lateral json_to_record(a -> 'answer')
      as x (kind text, stance text, body text, proposal text, reason text, value text)
    where app.answer_canon(x.kind, x.stance, x.body, x.proposal, x.reason, x.value) <> a ->> 'canon'
      or encode(app.canon_hash(app.answer_canon(x.kind, x.stance, x.body, x.proposal, x.reason, x.value)),
        'hex') <> a ->> 'sha256' $$, 'answers');

select is_empty($$
  select w ->> 'canon' from t.canon, json_array_elements(doc -> 'wordings') w
    cross join lateral json_to_record(w -> 'fields')
      as x (title text, body text, shape text, sub_items text, summary text)
    where encode(case w ->> 'kind'
      when 'item' then app.item_hash(x.title, x.body)
      when 'question' then app.question_hash(x.body, x.shape, x.sub_items::jsonb)
      when 'chapter' then app.chapter_hash(x.title, x.summary) end, 'hex') is distinct from w ->> 'sha256' $$,
  'wordings of items, questions and chapters');

select is_empty($$
  select r ->> 'name' from t.canon, json_array_elements(doc -> 'responses') r
    cross join lateral json_to_record(r -> 'response')
      as x (stage text, organisation text, level text, number int, publication text, nil_rest boolean, rows json)
    where encode(app.canon_hash(
      app.response_head(x.stage, x.organisation, x.level, x.number, x.publication, x.nil_rest)
      || coalesce((select string_agg((j ->> 'key') || ' ' || (j ->> 'wording') || ' ' || (j ->> 'answer') || e'\n',
        '' order by (j ->> 'key') collate "C") from json_array_elements(x.rows) j), '')), 'hex')
      <> r ->> 'sha256' $$, 'responses');

select * from finish();
rollback;
