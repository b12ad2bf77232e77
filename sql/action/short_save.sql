-- The questions of the short path that were sent.
create or replace function app.short_targets(h app.house, p_body json) returns setof app.target
language sql stable as $$
  select x.* from app.asked(h) x join app.question_version v on v.id = x.question_version_id
      join app.question q on q.id = v.question_id and q.is_municipal
    where x.item_version_id is null and p_body -> x.key is not null
    order by x.position
$$;

create or replace function app.short_version(p_version json, p_key text) returns int
language plpgsql immutable set search_path = app, pg_temp as $$
declare
  v_version text := coalesce(p_version ->> p_key, '0');
begin
  if v_version !~ '^\d{1,9}$' then
    perform fail('CN422', 'bad_number', 'version.' || p_key);
  end if;
  return v_version::int;
end $$;

create or replace function app.is_ticked(p_value text) returns boolean
language sql immutable parallel safe as $$
  select coalesce(p_value, '') not in ('', '0', 'false')
$$;

-- What is picked of the options of a question: p_option has its key where the form had them, p_pick the keys of its
-- options or rows behind it. Else what stands there stays.
create or replace function app.short_value(a app.answer, t app.target, p_option json, p_pick json) returns jsonb
language plpgsql stable set search_path = app, pg_temp as $$
declare
  q app.question_version;
  v_code text;
  v_field text;
  v_args text;
begin
  select x.* into q from question_version x where x.id = t.question_version_id
    and x.shape in ('choice', 'multi', 'ranking', 'table');
  if q.id is null or p_option -> t.key is null then
    return a.value;
  end if;
  return value_picked(q, nullif(p_option ->> t.key, ''), (select coalesce(json_object_agg(substr(x.key, length(t.key) + 2), x.value), '{}')
    from json_each_text(p_pick) x where starts_with(x.key, t.key || '.')));
exception when sqlstate 'CN422' then
  get stacked diagnostics v_code = message_text, v_field = column_name, v_args = pg_exception_detail;
  perform fail('CN422', v_code, case when v_field like 'pick.%' then 'pick.' || t.key || substr(v_field, 5)
    else 'option.' || t.key end, nullif(v_args, '')::json);
end $$;

-- What the short path says of one answer: its text and what is picked, or "not
-- applicable". What the long form holds beside (stance, proposal, papers) stays.
create or replace function app.short_content(a app.answer, p_key text, p_body text, p_not_applicable boolean, p_value jsonb)
returns app.answer_content
language plpgsql immutable set search_path = app, pg_temp as $$
declare
  c app.answer_content;
begin
  c.body := text_or_null(normalize(p_body));
  if p_not_applicable and (c.body is not null or num_nonnulls(a.stance, a.proposal, a.reason, p_value) > 0) then
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
  c.value := p_value;
  if num_nonnulls(c.stance, c.body, c.proposal, c.reason, c.value) > 0 then
    c.kind := 'answered';
    c.confidential := coalesce(a.confidential, false);
    c.confidential_reason := a.confidential_reason;
  elsif a.kind = 'nil' then
    c.kind := 'nil';
  end if;
  return c;
end $$;

-- One row as it was sent, or as it was decided in a conflict: p_base says that
-- there is one.
create or replace function app.short_decided(a app.answer, p_key text, p_version int, p_body text, p_not_applicable boolean,
  p_value jsonb, p_base text, p_choice json, p_merged json) returns app.answer_content
language plpgsql stable set search_path = app, pg_temp as $$
declare
  c app.answer_content := short_content(a, p_key, p_body, p_not_applicable, p_value);
  o app.history_entry;
begin
  if p_base is null then
    return c;
  end if;
  select x.* into o from text_at(a, p_version) x;
  if not found or (c.kind, c.body, c.value) is not distinct from ((o.content).kind, (o.content).body, (o.content).value) then
    return c;
  end if;
  case coalesce(p_choice ->> p_key, '')
    when 'mine' then return c;
    when 'theirs' then return o.content;
    when 'merge' then return short_content(a, p_key, merged_text(p_key, p_merged, 'choice.' || p_key), false, p_value);
    else perform fail('CN422', 'choose_text', 'choice.' || p_key);
  end case;
end $$;

-- Saves the answers of the short path together, or none of them. p_version,
-- p_body, p_not_applicable, p_option: by key of the question. p_rest: nil or open. Where
-- other texts stand by now it goes on as in action.answer_save.
create or replace function action.short_save(p_me app.caller, p_consultation text, p_version json,
  p_body json, p_not_applicable json, p_rest text, p_then text, p_base json default '{}',
  p_choice json default '{}', p_merged json default '{}', p_option json default '{}', p_pick json default '{}') returns json
language plpgsql volatile security definer set search_path = app, pg_temp
set plan_cache_mode = force_generic_plan as $$
declare
  h app.house := house(p_me, p_consultation);
  t app.target;
  a app.answer;
  v_code text;
  v_field text;
  v_args text;
begin
  if not h.is_editor then
    perform fail('CN403', 'audience');
  elsif p_rest is not null and p_rest not in ('nil', 'open') then
    perform fail('CN422', 'bad_choice', 'rest');
  end if;
  h := open_response(h);
  begin
    for t in select * from short_targets(h, p_body) loop
      select x.* into a from answer x where x.response_id = h.response_id and x.target_id = t.id;
      perform put_answer(p_me, h, t, short_version(p_version, t.key), short_decided(a, t.key, short_version(p_version, t.key),
        p_body ->> t.key, is_ticked(p_not_applicable ->> t.key), short_value(a, t, p_option, p_pick), p_base ->> t.key,
        p_choice, p_merged), 'body.' || t.key);
    end loop;
  exception when sqlstate 'CN409' or sqlstate 'CN422' then
    get stacked diagnostics v_code = message_text, v_field = column_name, v_args = pg_exception_detail;
    if v_code <> 'stale' and coalesce(p_base::text, '{}') = '{}' then
      raise;
    end if;
    return refuse_page(case v_code when 'stale' then 'CN409' else 'CN422' end, v_code, 'short_conflict',
      short_conflict(p_me, h, p_version, p_body, p_not_applicable, p_rest, p_base, p_choice, p_merged,
        p_option, p_pick),
      case v_code when 'stale' then null else v_field end, nullif(v_args, '')::json);
  end;
  if p_rest is not null then
    perform set_nil_rest(p_me, h, p_rest = 'nil');
  end if;
  return json_build_object('location', '/consultations/' || h.slug || '/response/'
    || case when p_then = 'check' then 'release' else 'short?notice=saved' end, 'saved_at', app.now());
end $$;
