-- Keeps the words as a draft; nobody sees them before they are published.
create or replace function action.settings_draft(p_me app.caller, p_operator_name text, p_operator_address text,
  p_represented_by text, p_contact_mail text, p_contact_phone text, p_register text, p_responsible text,
  p_privacy_officer text, p_privacy_purpose text, p_privacy_basis text, p_privacy_recipients text,
  p_privacy_rights text, p_privacy_authority text, p_privacy_freedom text, p_accessibility_contact text,
  p_enforcement_body text, p_accessibility_status text, p_accessibility_gaps text, p_accessibility_method text,
  p_accessibility_on text, p_accessibility_law text, p_sign_href text, p_easy_language text) returns json
language plpgsql volatile security definer set search_path = app, pg_temp
set plan_cache_mode = force_generic_plan as $$
begin
  if p_contact_mail is not null and not is_mail(p_contact_mail) then
    perform fail('CN422', 'bad_mail', 'contact_mail');
  elsif p_contact_phone !~ '^[0-9+()/ -]{5,}$' then
    perform fail('CN422', 'bad_phone', 'contact_phone');
  elsif p_accessibility_status not in ('full', 'partly', 'not') then
    perform fail('CN422', 'choose', 'accessibility_status');
  elsif read_day(p_accessibility_on, 'accessibility_on') > today() then
    perform fail('CN422', 'day_to_come', 'accessibility_on');
  elsif p_accessibility_law not in ('hessen', 'bund') then
    perform fail('CN422', 'choose', 'accessibility_law');
  elsif p_sign_href !~ '^(https://[^[:space:]/]|/[^/])[^[:space:]]*$' then
    perform fail('CN422', 'bad_video', 'sign_href');
  end if;
  perform set_setting(p_me, 'operator.draft', (select coalesce(jsonb_object_agg(f, v), '{}') from (values
      ('operator_name', p_operator_name), ('operator_address', p_operator_address),
      ('represented_by', p_represented_by), ('contact_mail', p_contact_mail), ('contact_phone', p_contact_phone),
      ('register', p_register), ('responsible', p_responsible), ('privacy_officer', p_privacy_officer),
      ('privacy_purpose', p_privacy_purpose), ('privacy_basis', p_privacy_basis),
      ('privacy_recipients', p_privacy_recipients), ('privacy_rights', p_privacy_rights),
      ('privacy_authority', p_privacy_authority), ('privacy_freedom', p_privacy_freedom),
      ('accessibility_contact', p_accessibility_contact), ('enforcement_body', p_enforcement_body),
      ('accessibility_status', p_accessibility_status), ('accessibility_gaps', p_accessibility_gaps),
      ('accessibility_method', p_accessibility_method), ('accessibility_on', p_accessibility_on),
      ('accessibility_law', p_accessibility_law), ('sign_href', p_sign_href), ('easy_language', p_easy_language)) x (f, v)
    where btrim(v) <> ''));
  return json_build_object('location', '/settings/preview');
end $$;
