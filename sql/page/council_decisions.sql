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

create or replace function page.council_decisions(p_me app.caller) returns json
language plpgsql stable security definer set search_path = app, pg_temp
set plan_cache_mode = force_generic_plan as $$
begin
  return json_build_object(
    'frame', frame(p_me, null, null),
    'rows', (select coalesce(json_agg(json_build_object('ref', d.ref, 'href', '/council-decisions/' || d.ref,
        'year', d.year, 'note', d.note, 'status', d.status, 'cited_by', coalesce(c.list, '[]'))
        order by d.year desc, d.number desc, d.ref), '[]')
      from (select * from council_decision order by year desc, number desc, ref limit 1000) d
        left join citations(null) c on c.council_decision_id = d.id));
end $$;
