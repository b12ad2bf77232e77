-- Whom a request acts for; and the house it acts in.
create type app.caller as (
  session_id bigint,
  person_id bigint,
  organisation_id bigint, -- the organisation context, null for people of the platform only
  roles text[],
  touch_due boolean
);

create type app.house as (
  consultation_id bigint,
  slug text,
  stage_id bigint,
  stage_key text,
  stage_number int,
  edition_id bigint,
  organisation_id bigint,
  organisation_code text,
  opens_at timestamptz,
  closes_at timestamptz, -- the organisation's own deadline
  is_extended boolean,
  has_begun boolean,
  is_over boolean,
  response_id bigint, -- null until the first save
  response_state text, -- draft without a response too
  nil_rest boolean,
  is_editor boolean,
  is_releaser boolean,
  can_edit boolean -- editor, draft, within the window
);

-- What one save of an answer says.
create type app.answer_content as (
  kind text, -- null: emptied
  stance text,
  body text,
  proposal text,
  reason text,
  value jsonb,
  confidential boolean,
  confidential_reason text
);
