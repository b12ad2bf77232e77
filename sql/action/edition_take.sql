-- What was read from a file becomes a draft on the basis of the last edition.
create or replace function action.edition_take(p_me app.caller, p_consultation text, p_upload text, p_as_of text, p_title text,
  p_note text) returns json
language plpgsql volatile security definer set search_path = app, pg_temp
set plan_cache_mode = force_generic_plan as $$
declare
  u edition_upload := edition_upload_at(p_consultation, p_upload);
  e edition;
begin
  if u.id is null then
    perform fail('CN404', 'not_found');
  elsif u.state <> 'read' then
    perform fail('CN409', 'upload_' || u.state);
  end if;
  e := edition_begin(p_me, u.consultation_id, read_day(p_as_of, 'as_of'), p_title, p_note);
  perform edition_write(p_me, e, u.doc #- '{edition,title}' #- '{edition,note}', null);
  update edition_upload x set state = 'taken', edition_id = e.id where x.id = u.id;
  return json_build_object('location', '/consultations/' || p_consultation || '/editions/' || e.number || '?notice=edition_created',
    'edition', e.number);
end $$;
