-- What came on paper, as the moderators enter it and the house reads it.

create or replace function app.intake_json(i app.intake, p_closes_at timestamptz) returns json
language plpgsql stable as $$
begin
  return case when i.id is not null then json_build_object('state', i.state, 'received_on', i.received_on,
    'channel', i.channel, 'reference', i.reference, 'note', i.note, 'late_reason', i.late_reason,
    'nil_rest', i.nil_rest, 'entered_at', i.entered_at, 'handed_at', i.handed_at, 'remark', i.remark,
    'decided_at', i.decided_at, 'is_in_time', came_in_time(i.received_on, p_closes_at),
    'answers', (select count(*) from intake_answer a where a.intake_id = i.id and a.kind is not null)) end;
end $$;

-- The last entry for an organisation, settled or not, and whether another can begin.
create or replace function app.intake_state(s app.stage, p app.participation, p_consultation text) returns json
language plpgsql stable as $$
declare
  i app.intake;
begin
  select x.* into i from intake x where x.stage_id = s.id and x.organisation_id = p.organisation_id
    and x.state <> 'discarded' order by x.id desc limit 1;
  return json_build_object('last', intake_json(i, coalesce(p.extended_until, s.closes_at)),
    'can_begin', coalesce(s.opens_at <= app.now(), false) and coalesce(i.state, 'confirmed') in ('confirmed', 'taken_over')
      and not exists (select from current_version c where c.stage_id = s.id and c.organisation_id = p.organisation_id),
    'href', '/consultations/' || p_consultation || '/participations/'
      || (select o.code from organisation o where o.id = p.organisation_id) || '/intake');
end $$;

-- The answers in words, in the order of the paper.
create or replace function app.intake_rows(p_intake_id bigint) returns json
language plpgsql stable as $$
begin
  return (select coalesce(json_agg(json_build_object('target', t.key, 'title', target_title(t),
      'kind', target_kind((select i.kind::text from item_version v join item i on i.id = v.item_id
        where v.id = t.item_version_id), t.question_version_id),
      'stance', form_stance(a.kind, a.stance), 'answer_kind', a.kind, 'body', a.body, 'proposal', a.proposal,
      'reason', a.reason, 'papers', papers_of(a.value), 'picked', picked_of(a.value), 'confidential', a.confidential,
      'confidential_reason', a.confidential_reason) order by t.position), '[]')
    from intake_answer a join target t on t.id = a.target_id
    where a.intake_id = p_intake_id and a.kind is not null);
end $$;

-- Everything the organisation is asked, by part, and what is entered there.
create or replace function app.intake_targets(i app.intake, p app.participation, p_base text) returns json
language plpgsql stable as $$
begin
  return (select json_agg(json_build_object('key', g.part, 'entered', g.entered, 'of', g.of, 'rows', g.rows)
      order by g.place)
    from (select x.part, min(x.position) as place, count(x.kind) as entered, count(*) as of,
        json_agg(json_build_object('target', x.key, 'title', x.title, 'is_entered', x.kind is not null,
          'href', p_base || '/answers/' || x.key) order by x.position) as rows
      from (select t.key, t.position, target_part(t) as part, target_title(t) as title, a.kind
        from target t left join intake_answer a on a.intake_id = i.id and a.target_id = t.id
        where t.stage_id = i.stage_id and target_asks(t.audience, p.level, p.seat_status)) x
      group by x.part) g);
end $$;

-- How many entries nobody has confirmed: shown beside the figures, never in them.
create or replace function app.intake_count(p_stage_id bigint) returns bigint
language plpgsql stable as $$
begin
  return (select count(*) from intake i where i.stage_id = p_stage_id and i.state in ('open', 'waiting', 'returned'));
end $$;

-- For the house: that something waits for it; null when nothing does.
create or replace function app.intake_note(h app.house) returns json
language plpgsql stable as $$
begin
  return (select json_build_object('state', i.state, 'received_on', i.received_on,
      'href', '/consultations/' || h.slug || '/response/intake')
    from intake i where i.stage_id = h.stage_id and i.organisation_id = h.organisation_id
      and i.state in ('waiting', 'returned'));
end $$;
