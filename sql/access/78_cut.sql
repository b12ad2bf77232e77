-- What a part can be, whoever makes it: at least one passage, each inside of a
-- text that is there. (0077 let one of a text that is not there pass.)
create or replace function app.guard_part() returns trigger
language plpgsql set search_path = app, pg_temp as $$
declare
  a app.released_answer;
begin
  select x.* into a from released_answer x where x.id = new.released_answer_id;
  if new.number is null or coalesce(new.body_range, new.proposal_range, new.reason_range) is null
      or exists (select from (values (new.body_range, a.body), (new.proposal_range, a.proposal), (new.reason_range, a.reason)) x(r, words)
        where x.r is not null and (isempty(x.r) or not x.r <@ int4range(0, coalesce(char_length(x.words), 0)))) then
    perform fail('CN422', 'selection_beyond');
  end if;
  return new;
end $$;
