-- Where a person went on last, and how long a session lasts without a request.
alter table app.person
  add column last_context text, -- code of an organisation, or "platform"
  add check (state <> 'erased' or last_context is null);

insert into app.setting (key, value) values ('session.idle_minutes', '30') on conflict do nothing;
