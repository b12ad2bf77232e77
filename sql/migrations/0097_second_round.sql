-- What a house said in an earlier stage, as it is offered again.
create type app.earlier as (
  target_id bigint, -- where it is offered
  n bigint, -- among the answers there
  relation text, -- split, merged, replaced; null: the item goes on
  stage app.stage,
  earlier app.target, -- where it was given
  answer app.released_answer
);
