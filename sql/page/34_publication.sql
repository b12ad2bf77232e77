-- Publishing, for the moderators: which houses have agreed to what, and what
-- would be read of each.

-- The versions that count, with the consent of their houses and what is public;
-- p_codes: of these organisations only.
create or replace function app.publication_list(p_stage_id bigint, p_codes text[] default null)
returns table (organisation_id bigint, code text, name text, sort_key text, level text, response_version_id bigint, receipt text,
  consent text, obstacle text, publication_id bigint, published_at timestamptz, ended_as text, ended_at timestamptz, reason text)
language plpgsql stable as $$
declare
  v_now timestamptz := app.now();
  v_is_over boolean := (select stage_state(s) not in ('planned', 'open') and s.closes_at < v_now from stage s where s.id = p_stage_id);
begin
  return query select v.organisation_id, o.code::text, v.organisation_name::text, v.sort_key, v.level::text, v.id, v.receipt_no,
      case when w.response_version_id is not null then 'withdrawn' else v.publication::text end, case when v.publication = 'no' then 'no_consent'
        when w.response_version_id is not null then 'consent_withdrawn' when not v_is_over or i.extended_until >= v_now then 'window_open' end,
      p.id, p.published_at, case when p.id is null then e.revoked_as end, case when p.id is null then e.revoked_at end,
      case when p.id is null then e.reason::text end
    from current_version c join response_version v on v.id = c.response_version_id join organisation o on o.id = v.organisation_id
      join participation i on i.stage_id = v.stage_id and i.organisation_id = v.organisation_id
      left join consent_withdrawal w on w.response_version_id = v.id
      left join publication p on p.response_version_id = v.id and p.revoked_at is null
      left join (select distinct on (x.response_id) x.* from publication x where x.stage_id = p_stage_id and x.revoked_at is not null
        order by x.response_id, x.id desc) e on e.response_id = v.response_id
    where c.stage_id = p_stage_id and (p_codes is null or o.code = any (p_codes));
end $$;

-- ready: agreed and not public yet; public; no: not agreed; waiting: its window is open.
create or replace function app.publication_part(p_obstacle text, p_publication_id bigint) returns text
language sql immutable parallel safe as $$
  select case when p_publication_id is not null then 'public' when p_obstacle is null then 'ready'
    when p_obstacle = 'window_open' then 'waiting' else 'no' end
$$;

-- How much of a version stays out of its public form.
create or replace function app.withheld_json(p_version_id bigint) returns json
language plpgsql stable as $$
begin
  return (select json_build_object('answers', count(*) filter (where a.kind = 'answered' and not a.confidential),
      'confidential', count(*) filter (where a.confidential), 'cuts', (select coalesce(json_agg(json_build_object('target', t.key, 'field', d.field,
        'reason', d.reason) order by t.position, d.field, d.range), '[]') from released_redaction d join target t on t.id = d.target_id
        where d.response_version_id = p_version_id),
      'adopted', count(*) filter (where va.adopted))
    from version_answer va join released_answer a on a.id = va.released_answer_id where va.response_version_id = p_version_id);
end $$;

-- One statement, as it would be read or is read.
create or replace function app.publication_preview(s app.stage, p_version_id bigint) returns json
language plpgsql stable as $$
declare
  v app.response_version;
begin
  select x.* into v from response_version x where x.id = p_version_id;
  return json_build_object('receipt', v.receipt_no, 'version', v.number, 'released_at', v.released_at, 'withheld', withheld_json(v.id),
    'is_shortened', v.publication = 'shortened', 'groups', statement_groups(s, public_answers(v), result_base(s)));
end $$;
