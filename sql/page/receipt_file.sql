-- The file that proves a receipt; not a route: /receipts/…/proof.json calls it.
-- A receipt is whole with its signature, so before it there is no file.
create or replace function page.receipt_file(p_me app.caller, p_receipt text) returns json
language plpgsql stable security definer set search_path = app, pg_temp
set plan_cache_mode = force_generic_plan as $$
declare
  r app.receipt := receipt_for(p_me, p_receipt);
begin
  if r.number is not null and r.signature is null then
    perform fail('CN503', 'receipt_unsigned');
  end if;
  return receipt_proof(r);
end $$;
