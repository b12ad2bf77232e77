-- Work on demand: asked for once, claimed by one, taken again from the dead.
\ir t/setup.sql
select plan(4);

create function action.t_queue(p_me app.caller, p_dedupe text) returns json
language plpgsql volatile security definer set search_path = app, pg_temp as $$
begin
  return json_build_object('id', queue_job('t_work', p_dedupe, '{}', p_me.person_id));
end $$;
alter function action.t_queue owner to resonanz_owner;
grant execute on function action.t_queue to resonanz_web;

create temp table first as select (t.act('sander', 'moderator', $$action.t_queue(e, 'a')$$) ->> 'id')::bigint as id;
select isnt((select id from first), null, 'a moderator, who may not read the list, asks for work');
select is((t.act('sander', 'moderator', $$action.t_queue(e, 'a')$$) ->> 'id')::bigint, (select id from first),
  'asking again while it waits is the same job');
update app.job set state = 'done', finished_at = clock_timestamp() where id = (select id from first);
select isnt((t.act('sander', 'moderator', $$action.t_queue(e, 'a')$$) ->> 'id')::bigint, (select id from first),
  'once it is done it is another');
select isnt((t.act('sander', 'moderator', $$action.t_queue(e, null)$$) ->> 'id')::bigint, null, 'without a key');

select * from finish();
rollback;
