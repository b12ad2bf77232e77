#!/bin/sh
# Runs the pgTAP files against a migrated database and prints TAP.
#   tests/sql/run.sh PSQL-URL [PATTERN]
# A file that stops early is a failure, since its plan is not fulfilled.
url=${1:?"usage: run.sh PSQL-URL [PATTERN]"}
pattern=${2:-.}
dir=$(dirname "$0")
failed=0
for file in "$dir"/*.sql; do
	name=$(basename "$file" .sql)
	echo "$name" | grep -q -e "$pattern" || continue
	echo "# $name"
	if ! out=$(psql "$url" -X -q -f "$file" 2>&1); then
		out="$out
not ok - $name stopped early"
	fi
	printf '%s\n' "$out" | grep -v '^$'
	if printf '%s\n' "$out" | grep -q -e '^not ok' -e '^# Looks like'; then
		failed=$((failed + 1))
	fi
done
exit $((failed > 0))
