#!/usr/bin/env bash
# A private PostgreSQL 15 in one folder: unix socket only, no TCP.
#
#   conf/cluster.sh start DIR [--throw-away]   idempotent; ready on return
#   conf/cluster.sh stop DIR [--kill]          by its own pid
#   conf/cluster.sh socket DIR                 the socket's folder
#   conf/cluster.sh url DIR [DATABASE] [ROLE]  a libpq conninfo
#
# DIR/data holds the cluster, DIR/log what it said. As root the server runs as
# CLUSTER_USER (postgres); as an ordinary user as that user. Peer
# authentication: root, whoever started it and CLUSTER_USER may be every role;
# RESONANZ_USER, the web server's user, may be resonanz_web alone.
#
# --throw-away gives up durability against a crash of the machine (tests).
set -euo pipefail

bin=${PG_BIN:-/usr/lib/postgresql/15/bin}
verb=${1:?start, stop, socket or url}
dir=${2:?folder}
shift 2
umask 022
mkdir -p "$dir"
dir=$(cd "$dir" && pwd -P)
data=$(readlink -f "$dir/data")
log=$dir/log

# --- who runs it ------------------------------------------------------------
if [ "$(id -u)" -eq 0 ]; then
	owner=${CLUSTER_USER:-postgres}
	as_owner=(setpriv "--reuid=$owner" "--regid=$(id -g "$owner")"
		--init-groups --)
else
	owner=$(id -un)
	as_owner=()
fi

# A folder that the cluster's user cannot enter (a checkout below /root) sends
# the data to /var/tmp; DIR/data then is a link there.
hash=$(printf %s "$dir" | sha256sum | cut -c1-12)

own_folder() { # path mode: ours, not a link that somebody else left there
	[ -d "$1" ] || mkdir -m "$2" "$1"
	if [ -L "$1" ] || { [ ! -O "$1" ] && [ "$(stat -c %U "$1")" != "$owner" ]; }
	then
		echo "cluster: $1 belongs to somebody else" >&2
		exit 1
	fi
	[ "$(id -u)" -ne 0 ] || chown "$owner" "$1"
	chmod "$2" "$1"
}

# The longest path a unix socket may have is 107 bytes.
socket=$dir/socket
if [ ${#dir} -gt 70 ] || ! "${as_owner[@]}" test -x "$dir"; then
	socket=${XDG_RUNTIME_DIR:-/tmp}/resonanz-$hash
	[ "$(id -u)" -ne 0 ] || socket=/tmp/resonanz-$hash
fi

conninfo() { # database role
	echo "host=$socket dbname=${1:-resonanz} user=${2:-postgres}"
}

pid_of() { # the pid of a living postmaster of this very folder
	local pid
	pid=$(head -n1 "$data/postmaster.pid" 2>/dev/null) || return 1
	[ -n "$pid" ] && [ -d "/proc/$pid" ] &&
		tr '\0' ' ' <"/proc/$pid/cmdline" | grep -qF -- "-D $data" &&
		echo "$pid"
}

# --- settings ---------------------------------------------------------------
settings() { # throw_away
	cat <<CONF
listen_addresses = ''
unix_socket_directories = '$socket'
unix_socket_permissions = 0777
max_connections = 100
shared_buffers = 256MB
work_mem = 16MB
maintenance_work_mem = 128MB
effective_cache_size = 1GB
max_parallel_workers_per_gather = 2
random_page_cost = 1.1
jit = off
timezone = 'Europe/Berlin'
log_timezone = 'Europe/Berlin'
lc_messages = 'C'
log_line_prefix = '%m %u %d '
log_min_duration_statement = 500
log_lock_waits = on
track_functions = 'none'
max_wal_size = 1GB
min_wal_size = 80MB
CONF
	[ -z "$1" ] || cat <<CONF
fsync = off
full_page_writes = off
autovacuum_naptime = 15s
max_connections = 200
CONF
}

identities() {
	local user role
	for user in $(printf '%s\n' root "$(id -un)" "${SUDO_USER:-root}" \
		"$owner" | sort -u); do
		for role in postgres resonanz_owner resonanz_web resonanz_jobs; do
			echo "resonanz $user $role"
		done
	done
	[ -z "${RESONANZ_USER:-}" ] || echo "resonanz $RESONANZ_USER resonanz_web"
}

create() { # throw_away
	echo "creating the database cluster in $data"
	if ! "${as_owner[@]}" test -x "$dir"; then
		own_folder "/var/tmp/resonanz-$hash" 700
		ln -sfn "/var/tmp/resonanz-$hash" "$data"
		data=/var/tmp/resonanz-$hash
	elif [ ! -d "$data" ]; then
		mkdir -m 700 "$data"
		[ "$(id -u)" -ne 0 ] || chown "$owner" "$data"
	fi
	(cd / && "${as_owner[@]}" "$bin/initdb" -D "$data" -U postgres -k \
		--no-sync --no-instructions --encoding=UTF8 --locale=C.UTF-8 \
		--auth=peer >"$log" 2>&1) || {
		tail -n 20 "$log" >&2
		exit 1
	}
	[ -n "$1" ] || sync
	echo "include 'resonanz.conf'" >>"$data/postgresql.conf"
	echo "local all all peer map=resonanz" >"$data/pg_hba.conf"
}

# Roles and the empty database; everything in it is the migrations' business.
furnish() {
	psql -qAtX -v ON_ERROR_STOP=1 "$(conninfo postgres)" <<'SQL'
select format('create role %I login', r)
  from unnest('{resonanz_owner,resonanz_web,resonanz_jobs}'::text[]) r
 where r not in (select rolname from pg_roles) \gexec
select 'create database resonanz owner resonanz_owner'
 where not exists (select from pg_database where datname = 'resonanz') \gexec
SQL
}

start() { # throw_away
	local fresh= pid waited=0
	if pid=$(pid_of); then # who may connect can have changed
		identities | cmp -s - "$data/pg_ident.conf" || {
			identities >"$data/pg_ident.conf"
			kill -HUP "$pid"
		}
		return 0
	fi
	[ -f "$data/PG_VERSION" ] || {
		create "$1"
		fresh=1
	}
	own_folder "$socket" 755
	settings "$1" >"$data/resonanz.conf"
	identities >"$data/pg_ident.conf"
	[ "$(id -u)" -ne 0 ] || chown "$owner" "$data/resonanz.conf"
	[ -e "$log" ] || : >"$log"
	[ "$(id -u)" -ne 0 ] || chown "$owner" "$log"
	# its own session: Ctrl-C in the terminal is not for it
	(cd / && exec setsid "${as_owner[@]}" "$bin/postgres" -D "$data" \
		>>"$log" 2>&1 </dev/null) &
	pid=$!
	until [ -S "$socket/.s.PGSQL.5432" ] &&
		"$bin/pg_isready" -q -h "$socket" -U postgres -d postgres; do
		if [ $waited -ge 1200 ] || ! kill -0 $pid 2>/dev/null; then
			echo "cluster: PostgreSQL did not start; $log says:" >&2
			tail -n 8 "$log" >&2
			exit 1
		fi
		waited=$((waited + 1))
		sleep 0.05
	done
	[ -z "$fresh" ] || furnish
}

stop() { # signal: INT fast, QUIT at once
	local pid waited=0
	pid=$(pid_of) || return 0
	kill "-$1" "$pid"
	while kill -0 "$pid" 2>/dev/null; do
		if [ $waited -ge 1200 ]; then
			kill -QUIT "$pid" 2>/dev/null || :
			break
		fi
		waited=$((waited + 1))
		sleep 0.05
	done
	case $socket in
	*/resonanz-"$hash") rmdir "$socket" 2>/dev/null || : ;;
	esac
}

option=${1:-}
case $verb in
start)
	[ "$option" = --throw-away ] && throw_away=1 || throw_away=
	start "$throw_away"
	;;
stop)
	[ "$option" = --kill ] && stop QUIT || stop INT
	;;
socket) echo "$socket" ;;
url) conninfo "${1:-}" "${2:-}" ;;
*)
	echo "cluster: $verb? start, stop, socket or url" >&2
	exit 2
	;;
esac
