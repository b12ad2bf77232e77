-- What an answer was taken over from, as pages say it.

create or replace function app.join_json(p_released_answer_id bigint, p_is_adopted boolean) returns json
language plpgsql stable as $$
declare
  x app.origin := origin_of(p_released_answer_id);
begin
  return json_build_object('kind', case when p_is_adopted then 'adopted' else 'deviates' end, 'code', x.code, 'name', x.name,
    'short_name', x.short_name, 'version', x.version, 'state', x.state, 'new_version', x.new_version);
end $$;

-- The answers of a draft or of a released version that come from another house.
create or replace function app.joins_of(p_response_id bigint, p_organisation_id bigint, p_version_id bigint)
returns table (target_id bigint, joined json)
language plpgsql stable rows 10 as $$
begin
  if p_version_id is null then
    return query select d.target_id, join_json(d.released_answer_id, is_adopted(a, d))
      from adoption d join answer a on a.id = d.answer_id
      where d.response_id = p_response_id and d.organisation_id = p_organisation_id and a.kind is not null;
  else
    return query select va.target_id, join_json(coalesce(ra.deviates_from_id, ra.id), va.adopted)
      from version_answer va join released_answer ra on ra.id = va.released_answer_id
        and (va.adopted or ra.deviates_from_id is not null)
      where va.response_version_id = p_version_id and va.organisation_id = p_organisation_id;
  end if;
end $$;

-- Whom a draft or a version has joined, with how many answers; null for nobody.
-- is_new: a version of theirs that the house has not seen or not answered yet.
create or replace function app.houses_joined(p_slug text, p_response_id bigint, p_organisation_id bigint, p_version_id bigint)
returns json
language plpgsql stable as $$
begin
  return (select json_agg(json_build_object('code', x.code, 'name', x.name, 'short_name', x.short_name, 'version', x.version,
      'adopted', x.adopted, 'deviates', x.deviates, 'state', x.state, 'new_version', x.new_version, 'is_new', x.is_new,
      'href', case when x.state in ('current', 'newer') then '/consultations/' || p_slug || '/response/joinable/' || x.code end)
      order by x.name)
    from (select y.code, max(y.name) as name, max(y.short_name) as short_name,
        coalesce(max(y.version) filter (where y.state = 'newer'), max(y.version)) as version,
        count(*) filter (where y.is_adopted) as adopted, count(*) filter (where not y.is_adopted) as deviates,
        case when bool_or(y.state = 'newer') then 'newer' else max(y.state) end as state, max(y.new_version) as new_version,
        coalesce(bool_or(y.new_version > coalesce(y.stays_at, 0)), false) as is_new
      from (select (origin_of(d.released_answer_id)).*, is_adopted(a, d) as is_adopted, d.stays_at
          from adoption d join answer a on a.id = d.answer_id
          where p_version_id is null and d.response_id = p_response_id and d.organisation_id = p_organisation_id
            and a.kind is not null
        union all select (origin_of(coalesce(ra.deviates_from_id, ra.id))).*, va.adopted, null
          from version_answer va join released_answer ra on ra.id = va.released_answer_id
            and (va.adopted or ra.deviates_from_id is not null)
          where va.response_version_id = p_version_id and va.organisation_id = p_organisation_id) y
      group by y.code) x);
end $$;

-- The answer page: what the own text was taken over from and where it differs.
create or replace function app.answer_join(h app.house, a app.answer) returns json
language plpgsql stable as $$
declare
  d app.adoption;
  o app.released_answer;
  x app.origin;
begin
  select y.* into d from adoption y where y.answer_id = a.id and y.organisation_id = h.organisation_id;
  if d.answer_id is null or a.kind is null then
    return null;
  end if;
  select y.* into o from released_answer y where y.id = d.released_answer_id;
  x := origin_of(o.id);
  return json_build_object('kind', case when is_adopted(a, d) then 'adopted' else 'deviates' end, 'code', x.code,
    'name', x.name, 'short_name', x.short_name, 'version', x.version, 'state', x.state, 'new_version', x.new_version,
    'is_new', coalesce(x.new_version > coalesce(d.stays_at, 0), false),
    'href', case when x.state in ('current', 'newer') then '/consultations/' || h.slug || '/response/joinable/' || x.code end,
    'fields', answer_changes(o, a));
end $$;

-- Where an own answer differs from an offered one, words to be compared.
create or replace function app.answer_changes(o app.released_answer, a app.answer) returns json
language plpgsql stable as $$
begin
  return array_of(field_change('stance', form_stance(o.kind, o.stance), form_stance(a.kind, a.stance)),
    field_change('body', o.body, a.body), field_change('proposal', o.proposal, a.proposal),
    field_change('reason', o.reason, a.reason),
    field_change('papers', value_text(o.value), value_text(a.value)),
    field_change('confidential_reason', null, a.confidential_reason));
end $$;

-- What joining is about on the overview: whom the house has joined, how many it
-- could join, how many have joined it.
create or replace function app.response_join(h app.house) returns json
language plpgsql stable as $$
begin
  return json_build_object(
    'joins', coalesce(houses_joined(h.slug, h.response_id, h.organisation_id, null), '[]'),
    'offers', (select count(*) from joinable_versions(h.stage_id, null, null, 1000)),
    'joined_by', joined_count(h.response_id),
    'href', '/consultations/' || h.slug || '/response/joinable');
end $$;
