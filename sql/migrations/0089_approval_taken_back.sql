-- A verdict of a sponsor is said once; it can be taken back, so that the request is
-- open again, while nothing rests on it (79_approval.sql).
create or replace function app.guard_assessment_approval() returns trigger
language plpgsql as $$
begin
  if tg_op = 'DELETE' and old.verdict is not null
      or tg_op = 'UPDATE' and (new.id, new.assessment_id, new.content_hash, new.organisation_id, new.asked_at)
        is distinct from (old.id, old.assessment_id, old.content_hash, old.organisation_id, old.asked_at)
      or tg_op = 'UPDATE' and old.verdict is not null
        and (num_nonnulls(new.verdict, new.remark) > 0 or app.approval_is_built_on(old.assessment_id)) then
    raise exception using errcode = 'CN409', message = 'immutable';
  end if;
  return case tg_op when 'DELETE' then old else new end;
end $$;
