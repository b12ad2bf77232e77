-- The second round as the house sees it.

-- One earlier answer beside what is asked now: its own words, the old and the
-- new wording compared, and what may be done with it.
create or replace function app.earlier_json(h app.house, e app.earlier, t app.target, a app.answer, p_with_words boolean) returns json
language plpgsql stable as $$
declare
  r app.released_answer := e.answer;
  v_old text := target_wording(e.earlier);
  v_new text := target_wording(t);
begin
  return json_build_object('n', e.n, 'relation', e.relation, 'key', (e.earlier).key, 'title', target_title(e.earlier),
    'stage', json_build_object('kind', (e.stage).kind, 'number', (e.stage).number, 'closes_at', (e.stage).closes_at),
    'kind', r.kind, 'stance', form_stance(r.kind, r.stance), 'body', r.body, 'proposal', r.proposal, 'reason', r.reason,
    'papers', papers_of(r.value), 'picked', picked_of(r.value), 'confidential', r.confidential, 'confidential_reason', r.confidential_reason,
    'joined', null, 'cuts', json_build_array(),
    'is_same_wording', v_old is not distinct from v_new,
    'wording', case when p_with_words and v_old is distinct from v_new then json_build_object(
      'diff_of', json_build_object('old', v_old, 'new', v_new)) end,
    'state', earlier_state(a.kind, a.stance, num_nonnulls(a.body, a.proposal, a.reason, a.value) > 0,
      a.content_hash is not distinct from answer_content_hash(earlier_content(r, t)) and a.id is not null));
end $$;

create or replace function app.answer_content_hash(c app.answer_content) returns bytea
language plpgsql immutable as $$
begin
  return answer_hash(c.kind, c.stance, c.body, c.proposal, c.reason, c.value);
end $$;

-- For the page of an answer; null where nothing was said before.
create or replace function app.answer_earlier(h app.house, t app.target, a app.answer) returns json
language plpgsql stable as $$
declare
  e app.earlier;
  v_list json[];
begin
  for e in select x.* from earlier_answers(h, t.id) x order by x.n loop
    v_list := v_list || earlier_json(h, e, t, a, true);
  end loop;
  return case when v_list is not null then json_build_object('answers', to_json(v_list),
    'is_several', cardinality(v_list) > 1, 'version', coalesce(a.version, 0)) end;
end $$;

-- „Aus der ersten Runde: 5 von 9 übernommen“: points with an offer, and those
-- that the draft takes up. Null where there is none.
create or replace function app.earlier_progress(h app.house) returns json
language plpgsql stable as $$
begin
  return (select case when count(*) > 0 then json_build_object('of', count(*), 'done', count(*) filter (where a.kind is not null),
      'href', '/consultations/' || h.slug || '/response/earlier') end
    from (select distinct e.target_id from earlier_answers(h) e) x
      left join answer a on a.response_id = h.response_id and a.target_id = x.target_id and a.organisation_id = h.organisation_id);
end $$;

-- The form begins with what was said there; nothing of it is saved yet.
create or replace function app.earlier_filled(h app.house, t app.target, a app.answer, p_n bigint) returns app.answer
language plpgsql stable as $$
declare
  r app.released_answer;
  c app.answer_content;
begin
  select (e.answer).* into r from earlier_answers(h, t.id) e where e.n = p_n;
  if r.id is not null then
    c := earlier_content(r, t);
    a.kind := c.kind;
    a.stance := c.stance;
    a.body := c.body;
    a.proposal := c.proposal;
    a.reason := c.reason;
    a.value := c.value;
    a.confidential := c.confidential;
    a.confidential_reason := c.confidential_reason;
  end if;
  return a;
end $$;
