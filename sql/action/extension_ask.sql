-- The house asks for more time, before the deadline or after it.
create or replace function action.extension_ask(p_me app.caller, p_consultation text, p_until text, p_reason text)
returns json
language plpgsql volatile security definer set search_path = app, pg_temp
set plan_cache_mode = force_generic_plan as $$
declare
  h app.house := house(p_me, p_consultation);
  v_until timestamptz;
  v_reason text := text_or_null(p_reason);
  x app.extension;
begin
  if not (h.is_editor or h.is_releaser) then
    perform fail('CN403', 'audience');
  elsif not h.has_begun then
    perform fail('CN409', 'not_open', null, json_build_object('opens_at', h.opens_at));
  end if;
  v_until := read_deadline(p_until, h.closes_at);
  if v_reason is null then
    perform fail('CN422', 'extension_reason', 'reason');
  end if;
  insert into extension (stage_id, organisation_id, wanted_until, wish, asked_by, asked_at)
    values (h.stage_id, h.organisation_id, v_until, v_reason, p_me.person_id, app.now())
    on conflict (stage_id, organisation_id) where verdict is null do nothing returning * into x;
  if not found then
    perform fail('CN409', 'extension_open');
  end if;
  perform audit(p_me, 'extension.ask', 'organisation', h.organisation_id),
    mail_moderators('extension_asked', h.organisation_id, jsonb_build_object('consultation', h.slug,
      'closes_at', v_until, 'code', h.organisation_code), 'extension_asked ' || x.key);
  return json_build_object('location', '/consultations/' || h.slug || '/response/extension?notice=extension_asked',
    'wanted_until', v_until);
end $$;
