#!/usr/bin/env bash
# Installs what Debian 12 lacks to build (and, with `test`, to test) Resonanz.
#
#   conf/install.sh build          packages-build.txt
#   conf/install.sh build test     both lists
#   conf/install.sh --check …      says what is missing, installs nothing
#
# The lists are read and dpkg is asked once; only when something is missing
# does apt-get run, as root or through sudo.
set -euo pipefail
cd "$(dirname "$0")"

check_only=
lists=()
for word in "$@"; do
	case $word in
	--check) check_only=1 ;;
	build | test) lists+=("packages-$word.txt") ;;
	*)
		echo "usage: conf/install.sh [--check] build [test]" >&2
		exit 2
		;;
	esac
done
[ ${#lists[@]} -gt 0 ] || lists=(packages-build.txt)

command -v dpkg-query >/dev/null || {
	echo "install: no dpkg here; Resonanz is built on Debian 12" >&2
	exit 1
}

mapfile -t wanted < <(sed '/^#/d; /^$/d' "${lists[@]}")
declare -A present=()
while read -r name state; do
	[ "$state" != installed ] || present[$name]=1
done < <(dpkg-query -W -f '${Package} ${db:Status-Status}\n' "${wanted[@]}" \
	2>/dev/null || :)
missing=()
for name in "${wanted[@]}"; do
	[ -n "${present[$name]-}" ] || missing+=("$name")
done

# node and npm may come from anywhere, from version 18 on
node_major=$(node --version 2>/dev/null | sed 's/^v\([0-9]*\).*/\1/' || :)
if [ "${node_major:-0}" -lt 18 ] || ! command -v npm >/dev/null; then
	missing+=(nodejs npm)
fi

[ ${#missing[@]} -gt 0 ] || exit 0
echo "missing Debian packages: ${missing[*]}"
[ -z "$check_only" ] || exit 1

as_root=()
if [ "$(id -u)" -ne 0 ]; then
	command -v sudo >/dev/null || {
		echo "install: run as root, or install sudo, or have the" \
			"packages above installed" >&2
		exit 1
	}
	as_root=(sudo)
fi
apt() {
	"${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get -q "$@"
}
echo "installing them with apt-get"
log=$(mktemp)
trap 'rm -f "$log"' EXIT
if ! { apt update && apt install -y --no-install-recommends "${missing[@]}"; } \
	>"$log" 2>&1; then
	tail -n 30 "$log" >&2
	echo "install: apt-get failed" >&2
	exit 1
fi
echo "installed ${#missing[@]} packages"
