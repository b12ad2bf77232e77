-- Guards: the third line behind conditions and policies. They hold for every
-- role, the owner included.
create function app.guard_immutable() returns trigger
language plpgsql as $$
begin
  raise exception using errcode = 'CN409', message = 'immutable',
    detail = json_build_object('table', tg_table_name)::text;
end $$;

do $$
declare
  t text;
begin
  foreach t in array array['answer_revision', 'response_version', 'released_answer',
    'version_answer', 'receipt', 'audit'] loop
    -- Revisions may go with their answer when a draft is deleted for good.
    execute format('create trigger guard_immutable before update%s on app.%I
      for each row execute function app.guard_immutable()',
      case when t = 'answer_revision' then '' else ' or delete' end, t);
    execute format('create trigger guard_truncate before truncate on app.%I
      for each statement execute function app.guard_immutable()', t);
  end loop;
end $$;

create function app.guard_edition() returns trigger
language plpgsql as $$
begin
  if old.state = 'published' then
    raise exception using errcode = 'CN409', message = 'edition_published';
  end if;
  return case tg_op when 'DELETE' then old else new end;
end $$;
create trigger guard_edition before update or delete on app.edition
  for each row execute function app.guard_edition();

create function app.guard_edition_part() returns trigger
language plpgsql as $$
declare
  v_edition bigint;
begin
  v_edition := case tg_op when 'DELETE' then old.edition_id else new.edition_id end;
  if exists (select from app.edition e where e.id = v_edition and e.state = 'published')
    or (tg_op = 'UPDATE' and old.edition_id <> new.edition_id) then
    raise exception using errcode = 'CN409', message = 'edition_published';
  end if;
  return case tg_op when 'DELETE' then old else new end;
end $$;

do $$
declare
  t text;
begin
  foreach t in array array['chapter', 'section', 'item_version', 'footnote', 'citation',
    'question_set', 'question_set_chapter', 'question_version', 'question_aim',
    'commitment_step', 'oddity', 'named_body'] loop
    execute format('create trigger guard_edition before insert or update or delete on app.%I
      for each row execute function app.guard_edition_part()', t);
  end loop;
end $$;

create function app.guard_stage() returns trigger
language plpgsql as $$
declare
  v_order constant text[] := array['weighed', 'reported', 'archived'];
begin
  if old.opens_at <= app.now() and (new.edition_id, new.consultation_id, new.key, new.number, new.opens_at)
    is distinct from (old.edition_id, old.consultation_id, old.key, old.number, old.opens_at) then
    raise exception using errcode = 'CN409', message = 'stage_open';
  end if;
  if coalesce(array_position(v_order, new.later_state), 0)
    < coalesce(array_position(v_order, old.later_state), 0) then
    raise exception using errcode = 'CN409', message = 'stage_state';
  end if;
  return new;
end $$;
create trigger guard_stage before update on app.stage
  for each row execute function app.guard_stage();

-- Targets are frozen when the stage opens: make them first, then set the window.
create function app.guard_target() returns trigger
language plpgsql as $$
declare
  v_stage bigint;
begin
  v_stage := case tg_op when 'DELETE' then old.stage_id else new.stage_id end;
  if exists (select from app.stage s where s.id = v_stage and s.opens_at <= app.now())
    or (tg_op = 'UPDATE' and old.stage_id <> new.stage_id) then
    raise exception using errcode = 'CN409', message = 'stage_open';
  end if;
  return case tg_op when 'DELETE' then old else new end;
end $$;
create trigger guard_target before insert or update or delete on app.target
  for each row execute function app.guard_target();

create function app.guard_response() returns trigger
language plpgsql as $$
begin
  if tg_op = 'INSERT' then
    if new.state <> 'draft' then
      raise exception using errcode = 'CN409', message = 'response_state';
    end if;
    return new;
  end if;
  if (new.stage_id, new.organisation_id) is distinct from (old.stage_id, old.organisation_id) then
    raise exception using errcode = 'CN409', message = 'immutable';
  end if;
  if new.state <> old.state and (old.state, new.state) not in (
    ('draft', 'cosigning'), ('draft', 'frozen'), ('draft', 'submitted'),
    ('cosigning', 'draft'), ('cosigning', 'frozen'), ('cosigning', 'submitted'),
    ('frozen', 'draft'), ('frozen', 'submitted'),
    ('submitted', 'draft'), ('submitted', 'withdrawn')) then
    raise exception using errcode = 'CN409', message = 'response_state';
  end if;
  if old.state in ('frozen', 'submitted') and new.state = old.state
    and (new.nil_rest, new.publication) is distinct from (old.nil_rest, old.publication) then
    raise exception using errcode = 'CN409', message = 'not_draft';
  end if;
  return new;
end $$;
create trigger guard_response before insert or update on app.response
  for each row execute function app.guard_response();

-- The text of a frozen or submitted response stands. (A delete with its whole
-- response finds no response any more and passes.)
create function app.guard_answer() returns trigger
language plpgsql as $$
declare
  v_response bigint;
begin
  v_response := case tg_op when 'DELETE' then old.response_id else new.response_id end;
  if exists (select from app.response r where r.id = v_response
      and r.state not in ('draft', 'cosigning'))
    or (tg_op = 'UPDATE' and (old.response_id, old.target_id) <> (new.response_id, new.target_id)) then
    raise exception using errcode = 'CN409', message = 'not_draft';
  end if;
  return case tg_op when 'DELETE' then old else new end;
end $$;
create trigger guard_answer before insert or update or delete on app.answer
  for each row execute function app.guard_answer();

-- A number is given once; what a position is cut from never changes.
create function app.guard_position() returns trigger
language plpgsql as $$
begin
  if tg_op = 'DELETE' then
    if old.part = 0 or old.number is null then
      raise exception using errcode = 'CN409', message = 'immutable';
    end if;
    return old;
  end if;
  if (new.id, new.stage_id, new.organisation_id, new.part, new.released_answer_id, new.kind)
    is distinct from (old.id, old.stage_id, old.organisation_id, old.part, old.released_answer_id, old.kind)
    or (old.number is not null and new.number is distinct from old.number)
    or (new.level, new.land_code, new.seat_status, new.stance, new.released_at)
    is distinct from (old.level, old.land_code, old.seat_status, old.stance, old.released_at) then
    raise exception using errcode = 'CN409', message = 'immutable';
  end if;
  return new;
end $$;
create trigger guard_position before update or delete on app.position
  for each row execute function app.guard_position();
create trigger guard_truncate before truncate on app.position
  for each statement execute function app.guard_immutable();
