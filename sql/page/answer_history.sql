-- The history of one answer: what it said, who wrote that and when, what each
-- text changed, and what bringing it back would change.

-- A text beside the one before it and what it would make of the present one:
-- the fields that any of them has. `before`, `now`: null where it is the same.
create or replace function app.entry_fields(o app.answer_content, p app.answer_content, n app.answer_content) returns json
language sql stable parallel safe as $$
  select coalesce(json_agg(json_build_object('name', x.name, 'body', x.body, 'before', app.field_change(x.name, y.body, x.body),
      'now', app.field_change(x.name, z.body, r.body), 'can_alone', x.name <> 'confidential_reason'
        and coalesce(x.body, '') not in ('nil', 'not_applicable')) order by x.place), '[]')
    from app.answer_fields(o) x join app.answer_fields(p) y using (place) join app.answer_fields(n) z using (place)
      join app.answer_fields(app.restored(n, o, null)) r using (place)
    where num_nonnulls(x.body, y.body, z.body) > 0
$$;

-- Who has signed this very text; the word counts again when it comes back.
create or replace function app.signers_of_text(p_answer_id bigint, c app.answer_content) returns json
language plpgsql stable as $$
begin
  return (select coalesce(json_agg(json_build_object('name', name_of(x.person_id), 'verdict', x.verdict, 'at', x.decided_at)
      order by x.decided_at), '[]')
    from cosign_request q join cosign x on x.request_id = q.id and x.undone_at is null and x.verdict <> 'return'
    where q.answer_id = p_answer_id and q.withdrawn_at is null
      and q.content_hash = answer_hash(c.kind, c.stance, c.body, c.proposal, c.reason, c.value));
end $$;

create or replace function app.history_entries(h app.house, a app.answer, p_all boolean, p_after text, p_most int) returns json
language plpgsql stable as $$
begin
  return (with k as materialized (select x.*, row_number() over () as n
      from history_keys(a.id, h.organisation_id, p_all) x),
    shown as (select x.*, (select min(y.n) from k y where y.n > x.n and y.source <> 'refused') as before
      from k x where x.n > coalesce((select y.n from k y where y.key = p_after), 0) order by x.n limit p_most)
    select coalesce(json_agg(json_build_object('key', e.key, 'source', e.source, 'number', e.number, 'at', e.written_at,
        'by', name_of(e.author_id), 'is_first', b.key is null, 'is_present', restored(content_of(a), e.content, null) is not distinct from content_of(a),
        'is_changed', e.content is distinct from b.content, 'signers', signers_of_text(a.id, e.content),
        'fields', entry_fields(e.content, b.content, content_of(a)))
        order by s.n), '[]')
      from shown s cross join lateral history_entry(a.id, h.organisation_id, s.key) e
        left join k on k.n = s.before
        left join lateral history_entry(a.id, h.organisation_id, k.key) b on true);
end $$;

-- The working text beside the last one that stood before it.
create or replace function app.present_json(h app.house, a app.answer, p_before text) returns json
language plpgsql stable as $$
declare
  b app.history_entry;
begin
  select x.* into b from history_entry(a.id, h.organisation_id, p_before) x;
  return json_build_object('version', coalesce(a.version, 0), 'is_empty', a.kind is null, 'at', a.changed_at,
    'by', case when a.id is not null then name_of(a.author_id) end, 'is_first', b.key is null,
    'is_changed', b.content is distinct from content_of(a),
    'signers', case when a.id is null then '[]'::json else signers_of_text(a.id, content_of(a)) end,
    'fields', entry_fields(content_of(a), b.content, content_of(a)));
end $$;

create or replace function page.answer_history(p_me app.caller, p_consultation text, p_target text,
  p_show text, p_after text) returns json
language plpgsql stable security definer set search_path = app, pg_temp
set plan_cache_mode = force_generic_plan as $$
declare
  c_most constant int := 10;
  h app.house := house(p_me, p_consultation);
  t app.target;
  a app.answer;
  v_all boolean := coalesce(p_show = 'steps', false);
  v_entries json;
begin
  select x.* into t from target x where x.stage_id = h.stage_id and x.key = p_target;
  if not found then
    return null;
  end if;
  select x.* into a from answer x where x.response_id = h.response_id and x.target_id = t.id
    and x.organisation_id = p_me.organisation_id;
  v_entries := history_entries(h, a, v_all, p_after, c_most + 1);
  return json_build_object(
    'frame', frame_of(p_me, h, 'response'),
    'consultation', consultation_json(h.consultation_id),
    'organisation', organisation_json(h.organisation_id),
    'target', json_build_object('key', t.key, 'title', target_title(t), 'href', '/consultations/' || h.slug
      || '/response/answers/' || t.key),
    'answer', answer_json(a, h, state_here(h, a)),
    'present', present_json(h, a, (select k.key from history_keys(a.id, h.organisation_id, v_all) k
      where k.source <> 'refused' limit 1)),
    'entries', (select coalesce(json_agg(x order by n), '[]') from json_array_elements(v_entries) with ordinality u (x, n)
      where n <= c_most),
    'next', case when json_array_length(v_entries) > c_most then v_entries -> (c_most - 1) ->> 'key' end,
    'is_first', p_after is null,
    'is_all', v_all,
    'step_days', (select c.days from retention_class c where c.key = 'answer_step'),
    'can', json_build_object('edit', h.can_edit),
    'closed_reason', closed_reason(h));
end $$;
