#!/usr/bin/env bash
# Run once by the database container: the two roles that connect, each with its
# password. The migrations make the others and all rights.
set -euo pipefail
psql -v ON_ERROR_STOP=1 -U postgres -d resonanz \
	-v web="$WEB_PASSWORD" -v jobs="$JOBS_PASSWORD" <<'SQL'
create role resonanz_web login password :'web';
create role resonanz_jobs login password :'jobs';
SQL
