-- Assessments that were begun with it keep their words.
create or replace function action.text_block_remove(p_me app.caller, p_consultation text, p_block text, p_version bigint)
returns json
language plpgsql volatile security definer set search_path = app, pg_temp
set plan_cache_mode = force_generic_plan as $$
declare
  s app.stage := desk_stage(p_consultation);
  b app.text_block := text_block_to_change(s, p_block, p_version);
begin
  delete from text_block x where x.id = b.id;
  perform audit(p_me, 'text_block.remove', 'text_block', b.id);
  return json_build_object('location', '/consultations/' || p_consultation || '/topics/blocks?notice=block_removed');
end $$;
