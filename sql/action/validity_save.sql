-- What the list says of one answer: whether the point holds, and why. What the answer holds beside it stays.
create or replace function app.validity_content(a app.answer, p_key text, p_stance text, p_reason text) returns app.answer_content
language plpgsql immutable set search_path = app, pg_temp as $$
declare
  c app.answer_content := content_of(a);
begin
  if p_stance not in ('', 'agree', 'agree_changed', 'reject') then
    perform fail('CN422', 'bad_choice', 'stance.' || p_key);
  end if;
  c.reason := text_or_null(normalize(p_reason));
  if coalesce(p_stance, '') = '' and c.reason is distinct from a.reason and coalesce(a.kind, 'nil') <> 'answered' then
    perform fail('CN422', 'choose', 'stance.' || p_key);
  elsif p_stance <> '' then
    c.kind := 'answered';
    c.stance := p_stance;
  end if;
  c.confidential := coalesce(c.confidential, false);
  return c;
end $$;

-- Does the row say what the version says that it was made from? Then nobody has touched it.
create or replace function app.is_untouched(a app.answer, p_version int, p_stance text, p_reason text) returns boolean
language plpgsql stable set search_path = app, pg_temp as $$
declare
  e app.history_entry;
begin
  select x.* into e from text_at(a, p_version) x;
  return found and text_or_null(normalize(p_reason)) is not distinct from (e.content).reason
    and coalesce(p_stance, '') in ('', coalesce((e.content).stance::text, ''));
end $$;

-- Saves the rows of a section that were filled in, all or none of them. p_version, p_stance, p_reason: by key of the
-- point. A row that nobody touched is left alone, whoever has written there since.
create or replace function action.validity_save(p_me app.caller, p_consultation text, p_section text, p_version json,
  p_stance json, p_reason json) returns json
language plpgsql volatile security definer set search_path = app, pg_temp
set plan_cache_mode = force_generic_plan as $$
declare
  h app.house := house(p_me, p_consultation);
  t app.target;
  a app.answer;
  v_version int;
  v_count bigint := 0;
begin
  if not h.is_editor then
    perform fail('CN403', 'audience');
  end if;
  h := open_response(h);
  if not exists (select from validity_targets(h)) then
    perform fail('CN409', 'not_evaluated');
  end if;
  for t in select x.* from validity_targets(h) x where p_version -> x.key is not null order by x.position loop
    select x.* into a from answer x where x.response_id = h.response_id and x.target_id = t.id;
    v_version := short_version(p_version, t.key);
    if not is_untouched(a, v_version, p_stance ->> t.key, p_reason ->> t.key) then
      perform put_answer(p_me, h, t, v_version, validity_content(a, t.key, p_stance ->> t.key, p_reason ->> t.key), 'reason.' || t.key);
      v_count := v_count + 1;
    end if;
  end loop;
  return json_build_object('location', '/consultations/' || h.slug || '/response/validity?notice=saved'
    || coalesce('#s.' || (select b.section from work_blocks(h.stage_id) b where b.section = p_section limit 1), ''), 'count', v_count,
    'saved_at', app.now());
end $$;
