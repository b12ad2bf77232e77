#!/usr/bin/env bash
# Runs the pgTAP files and prints TAP.
#
#   tests/sql/run.sh PSQL-URL [PATTERN]   against a migrated database
#   tests/sql/run.sh                      on a new one in the test cluster
#
# Each file rolls back what it does. One that stops early has failed, since its
# plan is not fulfilled. "-- in the demo world" as the first line of a file: it
# runs on a copy of the demo database. Of a run for some tests only
# (RESONANZ_TEST_ONLY), files that name none of them are left out. Of three
# runs (RESONANZ_SQL_PART 1 to 3) each takes every third file, the second ctl.
set -uo pipefail
dir=$(dirname "$0")
pattern=${2:-.}
export SQL_TESTS=$dir # for the files that read fixtures

if [ $# -gt 0 ]; then
	url=$1
else
	cluster=${RESONANZ_TEST_DIR:?"a PSQL-URL, or RESONANZ_TEST_DIR"}/cluster
	database=sql_$$
	template=$(bash "$dir/../lib/template.sh" "$cluster" empty) || exit 1
	admin=$(conf/cluster.sh url "$cluster" postgres)
	psql -qX -v ON_ERROR_STOP=1 "$admin" \
		-c "create database $database template $template" || exit 1
	trap 'psql -qX "$admin" -c "drop database $database" -c "drop database if exists ${database}_demo" \
		-c "drop database if exists ${database}_ctl"' EXIT
	url=$(conf/cluster.sh url "$cluster" "$database")
	psql -qX -v ON_ERROR_STOP=1 "$admin" -c "create database ${database}_ctl" || exit 1
	ctl_url=$(conf/cluster.sh url "$cluster" "${database}_ctl")
fi

# Sets target: the empty database, or the copy of the demo world.
target_for() {
	target=$url
	[ -n "${cluster:-}" ] && [ "$(head -n 1 "$1")" = '-- in the demo world' ] || return 0
	if [ -z "${demo_url:-}" ]; then
		template=$(bash "$dir/../lib/template.sh" "$cluster" 2024-04-22T09:00) &&
			psql -qX -v ON_ERROR_STOP=1 "$admin" \
				-c "create database ${database}_demo template $template" || return 1
		demo_url=$(conf/cluster.sh url "$cluster" "${database}_demo")
	fi
	target=$demo_url
}
wanted() {
	local only=${RESONANZ_TEST_ONLY:-}
	[ -z "$only" ] || [[ sql/pgtap =~ $only ]] || [[ tests/sql/run.sh =~ $only ]] ||
		grep -qiE -- "$only" <<<"$1" || grep -qiE -- "$only" "$1"
}

part=${RESONANZ_SQL_PART:-}
failed=0
n=0
for file in "$dir"/*.sql; do
	name=$(basename "$file" .sql)
	n=$((n + 1))
	[ -z "$part" ] || [ $((n % 3 + 1)) -eq "$part" ] || continue
	[[ $name =~ $pattern ]] && wanted "$file" || continue
	echo "# $name"
	if ! target_for "$file" || ! out=$(psql "$target" -X -q -f "$file" 2>&1); then
		out+=$'\n'"not ok - $name stopped early"
	fi
	grep -v '^$' <<<"$out"
	! grep -q -e '^not ok' -e '^# Looks like' <<<"$out" || failed=1
done
if [ -n "${ctl_url:-}" ] && [[ -z $part || $part = 2 ]] && [[ ctl =~ $pattern ]] && wanted "$dir/t/ctl.sh"; then
	echo "# ctl"
	out=$(bash "$dir/t/ctl.sh" "$ctl_url" 2>&1)
	printf '%s\n' "$out"
	! grep -q '^not ok' <<<"$out" && grep -q '^1\.\.' <<<"$out" || failed=1
fi
exit $failed
