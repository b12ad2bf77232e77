-- Helpers of the standing inbox.
create or replace function app.finding_json(f app.finding, p_slug text) returns json
language plpgsql stable as $$
begin
  return (select json_build_object('key', f.key, 'title', f.title, 'body', f.body, 'source', f.source, 'found_on', f.found_on,
      'recorded_at', f.recorded_at, 'state', f.state, 'reply', f.reply, 'handled_at', f.handled_at, 'version', f.version,
      'item', i.key, 'item_href', '/consultations/' || p_slug || '/items/' || i.key, 'href', '/consultations/' || p_slug || '/inbox/' || f.key,
      'organisation', case when f.organisation_id is not null then organisation_json(f.organisation_id) end,
      'stage', case when s.id is not null then json_build_object('key', s.key, 'kind', s.kind, 'number', s.number) end)
    from (values (1)) one(row) left join item i on i.id = f.item_id left join stage s on s.id = f.stage_id);
end $$;

create or replace function app.finding_form() returns json
language sql immutable parallel safe as $$
  select json_build_object('item', '', 'title', '', 'body', '', 'source', '', 'found_on', '')
$$;
