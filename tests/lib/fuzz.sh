#!/usr/bin/env bash
# One fuzz target for some seconds, as one TAP test.
#
#   tests/lib/fuzz.sh TARGET SECONDS DIR
#
# The corpus in tests/fuzz/corpus/TARGET (without fuzz_) is read; new finds go to
# build/test/fuzz/TARGET, a crash to build/test/fuzz/TARGET-crash-….
set -u
target=$1
seconds=$2
seeds=tests/fuzz/corpus/${target#fuzz_}
found=build/test/fuzz/$target
mkdir -p "$found"
[ -d "$seeds" ] || seeds=
echo 1..1
# shellcheck disable=SC2086
if output=$(build/fuzz/tests/fuzz/"$target" -max_total_time="$seconds" \
	-timeout=5 -rss_limit_mb=1024 -max_len=65536 -print_final_stats=1 \
	-artifact_prefix="$found-" "$found" $seeds 2>&1); then
	runs=$(printf '%s\n' "$output" |
		sed -n 's/^stat::number_of_executed_units: *//p')
	echo "ok 1 - $target ($runs inputs in $seconds s)"
else
	echo "not ok 1 - $target"
	printf '%s\n' "$output" | tail -n 40 | sed 's/^/# /'
	exit 1
fi
