-- Who answers for it, whether it is under review; the wording while it is
-- proposed. Later, the wording changes by a Beschluss only.
create or replace function action.commitment_save(p_me app.caller, p_commitment text, p_version bigint, p_title text, p_body text,
  p_owner text, p_review_since text, p_review_note text) returns json
language plpgsql volatile security definer set search_path = app, pg_temp
set plan_cache_mode = force_generic_plan as $$
declare
  c app.commitment := commitment_to_change(p_commitment, p_version);
  v_since date := read_day(p_review_since, 'review_since');
  v_version bigint;
begin
  if v_since > today() then
    perform fail('CN422', 'day_future', 'review_since', json_build_object('today', today()));
  elsif v_since is null and clean(p_review_note) is not null then
    perform fail('CN422', 'required', 'review_since');
  end if;
  if c.state = 'proposed' then
    if clean(p_title) is null then
      perform fail('CN422', 'required', 'title');
    elsif nullif(btrim(p_body), '') is null then
      perform fail('CN422', 'required', 'body');
    end if;
    v_version := add_commitment_version(p_me, c.id, left(clean(p_title), 300), btrim(p_body));
    if v_version is not null then
      insert into commitment_event (commitment_id, number, kind, effective_on, version_id, recorded_at, recorded_by)
        values (c.id, 0, 'proposed', today(), v_version, app.now(), p_me.person_id);
    end if;
  end if;
  perform set_owner(c.id, p_owner);
  update commitment x set review_since = v_since, review_note = clean(p_review_note) where x.id = c.id;
  perform audit(p_me, 'commitment.save', 'commitment', c.id);
  return json_build_object('location', '/commitments/' || c.number || '?notice=saved');
end $$;
