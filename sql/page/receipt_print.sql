-- The receipt on paper: with its signed lines, so that the sheet proves the same
-- as the file.
create or replace function page.receipt_print(p_me app.caller, p_receipt text) returns json
language plpgsql stable security definer set search_path = app, pg_temp
set plan_cache_mode = force_generic_plan as $$
declare
  r app.receipt := receipt_for(p_me, p_receipt);
begin
  if r.number is null then
    return null;
  end if;
  return jsonb_build_object('proof', receipt_proof(r)) || page.receipt(p_me, p_receipt)::jsonb;
end $$;
