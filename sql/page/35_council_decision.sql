-- Helpers of the register of Beschlüsse.

-- A title is shown to everybody once a person has compared it.
create or replace function app.council_decision_json(d app.council_decision, p_desk boolean) returns json
language sql stable as $$
  select json_build_object('ref', d.ref, 'href', '/council-decisions/' || d.ref, 'year', d.year, 'number', d.number,
    'title', case when d.status = 'verified' or p_desk then d.title end, 'session_number', d.session_number,
    'decided_on', d.decided_on, 'note', d.note, 'status', d.status, 'address_href', council_address(d),
    'checked_on', (d.checked_at at time zone 'Europe/Berlin')::date,
    'effects', case when d.effects <> '[]' then d.effects end,
    'is_repealed', d.effects @> '[{"clauses": null}]' and exists (select from jsonb_array_elements(d.effects) e
      where e ->> 'clauses' is null and e ->> 'kind' in ('repeals', 'replaces')))
$$;

-- What it does to earlier ones.
create or replace function app.council_decision_acts(p_id bigint) returns json
language plpgsql stable as $$
begin
  return (select coalesce(json_agg(json_build_object('ref', t.ref, 'href', '/council-decisions/' || t.ref,
      'kind', l.kind, 'clauses', l.clauses, 'since', l.since) order by t.ref, l.id), '[]')
    from council_decision_link l join council_decision t on t.id = l.to_id where l.from_id = p_id);
end $$;

-- What cites a Beschluss (all of them for null): each item once, from the last
-- published edition that does; a requirement is named by its user group.
create or replace function app.citations(p_council_decision_id bigint)
returns table (council_decision_id bigint, list json)
language plpgsql stable as $$
begin
  return query select c.decision_id, json_agg(json_build_object('key', c.key, 'kind', c.kind, 'title', c.title,
      'relation', c.relation, 'footnote', c.footnote, 'edition', c.edition, 'is_older', c.edition < c.last,
      'href', '/consultations/' || c.slug || '/items/' || coalesce(c.group_key, c.key)
        || case when c.edition < c.last then '?edition=' || c.edition else '' end || coalesce('#' || nullif(c.key, c.group_key), ''))
      order by c.consultation_id desc, c.edition desc, c.footnote, c.version_id)
    from (select x.council_decision_id as decision_id, i.key, i.kind, coalesce(v.title, u.title, v.body) as title, x.relation,
          f.number as footnote, e.number as edition, (edition_last(s.id)).number as last, s.slug, ui.key as group_key,
          s.id as consultation_id, v.id as version_id,
          rank() over (partition by x.council_decision_id, i.id order by e.number desc) as place
        from citation x join item_version v on v.id = x.item_version_id join item i on i.id = v.item_id
          left join item_version u on u.id = v.parent_id left join item ui on ui.id = u.item_id
          left join footnote f on f.id = x.footnote_id
          join edition e on e.id = x.edition_id and e.state = 'published'
          join consultation s on s.id = e.consultation_id
        where p_council_decision_id is null or x.council_decision_id = p_council_decision_id) c
    where c.place = 1 group by c.decision_id;
end $$;

-- Those of a filter, the newest first. p_q: a number or a part of it, or words of
-- the title; of titles that nobody has compared only at the desk.
create or replace function app.council_decision_rows(p_q text, p_state text, p_desk boolean)
returns setof app.council_decision
language plpgsql stable as $$
declare
  v_ref text := (council_ref(p_q)).ref;
  v_q text := lower(btrim(p_q));
begin
  return query select d.* from council_decision d
    where (p_q is null or d.ref = v_ref or position(v_q in lower(d.ref)) > 0
        or position(v_q in lower(d.title)) > 0 and (p_desk or d.status = 'verified'))
      and (p_state is null or case p_state when 'cited' then exists (select from citation c
            join edition e on e.id = c.edition_id and e.state = 'published' where c.council_decision_id = d.id)
          when 'affected' then d.effects <> '[]'
          when 'to_check' then d.status = 'to_check' when 'verified' then d.status = 'verified' else false end)
    order by d.year desc, d.number desc, d.ref limit 1000;
end $$;

-- What was said for the minutes, of one Beschluss or all; what was withdrawn, at
-- the desk only.
create or replace function app.protocol_statements(p_council_decision_id bigint, p_desk boolean) returns json
language plpgsql stable as $$
begin
  return (select coalesce(json_agg(json_build_object('key', x.key, 'organisation', x.organisation_name, 'body', x.body,
      'note', x.note, 'stated_on', x.stated_on, 'session_number', x.session_number, 'ref', d.ref,
      'href', '/council-decisions/' || d.ref, 'withdrawn_on', (x.withdrawn_at at time zone 'Europe/Berlin')::date,
      'withdrawn_reason', x.withdrawn_reason) order by x.stated_on desc nulls last, x.id), '[]')
    from (select p.* from protocol_statement p
      where (p_council_decision_id is null or p.council_decision_id = p_council_decision_id)
        and (p_desk or p.withdrawn_at is null) order by p.stated_on desc nulls last, p.id limit 500) x
      left join council_decision d on d.id = x.council_decision_id);
end $$;
