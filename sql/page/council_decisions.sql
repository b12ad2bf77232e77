-- What cites a Beschluss (all of them for null), in the published editions; a
-- requirement is named by its user group.
create or replace function app.citations(p_council_decision_id bigint)
returns table (council_decision_id bigint, list json)
language plpgsql stable as $$
begin
  return query select c.council_decision_id, json_agg(json_build_object('key', i.key, 'kind', i.kind,
      'title', coalesce(v.title, u.title, v.body), 'relation', c.relation, 'footnote', f.number,
      'edition', e.number, 'href', '/consultations/' || s.slug || '/items/' || coalesce(ui.key, i.key)
        || case when ui.id is not null then '#' || i.key else '' end)
      order by s.id desc, e.number desc, f.number, v.id)
    from citation c join item_version v on v.id = c.item_version_id join item i on i.id = v.item_id
      left join item_version u on u.id = v.parent_id left join item ui on ui.id = u.item_id
      left join footnote f on f.id = c.footnote_id
      join edition e on e.id = c.edition_id and e.state = 'published'
      join consultation s on s.id = e.consultation_id
    where p_council_decision_id is null or c.council_decision_id = p_council_decision_id
    group by c.council_decision_id;
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
