#!/usr/bin/env bash
# `make run`: from a fresh Debian 12 to a served demo, and away again.
#
# Installs, builds, starts the private cluster under var/, migrates, loads the
# reference consultation and the demo people, sets the demo's clock, starts the
# server and the jobs. Ctrl-C or TERM ends what this start has started, nothing
# else. PORT=, CLOCK= and VAR= (folder of the data) choose; RESONANZ_*
# settings are passed on.
set -euo pipefail
cd "$(dirname "$0")/.."

port=${PORT:-8080}
clock=${CLOCK:-2024-04-22T09:00}
var=$(realpath -m "${VAR:-var}")
bin=$PWD/build/release
cluster_dir=$var/cluster
server_pid='' jobs_pid='' cluster_is_ours=''

say() { printf '%s\n' "$*"; }
die() {
	printf 'make run: %s\n' "$*" >&2
	exit 1
}

end() { # pid: TERM, and KILL when it will not go
	local pid=$1 waited=0
	[ -n "$pid" ] || return 0
	kill -TERM "$pid" 2>/dev/null || return 0
	while kill -0 "$pid" 2>/dev/null; do
		[ $waited -lt 240 ] || kill -KILL "$pid" 2>/dev/null || :
		waited=$((waited + 1))
		sleep 0.05
	done
}

finish() {
	local status=$?
	trap '' INT TERM HUP
	trap - EXIT
	end "$server_pid"
	end "$jobs_pid"
	[ -z "$cluster_is_ours" ] || conf/cluster.sh stop "$cluster_dir"
	[ -z "$server_pid" ] || say "stopped"
	exit $status
}
trap finish EXIT
trap 'exit 130' INT
trap 'exit 143' TERM HUP

case $port in
'' | *[!0-9]*) die "PORT=$port is not a number" ;;
esac
port_is_taken() { (: <"/dev/tcp/127.0.0.1/$port") 2>/dev/null; }
# the first line of the answer to GET /health, or nothing
health() {
	(
		exec 3<>"/dev/tcp/127.0.0.1/$port" || exit 0
		printf 'GET /health HTTP/1.1\r\nHost: 127.0.0.1\r\n%s\r\n\r\n' \
			'Connection: close' >&3
		head -n 1 <&3
	) 2>/dev/null || :
}
# A step of the start; what it printed is shown only when it fails.
step() { # log name, command …
	local log=$var/log/$1.log
	shift
	"$@" >"$log" 2>&1 || {
		tail -n 25 "$log" >&2
		die "$1 failed; all of it: $log"
	}
}

port_is_taken && die "port $port is taken by another program; use PORT=8081"
conf/install.sh build
mkdir -p "$var/log"

[ -x "$bin/resonanz" ] || say "building (the first time takes a minute)"
MAKEFLAGS='' step build make -s -j"$(nproc)" V=release all

# As root the server's workers drop to an ordinary user.
if [ "$(id -u)" -eq 0 ] && [ -z "${RESONANZ_USER+set}" ]; then
	RESONANZ_USER=nobody
	! id www-data >/dev/null 2>&1 || RESONANZ_USER=www-data
fi
export RESONANZ_USER=${RESONANZ_USER:-}

[ -S "$(conf/cluster.sh socket "$cluster_dir")/.s.PGSQL.5432" ] ||
	cluster_is_ours=1
is_new=''
[ -d "$cluster_dir/data" ] || is_new=1
conf/cluster.sh start "$cluster_dir"
export RESONANZ_KEYS=${RESONANZ_KEYS:-$var/keys}
step keys "$bin/resonanzctl" keys create

RESONANZ_DATABASE_URL=$(conf/cluster.sh url "$cluster_dir" resonanz postgres)
export RESONANZ_DATABASE_URL RESONANZ_MODE=demo
export RESONANZ_CONTACT=${RESONANZ_CONTACT:-konsultation@fitko.example}
step migrate "$bin/resonanzctl" migrate
# so that the paper is of the day of its session
[ -z "$is_new" ] || step clock "$bin/resonanzctl" clock set 2024-03-20T18:00
step import "$bin/resonanzctl" import assets/consultations/strategy-2024.json
step codes "$bin/resonanzctl" import assets/codelists/federal.json
step demo "$bin/resonanzctl" demo --clock "$clock" \
	--story assets/demo/later-2024.json
step clock "$bin/resonanzctl" clock set "$clock"

# The server sees its own role only; both are in their own session so that
# Ctrl-C reaches this script alone, which ends them in order.
RESONANZ_DATABASE_URL=$(conf/cluster.sh url "$cluster_dir" resonanz resonanz_web) \
	RESONANZ_PORT=$port RESONANZ_BIND=${RESONANZ_BIND:-127.0.0.1} \
	RESONANZ_CONF=$PWD/conf/resonanz.conf RESONANZ_ASSETS=$PWD/build/assets \
	RESONANZ_PIDFILE=$var/resonanz.pid \
	setsid "$bin/resonanz" >"$var/log/server.log" 2>&1 </dev/null &
server_pid=$!
# Mails go into a folder unless a mail server is set.
RESONANZ_SMTP_URL=${RESONANZ_SMTP_URL:-file:$var/mail} \
	RESONANZ_BASE_URL=${RESONANZ_BASE_URL:-http://127.0.0.1:$port} \
	setsid "$bin/resonanzctl" jobs >"$var/log/jobs.log" 2>&1 </dev/null &
jobs_pid=$!

waited=0
until [[ $(health) == *" 200 "* ]]; do
	kill -0 "$server_pid" 2>/dev/null && [ $waited -lt 400 ] || {
		tail -n 15 "$var/log/server.log" >&2
		die "the server did not start; all of it: $var/log/server.log"
	}
	waited=$((waited + 1))
	sleep 0.05
done

say ""
say "Resonanz is ready:  http://127.0.0.1:$port"
say "The demo's clock:   ${clock/T/ } (CLOCK=2024-05-06T09:00 make run)"
say ""
cat conf/demo-logins.txt
say ""
[ -n "${RESONANZ_SMTP_URL:-}" ] || say "Mails in var/mail, their links open here."
say "Logs in var/log, Ctrl-C stops everything."
wait "$server_pid" || status=$?
server_pid=
tail -n 5 "$var/log/server.log" >&2
die "the server ended (status ${status:-0})"
