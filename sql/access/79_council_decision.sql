-- Numbers of Beschlüsse as people write them, and what refuses them.

-- What stands behind the number since mid 2025.
create or replace function app.council_suffixes() returns text[]
language sql immutable parallel safe as $$
  select array['IT']
$$;

-- ref: as it is stored. Else code says why not, and near what was meant, where
-- that can be told: 2024/4 is near 2024/04, 2024-40 near 2024/40.
create or replace function app.council_ref(p_text text, out ref text, out code text, out near text)
language plpgsql stable set search_path = app, pg_temp as $$
declare
  v_text text := upper(regexp_replace(btrim(coalesce(p_text, '')), '^(Beschluss|Nr\.?|\s)+', '', 'i'));
  v_flat text := regexp_replace(v_text, '\s', '', 'g');
  m text[] := regexp_match(v_flat, '^(B?)([-–—]?)(\d{4}|\d{2})([/\\–—.:-])(\d{1,3})(?:([-–—/]?)([A-ZÄÖÜ][A-ZÄÖÜ0-9]{0,5}))?$');
  v_year text;
  v_number text;
begin
  if m is null then
    code := 'ref_form';
    return;
  end if;
  v_year := case when char_length(m[3]) = 2 then '20' || m[3] else m[3] end;
  v_number := lpad(ltrim(m[5], '0'), greatest(2, char_length(ltrim(m[5], '0'))), '0');
  near := case when m[1] = '' and m[7] is null then v_year || '/' || v_number
    else format('B-%s/%s-%s', v_year, v_number, coalesce(m[7], 'IT')) end;
  code := case when v_number = '00' then 'ref_form'
    when v_year::int < 2010 or v_year::int > extract(year from today()) + 2 then 'ref_year'
    when char_length(m[3]) = 2 then 'ref_short_year'
    when m[4] <> '/' then 'ref_slash'
    when char_length(m[5]) < 2 then 'ref_zero'
    when m[5] <> v_number then 'ref_zeros'
    when m[1] = '' and m[7] is not null then 'ref_b'
    when m[1] = 'B' and m[7] is null then 'ref_suffix_missing'
    when m[1] = 'B' and not m[7] = any (council_suffixes()) then 'ref_suffix'
    when m[1] = 'B' and (m[2] <> '-' or m[6] <> '-') then 'ref_dash' end;
  if code in ('ref_form', 'ref_year') then
    near := null;
  elsif code = 'ref_suffix' then
    near := format('B-%s/%s-IT', v_year, v_number);
  elsif code is null then
    ref := near;
    near := null;
  end if;
end $$;

-- The number of a form; null when the field is empty.
create or replace function app.read_council_ref(p_text text, p_field text) returns text
language plpgsql stable set search_path = app, pg_temp as $$
declare
  r record;
begin
  if coalesce(btrim(p_text), '') = '' then
    return null;
  end if;
  select * into r from council_ref(p_text);
  if r.code is not null then
    perform fail('CN422', r.code, p_field, json_build_object('value', left(btrim(p_text), 40), 'near', r.near));
  end if;
  return r.ref;
end $$;

-- Its row, entered with the number alone where it is new: whoever names a
-- Beschluss need not have recorded it before.
create or replace function app.council_decision_id(p_ref text) returns bigint
language plpgsql volatile set search_path = app, pg_temp as $$
declare
  m text[] := regexp_match(p_ref, '(\d{4})/(\d+)');
  v_id bigint;
begin
  if p_ref is null then
    return null;
  end if;
  insert into council_decision (ref, year, number, status) values (p_ref, m[1]::int, m[2]::int, 'to_check')
    on conflict (ref) do nothing;
  select d.id into v_id from council_decision d where d.ref = p_ref;
  return v_id;
end $$;

-- Where the council has published it: by the pattern of its site, which is known
-- for the older numbers, or as entered. Only when a person has compared it.
create or replace function app.council_address(d app.council_decision) returns text
language sql immutable parallel safe as $$
  select case when d.status = 'verified' then coalesce(d.address, case when d.ref ~ '^\d'
    then 'https://www.it-planungsrat.de/beschluss/beschluss-' || replace(d.ref, '/', '-') end) end
$$;

create or replace function app.council_decision_of(p_year text, p_number text) returns app.council_decision
language plpgsql stable set search_path = app, pg_temp as $$
declare
  d app.council_decision;
begin
  select x.* into d from council_decision x where x.ref = p_year || '/' || p_number;
  if not found then
    perform fail('CN404', 'not_found');
  end if;
  return d;
end $$;

-- The one organisation somebody means, of all that there are or were.
create or replace function app.any_organisation(p_text text, p_field text) returns bigint
language plpgsql stable set search_path = app, pg_temp as $$
declare
  v_text text := lower(btrim(coalesce(p_text, '')));
  v_ids bigint[];
begin
  if v_text = '' then
    perform fail('CN422', 'required', p_field);
  end if;
  select array_agg(distinct n.organisation_id) into v_ids
    from organisation_name n join organisation o on o.id = n.organisation_id
    where v_text in (lower(o.code), lower(n.name), lower(n.short_name));
  if v_ids is null then
    perform fail('CN422', 'organisation_unknown', p_field);
  elsif cardinality(v_ids) > 1 then
    perform fail('CN422', 'organisation_many', p_field, json_build_object('count', cardinality(v_ids),
      'names', (select string_agg(o.code, ', ' order by o.code) from organisation o where o.id = any (v_ids))));
  end if;
  return v_ids[1];
end $$;

-- For fields with suggestions.
create or replace function app.all_organisation_names() returns json
language plpgsql stable set search_path = app, pg_temp as $$
begin
  return (select coalesce(json_agg(x.short_name order by x.sort_name), '[]')
    from (select n.short_name, n.sort_name from organisation o join organisation_name n on n.organisation_id = o.id
      where n.valid @> today() and o.valid @> today() order by n.sort_name limit 300) x);
end $$;
