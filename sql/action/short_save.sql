-- What the short path says of one answer: its text or "not applicable". What
-- the long form holds beside the text (stance, proposal, papers) stays.
create or replace function app.short_content(a app.answer, p_key text, p_body text, p_not_applicable boolean)
returns app.answer_content
language plpgsql immutable set search_path = app, pg_temp as $$
declare
  c app.answer_content;
begin
  c.body := text_or_null(normalize(p_body));
  if p_not_applicable and (c.body is not null or num_nonnulls(a.stance, a.proposal, a.reason, a.value) > 0) then
    perform fail('CN422', 'conflict_not_applicable', 'not_applicable.' || p_key);
  end if;
  c.confidential := false;
  if p_not_applicable then
    c.kind := 'not_applicable';
    return c;
  end if;
  c.stance := a.stance;
  c.proposal := a.proposal;
  c.reason := a.reason;
  c.value := a.value;
  if num_nonnulls(c.stance, c.body, c.proposal, c.reason, c.value) > 0 then
    c.kind := 'answered';
    c.confidential := coalesce(a.confidential, false);
    c.confidential_reason := a.confidential_reason;
  elsif a.kind = 'nil' then
    c.kind := 'nil';
  end if;
  return c;
end $$;

-- Saves the answers of the short path together, or none of them. p_version,
-- p_body, p_not_applicable: by key of the question. p_rest: nil or open.
create or replace function action.short_save(p_me app.caller, p_consultation text, p_version json,
  p_body json, p_not_applicable json, p_rest text, p_then text) returns json
language plpgsql volatile security definer set search_path = app, pg_temp
set plan_cache_mode = force_generic_plan as $$
declare
  h app.house := house(p_me, p_consultation);
  t app.target;
  a app.answer;
  v_version text;
begin
  if not h.is_editor then
    perform fail('CN403', 'audience');
  elsif p_rest is not null and p_rest not in ('nil', 'open') then
    perform fail('CN422', 'bad_choice', 'rest');
  end if;
  h := open_response(h);
  for t in select x.* from target x join question_version v on v.id = x.question_version_id
      join question q on q.id = v.question_id and q.is_municipal
      where x.stage_id = h.stage_id and x.item_version_id is null and p_body -> x.key is not null
      order by x.position loop
    v_version := coalesce(p_version ->> t.key, '0');
    if v_version !~ '^\d{1,9}$' then
      perform fail('CN422', 'bad_number', 'version.' || t.key);
    end if;
    select x.* into a from answer x where x.response_id = h.response_id and x.target_id = t.id;
    perform put_answer(p_me, h, t, v_version::bigint, short_content(a, t.key, p_body ->> t.key,
      coalesce(p_not_applicable ->> t.key, '') not in ('', '0', 'false')), 'body.' || t.key);
  end loop;
  if p_rest is not null then
    perform set_nil_rest(p_me, h, p_rest = 'nil');
  end if;
  return json_build_object('location', '/consultations/' || h.slug || '/response/'
    || case when p_then = 'check' then 'release' else 'short?notice=saved' end, 'saved_at', app.now());
end $$;
