-- Who took how many positions out of the house, before the first row leaves it
-- (Art. 33 DSGVO asks for it after a breach), and what stands above them. Not a
-- route: the streams of the export call it and wait until the entry is committed.
create or replace function action.synopsis_exported(p_me app.caller, p_consultation text, p_target text default null,
  p_level text default null, p_land text default null, p_seat text default null, p_stance text default null,
  p_tag text default null, p_decision text default null, p_place text default null, p_assignee text default null,
  p_grouped text default null, p_state text default null, p_q text default null, p_view text default null,
  p_column json default null) returns json
language plpgsql volatile security definer set search_path = app, pg_temp
set plan_cache_mode = force_generic_plan as $$
declare
  s app.stage := desk_stage(p_consultation);
  v_filter app.synopsis_filter := row(p_target, p_level, p_land, p_seat, p_stance, p_tag, p_decision, p_place,
    p_assignee, p_grouped, p_state, p_q);
  v_columns text[] := columns_of(p_view, p_column);
  v_version text := case when p_view = 'participants' then 'participants' else 'desk' end;
  v_ids bigint[];
  v_mark text;
begin
  if s.id is null then
    perform fail('CN404', 'not_found');
  end if;
  v_ids := position_ids(s.id, position_filter(p_me, s, v_filter), null, false, null);
  v_mark := case when has_draft(v_ids) then 'draft' end;
  perform audit_seen(p_me, 'synopsis.export', 'stage', s.id, cardinality(v_ids));
  return json_build_object('about', json_build_object('consultation', p_consultation, 'stage', s.key,
      'version', v_version, 'as_of', app.now(), 'count', cardinality(v_ids),
      'mark', case when v_mark is not null then 'ENTWURF' end, 'columns', to_json(v_columns)),
    'fields', to_json(synopsis_fields(v_columns)), 'on', (select json_object_agg(c, true) from unnest(v_columns) c),
    'file_name', 'synopse-' || p_consultation || case v_version when 'participants' then '-teilnehmer' else '' end
      || case when v_mark is not null then '-entwurf' else '' end,
    'stage_kinds', json_build_object('stance', s.kind), 'frame', frame_at(p_me, s, null, 'synopsis'), 'version', v_version, 'mark', v_mark, 'count', cardinality(v_ids),
    'columns', cardinality(v_columns),
    'filter', synopsis_chips(s, '', v_filter, null, null),
    'back_href', synopsis_href('/consultations/' || p_consultation || '/synopsis', filter_values(v_filter),
      p_view, case when json_array_length(p_column) > 0 then v_columns end));
end $$;

-- Whether one of them is not decided on with the approval of all sponsors.
create or replace function app.has_draft(p_ids bigint[]) returns boolean
language plpgsql stable as $$
begin
  return exists (select from unnest(p_ids) u(id) join position p on p.id = u.id where not p.is_approved);
end $$;
