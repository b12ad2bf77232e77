#!/usr/bin/env bash
# Makes sure that a template database of the demo world at CLOCK exists in the
# cluster of DIR, and prints its name. Many may ask at the same time.
#
#   tests/lib/template.sh DIR CLOCK      the demo world as it stands at CLOCK
#   tests/lib/template.sh DIR empty      migrated, nothing imported
set -euo pipefail
cd "$(dirname "$0")/../.."
dir=$1
clock=$2
ctl=${RESONANZ_CTL:-build/release/resonanzctl}

name=world_$(printf %s "$clock" | tr -c '0-9a-z\n' _)
admin=$(conf/cluster.sh url "$dir" postgres)
ask() { psql -qAtX -v ON_ERROR_STOP=1 "$admin" "$@"; }

exec 9>"$dir/template.lock"
flock 9
if [ "$(ask -c "select datistemplate from pg_database where datname = '$name'")" != t ]; then
	ask -c "drop database if exists $name" \
		-c "create database $name owner resonanz_owner" >&2
	RESONANZ_DATABASE_URL=$(conf/cluster.sh url "$dir" "$name")
	export RESONANZ_DATABASE_URL RESONANZ_MODE=test
	export RESONANZ_KEYS=${RESONANZ_KEYS:-$PWD/build/test-keys}
	"$ctl" keys create >&2
	"$ctl" migrate >&2
	if [ "$clock" != empty ]; then
		"$ctl" import assets/consultations/strategy-2024.json >&2
		"$ctl" import assets/codelists/federal.json >&2
		"$ctl" demo --clock "$clock" >&2
		"$ctl" clock set "$clock" >&2
	fi
	psql -qAtX "$(conf/cluster.sh url "$dir" "$name")" -c analyze >&2
	ask -c "alter database $name with is_template true allow_connections false" >&2
fi
echo "$name"
