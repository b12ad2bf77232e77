-- The canonical forms against the vectors that C is held to as well.
\ir t/setup.sql
\set file `cat "$SQL_TESTS/../fixtures/canon.json"`
create table t.canon as select (:'file')::json as doc;
select plan(6);

select is_empty($$
  select a ->> 'name' from t.canon, json_array_elements(doc -> 'answers') a
    cross join lateral json_to_record(a -> 'answer')
      as x (kind text, stance text, body text, proposal text, reason text, value text)
    where app.answer_canon(x.kind, x.stance, x.body, x.proposal, x.reason, x.value) <> a ->> 'canon'
      or encode(app.canon_hash(app.answer_canon(x.kind, x.stance, x.body, x.proposal, x.reason, x.value)),
        'hex') <> a ->> 'sha256' $$, 'answers');

select is_empty($$
  select v ->> 'name' from t.canon, json_array_elements(doc -> 'terms') v
    cross join lateral json_to_record(v -> 'terms') as x (answer text, confidential text, cuts text[])
    where encode(app.terms_hash(decode(x.answer, 'hex'), x.confidential, nullif(x.cuts, '{}')), 'hex') <> v ->> 'sha256' $$,
  'what answers are released under');

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

select is_empty($$
  select v ->> 'name' from t.canon, json_array_elements(doc -> 'entries') v
    cross join lateral json_to_record(v -> 'entry') as x (epoch int, xid text, id bigint, at timestamptz,
      person bigint, organisation bigint, act text, kind text, object bigint, before text, after text,
      amount bigint, request text)
    cross join lateral (select row(x.epoch, x.xid::xid8, x.id, x.at, x.person, x.organisation, x.act, x.kind,
      x.object, decode(x.before, 'hex'), decode(x.after, 'hex'), x.request, x.amount)::app.audit as a) e
    where app.entry_canon(e.a) <> v ->> 'canon' or encode(app.entry_hash(e.a), 'hex') <> v ->> 'sha256' $$,
  'entries of the audit log');

select is_empty($$
  select v ->> 'name' from t.canon, json_array_elements(doc -> 'blocks') v
    cross join lateral json_to_record(v -> 'block') as x (number bigint, epoch int, xid_from text, xid_to text,
      entry_count int, previous text, entries text, sealed_at timestamptz, key text)
    cross join lateral (select row(x.number, x.epoch, x.xid_from::xid8, x.xid_to::xid8, x.entry_count,
      decode(x.previous, 'hex'), decode(x.entries, 'hex'), sha256(''), x.sealed_at, x.key, ''::bytea, 1)
      ::app.audit_block as b) k
    where app.block_canon(k.b) <> v ->> 'canon'
      or encode(app.canon_hash(app.block_canon(k.b)), 'hex') <> v ->> 'sha256' $$, 'blocks of its chain');

select * from finish();
rollback;
