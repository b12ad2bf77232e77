-- Who and what a filter of the log means: ids, or null where it does not
-- filter; bad names the fields that could not be read.
create type app.audit_filter as (from_at timestamptz, until_at timestamptz, acts text[], people bigint[],
  organisations bigint[], kinds text[], ids bigint[], bad text[]);
