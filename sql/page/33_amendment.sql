-- Proposals for the wording of an item: what was released and counts.

-- The wording that answers on this target are about; null but for items.
create or replace function app.wording_of(p_item_version_id bigint) returns text
language plpgsql stable as $$
begin
  return (select coalesce(v.body, v.title) from item_version v where v.id = p_item_version_id);
end $$;

-- One row for each organisation and proposal, in the order of all lists; what an
-- answer proposes stays one proposal when it is cut.
create or replace function app.amendment_rows(p_stage_id bigint, p_item_version_id bigint)
returns table (n bigint, target text, proposal text, code text, name text, short_name text, level text,
  seat_status text, land_code text, stance text, reason text, confidential boolean, released_at timestamptz)
language plpgsql stable as $$
begin
  return query select row_number() over (order by v.sort_key, o.code, t.position), t.key::text, ra.proposal::text,
      o.code::text, v.organisation_name::text, v.organisation_short_name::text, v.level::text, v.seat_status::text,
      v.land_code, coalesce(ra.stance::text, 'no_position'), ra.reason::text, ra.confidential, v.released_at
    from target t cross join lateral whole_positions(t.id) p
      join released_answer ra on ra.id = p.released_answer_id
      join version_answer va on va.released_answer_id = ra.id
      join current_version c on c.response_version_id = va.response_version_id
      join response_version v on v.id = c.response_version_id
      join organisation o on o.id = v.organisation_id
    where t.stage_id = p_stage_id and t.item_version_id = p_item_version_id and ra.proposal is not null;
end $$;

-- Proposals with the same text are one, with all that made it; its key is the
-- code of the first of them. p_chosen: keys to be read together.
create or replace function app.amendment_variants(p_stage_id bigint, p_item_version_id bigint, p_consultation text,
  p_chosen json, p_after text, p_limit int, out variants json, out last text)
language plpgsql stable as $$
begin
  with r as materialized (select * from amendment_rows(p_stage_id, p_item_version_id)),
    g as (select r.proposal, min(r.n) as n, (array_agg(r.code order by r.n))[1] as key,
        string_agg(r.short_name, ', ' order by r.n) as name,
        json_agg(json_build_object('code', r.code, 'name', r.name, 'level', r.level, 'seat_status', r.seat_status,
          'stance', r.stance, 'kind', 'answered', 'reason', r.reason, 'confidential', r.confidential,
          'released_at', r.released_at, 'href', '/consultations/' || p_consultation || '/submissions/' || r.code
            || '#' || r.target) order by r.n) as organisations
      from r group by r.proposal),
    x as (select g.*, row_number() over (order by g.n) as place from g
      where g.n > coalesce((select min(r.n) from r where r.code = p_after), 0) order by g.n limit p_limit + 1)
  select coalesce(json_agg(json_build_object('key', x.key, 'name', x.name, 'text', x.proposal,
      'is_chosen', x.key in (select json_array_elements_text(p_chosen)), 'organisations', x.organisations)
      order by x.n) filter (where x.place <= p_limit), '[]'),
    case when max(x.place) > p_limit then max(x.key) filter (where x.place = p_limit) end
    into variants, last from x;
end $$;

-- Items that have proposals, in the order of the paper.
create or replace function app.amended_items(p_stage_id bigint, p_consultation text) returns json
language plpgsql stable as $$
begin
  return (select coalesce(json_agg(json_build_object('key', x.key, 'kind', x.kind, 'title', x.title,
      'proposals', x.proposals, 'variants', x.variants,
      'href', '/consultations/' || p_consultation || '/amendments/' || x.key) order by x.place), '[]')
    from (select i.key, i.kind, v.title, min(t.position) as place, count(*) as proposals,
        count(distinct ra.proposal) as variants
      from target t join item_version v on v.id = t.item_version_id join item i on i.id = v.item_id
        cross join lateral whole_positions(t.id) p
        join released_answer ra on ra.id = p.released_answer_id
        join version_answer va on va.released_answer_id = ra.id
        join current_version c on c.response_version_id = va.response_version_id
      where t.stage_id = p_stage_id and ra.proposal is not null
      group by i.id, v.id) x);
end $$;

-- Where its proposals stand side by side; null when there are none.
create or replace function app.amendment_link(p_stage_id bigint, p_item_version_id bigint, p_consultation text)
returns json
language plpgsql stable as $$
begin
  return (select json_build_object('proposals', count(*), 'variants', count(distinct r.proposal),
      'href', '/consultations/' || p_consultation || '/amendments/' || (select i.key from item_version v
        join item i on i.id = v.item_id where v.id = p_item_version_id))
    from amendment_rows(p_stage_id, p_item_version_id) r having count(*) > 0);
end $$;
