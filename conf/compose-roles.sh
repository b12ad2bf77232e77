#!/usr/bin/env bash
# Run once by the database container: the three roles, each with its password.
set -euo pipefail
psql -v ON_ERROR_STOP=1 -U postgres -d resonanz \
	-v owner="$OWNER_PASSWORD" -v web="$WEB_PASSWORD" -v jobs="$JOBS_PASSWORD" <<'SQL'
create role resonanz_owner login password :'owner';
create role resonanz_web login password :'web';
create role resonanz_jobs login password :'jobs';
alter database resonanz owner to resonanz_owner;
alter schema public owner to resonanz_owner;
SQL
