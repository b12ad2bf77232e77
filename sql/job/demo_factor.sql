-- Second factors of the demo people who cannot do without one. The secrets are
-- sealed by "resonanzctl demo".
create or replace function job.demo_factor_people() returns table (key text, mail text)
language plpgsql volatile security definer set search_path = app, pg_temp as $$
begin
  if not is_operator() or not has_test_clock() then
    perform fail('CN403', 'audience');
  end if;
  return query select p.key::text, p.mail from person p
    where p.state = 'active' and p.totp_set_at is null and factor_reasons(p.id) <> '{}' order by p.id;
end $$;

create or replace function job.demo_factor(p_key text, p_secret bytea) returns void
language plpgsql volatile security definer set search_path = app, pg_temp as $$
begin
  if not is_operator() or not has_test_clock() then
    perform fail('CN403', 'audience');
  end if;
  update person p set totp_secret = p_secret, totp_set_at = app.now() where p.key = p_key;
end $$;
