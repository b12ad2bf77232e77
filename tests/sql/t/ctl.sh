#!/usr/bin/env bash
# resonanzctl against a database of its own, and saves at the same time.
#   tests/sql/t/ctl.sh PSQL-URL-OF-AN-EMPTY-DATABASE
# Prints TAP. RESONANZ_CTL names the program.
set -uo pipefail
export RESONANZ_DATABASE_URL=$1 RESONANZ_MODE=test
ctl=$(realpath "${RESONANZ_CTL:-build/release/resonanzctl}")
here=$(realpath "$(dirname "$0")")
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cp -r "$here/../../../sql" "$work/sql"
export RESONANZ_SQL=$work/sql
n=0

ask() { psql -qAtX -v ON_ERROR_STOP=1 "$RESONANZ_DATABASE_URL" "$@"; }
ok() { # what command …
	local what=$1
	shift
	n=$((n + 1))
	if "$@"; then echo "ok $n - $what"; else echo "not ok $n - $what"; fi
}
says() { # words command …: its output has the words
	local words=$1 out
	shift
	out=$("$@" 2>&1)
	[[ $out == *"$words"* ]] || { sed 's/^/# /' <<<"$out"; false; }
}
fails() { ! "$@" >/dev/null 2>&1; }

# --- migrate ------------------------------------------------------------------
ok 'an empty database' says 'applied migrations/0001_base.sql' "$ctl" migrate
ok 'the second time does nothing' says 'nothing to do' "$ctl" migrate
functions() { ask -c "select md5(string_agg(oid || ' ' || xmin, ',' order by oid)) from pg_proc"; }
before=$(functions)
"$ctl" migrate >/dev/null
ok 'and makes no function anew' test "$(functions)" = "$before"

first=$work/sql/migrations/0001_base.sql
cp "$first" "$work/first"
echo '-- später' >>"$first"
ok 'a changed migration is refused by name' says 'migrations/0001_base.sql was changed' "$ctl" migrate
ok 'with a status' fails "$ctl" migrate
mv "$work/first" "$first"

cat >"$work/sql/migrations/9001_probe.sql" <<'SQL'
create table app.probe (id int);
SQL
cat >"$work/sql/job/probe.sql" <<'SQL'
create or replace function app.probe_helper() returns int language sql as 'select 1';
create or replace function job.probe() returns int language sql as 'select 1';
SQL
ok 'a new migration is applied' says 'applied migrations/9001_probe.sql' "$ctl" migrate
ok 'once' test "$(ask -c "select count(*) from app.migration where name like '%9001%'")" = 1
rm "$work/sql/job/probe.sql"
"$ctl" migrate >/dev/null
ok 'functions that no file makes are gone' test "$(ask -c \
	"select count(*) from pg_proc where proname like 'probe%'")" = 0
ok 'those of the migrations are not' test "$(ask -c \
	"select count(*) from pg_proc where proname in ('canon_hash', 'guard_answer')")" = 2

printf 'create table app.halb (id int);\nselect 1 / 0;\n' >"$work/sql/migrations/9002_broken.sql"
ok 'a broken migration is named' says 'migrations/9002_broken.sql: ERROR' "$ctl" migrate
ok 'and leaves nothing' test -z "$(ask -c "select to_regclass('app.halb')")"
rm "$work/sql/migrations/9002_broken.sql"
rm "$work/sql/migrations/9001_probe.sql"
ok 'an older program is told so' says 'older than the database' "$ctl" migrate
ask -c "delete from app.migration where name like '%9001%'; drop table app.probe"
ok 'back to what it was' says 'schema' "$ctl" migrate

# --- check --------------------------------------------------------------------
ok 'check finds nothing' says ' 0 findings' "$ctl" check
ask -c "create or replace function job.number_positions() returns int language sql as 'select 0'"
ok 'a function changed by hand' says 'functions were changed by hand' "$ctl" check
ok 'is made again' says 'functions and rights made' "$ctl" migrate
ask -c 'grant select on app.person to resonanz_web'
ok 'a table opened to the web role' says 'rights on a table: person' "$ctl" check
ask -c 'revoke select on app.person from resonanz_web' -c 'alter table app.answer no force row level security'
ok 'policies no longer forced' says 'not forced: answer' "$ctl" check
ask -c 'alter table app.answer force row level security'
ask -c 'drop function page.start(app.caller)'
ok 'a route without its function' says 'without its function: page.start' "$ctl" check
"$ctl" migrate >/dev/null

# --- clock --------------------------------------------------------------------
ok 'the clock is set' says '2024-04-22 09:00:0' "$ctl" clock set 2024-04-22T09:00
ok 'across the begin of summer time' says '2024-03-31 03:30:0' "$ctl" clock set 2024-03-31T03:30
ok 'production does not set it' env RESONANZ_MODE=production bash -c "! '$ctl' clock set 2024-04-22T09:00 2>/dev/null"
ok 'and names it' env RESONANZ_MODE=production bash -c "'$ctl' check | grep -q 'test clock in production'"
ok 'a migration leaves it alone' says '2024-03-31' bash -c "touch '$work/sql/job/x.sql'; '$ctl' migrate; '$ctl' clock"
rm "$work/sql/job/x.sql"
ok 'no such time' fails "$ctl" clock set 2024-02-30T09:00
ok 'off' says "$(date +%Y-)" "$ctl" clock off
"$ctl" migrate >/dev/null
ok 'nothing of it remains' says ' 0 findings' env RESONANZ_MODE=production "$ctl" check

# --- account ------------------------------------------------------------------
ok 'an account' bash -c "echo 'zwölf Zeichen' | '$ctl' account create Vera.Huber@bayern.example 'Vera Huber'"
ok 'has a hash only' says '$argon2id$' ask -c \
	"select password_hash from app.person where mail = 'vera.huber@bayern.example'"
ok 'eleven characters are too few' bash -c "! echo 'elf Zeichen' | '$ctl' account password vera.huber@bayern.example 2>/dev/null"
ok 'nor is a frequent word a password' bash -c "echo 'Passwort2024!' | '$ctl' account password vera.huber@bayern.example 2>&1 | grep -q 'frequent words'"
ok 'nor the own name' bash -c "echo 'die Frau Huber lacht' | '$ctl' account password vera.huber@bayern.example 2>&1 | grep -q 'own name'"
ok 'one person a mail address' bash -c "! echo 'zwölf Zeichen' | '$ctl' account create vera.huber@bayern.example X 2>/dev/null"

# --- at the same time -----------------------------------------------------------
sed -e 's/^rollback;/commit;/' "$here/setup.sql" >"$work/setup.sql"
sed -i "s#^\\\\ir ../../../sql#\\\\i $work/sql#" "$work/setup.sql"
{ cat "$work/setup.sql"; echo 'commit;'; } >"$work/world.sql"
psql -qX "$RESONANZ_DATABASE_URL" -f "$work/world.sql" >/dev/null
for i in 1 2 3 4 5 6 7 8; do
	ask -c "select t.save('huber', 'K4.G2.5', 0, 'agree', 'Text $i')" >"$work/save$i" &
done
wait
ok 'of eight first saves one wins' test "$(cat "$work"/save* | grep -c 'notice=saved')" = 1
ok 'seven are told' test "$(cat "$work"/save* | grep -c '"stale"')" = 7
for i in 1 2 3 4 5 6 7 8; do
	ask -c "select t.save('brandl', 'K4.G2.5', 1, 'reject', 'Text B$i')" >"$work/save$i" &
done
wait
ok 'of eight saves of one version one wins' test "$(cat "$work"/save* | grep -c 'notice=saved')" = 1
ok 'seven are told, too' test "$(cat "$work"/save* | grep -c '"stale"')" = 7

hash=$(ask -c "select app.preview_hash(id) from app.response")
for i in 1 2 3 4; do
	ask -c "select t.release('brandl', 'T-BY', p_hash => '$hash')" >"$work/release$i" &
	ask -c "select t.save('huber', 'L-K4-1', 0, 'note', 'Während der Freigabe $i')" >"$work/late$i" &
done
wait
won=$(cat "$work"/release* | grep -c '"receipt"')
saved=$(cat "$work"/late* | grep -c 'notice=saved')
ok "one release or, after a save, none ($won, $saved)" test $((won + saved)) = 1
ok 'every version is what its hash says' test "$(ask -c "select count(*) from app.response_version v
	where v.content_hash <> app.canon_hash(app.version_canon(v.id))")" = 0
echo "1..$n"
