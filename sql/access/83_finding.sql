-- The standing inbox: later findings of houses and moderators.

create or replace function app.record_finding(p_me app.caller, p_consultation_id bigint, p_organisation_id bigint, p_item text,
  p_title text, p_body text, p_source text, p_found_on text) returns app.finding
language plpgsql volatile set search_path = app, pg_temp as $$
declare
  f app.finding;
  v_on date := read_day(p_found_on, 'found_on');
  v_item bigint;
begin
  if text_or_null(p_title) is null then
    perform fail('CN422', 'required', 'title');
  elsif text_or_null(p_body) is null then
    perform fail('CN422', 'required', 'body');
  elsif v_on > today() then
    perform fail('CN422', 'day_to_come', 'found_on');
  elsif text_or_null(p_item) is not null then
    v_item := (select i.id from item i where i.consultation_id = p_consultation_id and i.key = upper(btrim(p_item)));
    if v_item is null then
      perform fail('CN422', 'no_such_item', 'item');
    end if;
  end if;
  if (select count(*) from finding x where x.consultation_id = p_consultation_id
      and x.organisation_id is not distinct from p_organisation_id and x.state = 'new') >= 100 then
    perform fail('CN409', 'findings_full');
  end if;
  insert into finding (consultation_id, organisation_id, item_id, title, body, source, found_on, recorded_at)
    values (p_consultation_id, p_organisation_id, v_item, btrim(p_title), p_body, text_or_null(p_source), v_on, app.now())
    returning * into f;
  perform audit(p_me, 'finding.record', 'finding', f.id);
  return f;
end $$;
