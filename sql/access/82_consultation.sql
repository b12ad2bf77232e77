-- A consultation made at the desk.

-- The words of its form, checked; c: what is to be filled.
create or replace function app.read_consultation(c app.consultation, p_title text, p_subtitle text, p_vision text,
  p_status_note text, p_aliases text) returns app.consultation
language plpgsql stable set search_path = app, pg_temp as $$
begin
  if text_or_null(p_title) is null then
    perform fail('CN422', 'required', 'title');
  elsif text_or_null(p_status_note) is null then
    perform fail('CN422', 'required', 'status_note');
  end if;
  c.title := btrim(p_title);
  c.subtitle := text_or_null(btrim(p_subtitle));
  c.vision := text_or_null(btrim(p_vision));
  c.status_note := btrim(p_status_note);
  c.aliases := array(select btrim(x) from unnest(string_to_array(p_aliases, e'\n')) x where text_or_null(x) is not null limit 20);
  return c;
end $$;

create or replace function app.demand_slug(p_slug text) returns void
language plpgsql stable set search_path = app, pg_temp as $$
begin
  if text_or_null(p_slug) is null then
    perform fail('CN422', 'required', 'slug');
  elsif btrim(p_slug) !~ '^[a-z0-9][a-z0-9-]{1,59}$' or btrim(p_slug) = 'new' then
    perform fail('CN422', 'bad_slug', 'slug');
  elsif exists (select from consultation c where c.slug = btrim(p_slug)) then
    perform fail('CN422', 'slug_taken', 'slug');
  end if;
end $$;

-- The paper of a template, as its file would be imported: its last published
-- edition, with its questions, stages without windows, and its steps.
create or replace function app.fill_from_template(e app.edition, p_template text) returns void
language plpgsql volatile set search_path = app, pg_temp as $$
declare
  v_doc jsonb := job.export_consultation(p_template)::jsonb;
begin
  perform job.import_paper(e, v_doc);
  perform job.import_references(e, v_doc);
  perform job.import_questions(e, v_doc);
  perform job.import_stages(e, v_doc);
  update stage s set session_number = null, session_on = null, papers_due_on = null where s.consultation_id = e.consultation_id;
  delete from milestone m where m.consultation_id = e.consultation_id; -- days of another year
end $$;

-- As it stands, at once: for what is taken from a template without a change.
create or replace function app.publish_first(e app.edition) returns void
language plpgsql volatile set search_path = app, pg_temp as $$
begin
  update edition x set state = 'published', published_at = app.now(), content_hash = job.edition_hash(e.id) where x.id = e.id;
  perform job.make_targets(s.id) from stage s where s.edition_id = e.id;
  perform search_index_edition(e.id);
end $$;
