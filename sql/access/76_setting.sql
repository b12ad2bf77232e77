-- What the operator says about himself. Settings of the environment and the
-- templates give the defaults; app.setting 'operator' stands above them, and
-- 'operator.draft' is what somebody is preparing.
create or replace function app.operator_fields() returns text[]
language sql immutable parallel safe as $$
  select array['operator_name', 'operator_address', 'represented_by', 'contact_mail', 'contact_phone', 'register',
    'responsible', 'privacy_officer', 'privacy_purpose', 'privacy_basis', 'privacy_recipients', 'privacy_rights',
    'privacy_authority', 'privacy_freedom', 'accessibility_contact', 'enforcement_body',
    'accessibility_status', 'accessibility_gaps', 'accessibility_method', 'accessibility_on', 'accessibility_law', 'sign_href',
    'easy_language']
$$;

-- All fields, those that nobody has set as null.
create or replace function app.operator_texts(p_key text) returns jsonb
language plpgsql stable set search_path = app, pg_temp as $$
declare
  v jsonb := coalesce((select s.value from setting s where s.key = p_key), '{}');
begin
  return (select jsonb_object_agg(f, v ->> f) from unnest(operator_fields()) f);
end $$;

create or replace function app.operator_hash(p_texts jsonb) returns bytea
language plpgsql immutable set search_path = app, pg_temp as $$
begin
  return canon_hash((select string_agg(canon_field(f, p_texts ->> f), '' order by n)
    from unnest(operator_fields()) with ordinality x (f, n)));
end $$;

create or replace function app.retention_days() returns json
language plpgsql stable set search_path = app, pg_temp as $$
begin
  return (select json_object_agg(c.key, c.days) from retention_class c);
end $$;

-- One value of app.setting, and its entry in the log: hashes, never the words.
create or replace function app.set_setting(p_me app.caller, p_key text, p_value jsonb) returns void
language plpgsql volatile set search_path = app, pg_temp as $$
declare
  v_old jsonb := (select s.value from setting s where s.key = p_key);
begin
  if v_old is not distinct from p_value then
    return;
  end if;
  insert into setting as s (key, value) values (p_key, p_value)
    on conflict (key) do update set value = excluded.value;
  perform audit(p_me, 'setting.change', 'setting', hashtextextended(p_key, 0) & 2147483647,
    sha256(convert_to(coalesce(v_old::text, ''), 'UTF8')), sha256(convert_to(p_value::text, 'UTF8')));
end $$;
