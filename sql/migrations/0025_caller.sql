-- What every page says about the session, found once when it is resolved.
alter type app.caller
  add attribute idle interval, -- how long a session may rest
  add attribute ends_at timestamptz,
  add attribute has_other_contexts boolean; -- contexts besides this one
