-- Helpers of the matrix of commitments and Zielbilder.

-- The programme management, as it is named; a person by the house's word only.
create or replace function app.topic_manager(f app.focus_topic) returns text
language plpgsql stable as $$
begin
  return coalesce((select n.short_name from name_on(f.manager_organisation_id, today()) n),
    (select p.name from person p where p.id = f.manager_person_id));
end $$;
