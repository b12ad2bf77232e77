-- What moderators keep of a commitment: its life cycle, its wording while it is
-- proposed, who answers for it, members, deviations, projects.
create or replace function page.commitment_edit(p_me app.caller, p_commitment text) returns json
language plpgsql stable security definer set search_path = app, pg_temp
set plan_cache_mode = force_generic_plan as $$
declare
  c app.commitment;
  v app.commitment_version;
begin
  select x.* into c from commitment x where x.number = upper(p_commitment);
  if not found then
    return null;
  end if;
  select x.* into v from commitment_version x where x.commitment_id = c.id order by x.number desc limit 1;
  return json_build_object(
    'frame', frame(p_me, null, 'commitments'),
    'commitment', commitment_json(c, today()), 'number', c.number, 'step', c.step, 'href', '/commitments/' || c.number, 'state', c.state,
    'is_proposed', c.state = 'proposed', 'holds', c.state in ('adopted', 'amended'),
    'is_open', c.state in ('proposed', 'adopted', 'amended'),
    'title', v.title, 'body', v.body,
    'organisations', all_organisation_names(),
    'projects', (select coalesce(json_agg(json_build_object('key', x.key, 'name', x.name, 'number', x.number) order by x.id), '[]')
      from project_link x where x.commitment_id = c.id),
    'form', json_build_object('version', c.version, 'title', v.title, 'body', v.body, 'owner', commitment_owner(c),
      'review_since', to_char(c.review_since, 'DD.MM.YYYY'), 'review_note', c.review_note, 'new_title', v.title, 'new_body', v.body));
end $$;
