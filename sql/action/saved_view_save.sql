-- Keeps a filter and its columns under a name: for oneself, or by a moderator for
-- the desk.
create or replace function app.demand_view(p_me app.caller, p_consultation_id bigint, p_but bigint, p_name text,
  p_is_shared boolean) returns void
language plpgsql stable as $$
declare
  c_most constant int := 50;
begin
  if p_is_shared and not p_me.roles @> '{moderator}' then
    perform fail('CN422', 'shared_by_moderators', 'is_shared');
  elsif exists (select from saved_view v where v.consultation_id = p_consultation_id and v.person_id = p_me.person_id
      and v.name = p_name and v.id is distinct from p_but) then
    perform fail('CN422', 'view_name_taken', 'name');
  elsif p_but is null and (select count(*) from saved_view v where v.consultation_id = p_consultation_id
      and v.person_id = p_me.person_id) >= c_most then
    perform fail('CN422', 'too_many_views', 'name');
  end if;
end $$;

create or replace function action.saved_view_save(p_me app.caller, p_consultation text, p_name text, p_is_shared boolean,
  p_target text, p_level text, p_land text, p_seat text, p_stance text, p_tag text, p_decision text, p_place text,
  p_assignee text, p_grouped text, p_state text, p_q text, p_view text, p_column json) returns json
language plpgsql volatile security definer set search_path = app, pg_temp
set plan_cache_mode = force_generic_plan as $$
declare
  s app.stage := desk_stage(p_consultation);
  v app.saved_view;
begin
  if s.id is null then
    perform fail('CN404', 'not_found');
  end if;
  perform pg_advisory_xact_lock(hashtext('saved_view'), p_me.person_id::int);
  perform demand_view(p_me, s.consultation_id, null, p_name, p_is_shared);
  insert into saved_view (consultation_id, person_id, is_shared, name, filter, view, columns, saved_at)
    values (s.consultation_id, p_me.person_id, p_is_shared, p_name,
      jsonb_strip_nulls(to_jsonb(row(p_target, p_level, p_land, p_seat, p_stance, p_tag, p_decision, p_place, p_assignee,
        p_grouped, p_state, p_q)::synopsis_filter)),
      case when p_view in ('all', 'participants') then p_view else 'work' end,
      case when json_array_length(p_column) > 0 then columns_of(p_view, p_column) else '{}' end, app.now())
    returning * into v;
  perform audit(p_me, 'view.save', 'saved_view', v.id);
  return json_build_object('location', saved_view_href(v, '/consultations/' || p_consultation || '/synopsis'));
end $$;
