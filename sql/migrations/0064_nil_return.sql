-- Whether what counts is nothing but Fehlanzeige stands with the pointer to it: the board of the returns asks this for
-- every house.
alter table app.current_version add column is_nil boolean not null default false;
update app.current_version c set is_nil = true
  from app.response_version v where v.id = c.response_version_id
    and (v.nil_rest or exists (select from app.version_answer a where a.response_version_id = v.id))
    and not exists (select from app.version_answer x join app.released_answer a on a.id = x.released_answer_id
      where x.response_version_id = v.id and a.kind <> 'nil');
