#!/usr/bin/env bash
# `make check`: layout, static analysis and the rules of the tree.
#
#   tests/check.sh          one line a rule, findings below it
#   tests/check.sh --tap    the same as TAP, for `make test`
#
# A rule is a function that prints its findings; none printed is a pass.
set -u
cd "$(dirname "$0")/.."
tap=${1:-}
number=0 failed=0

mapfile -t c_files < <(git ls-files -co --exclude-standard 'app/*.c' 'app/*.h' \
	'tests/unit/*.c' 'tests/unit/*.h' 'tests/fuzz/*.c' 'tests/fuzz/*.h')
mapfile -t app_files < <(printf '%s\n' "${c_files[@]}" | grep '^app/')
mapfile -t templates < <(git ls-files -co --exclude-standard 'assets/pages/*.html' \
	'assets/parts/*.html')
mapfile -t sql_files < <(git ls-files -co --exclude-standard 'sql/*.sql')

# Code without comments and string contents, FILE:LINE: before each line.
code_of() {
	awk '
	FNR == 1 { inside = 0 }
	{
		line = $0
		gsub(/\\./, "", line)
		gsub(/"[^"]*"/, "\"\"", line)
		out = ""
		while (line != "") {
			if (inside) {
				end = index(line, "*/")
				if (!end) { line = ""; break }
				line = substr(line, end + 2); inside = 0
			} else {
				start = index(line, "/*")
				if (!start) { out = out line; line = ""; break }
				out = out substr(line, 1, start - 1)
				line = substr(line, start + 2); inside = 1
			}
		}
		print FILENAME ":" FNR ":" out
	}' "$@"
}

# --- the rules --------------------------------------------------------------
layout_as_clang_format() {
	clang-format --dry-run "${c_files[@]}" 2>&1 | grep 'warning:' | head -n 40
}

no_banned_call() {
	code_of "${c_files[@]}" |
		grep -E '[^_[:alnum:]>.](sprintf|vsprintf|strcpy|strcat|strtok|gets|atoi|atol|alloca|system|popen|tmpnam)[[:space:]]*\('
}

exit_only_where_a_program_ends() {
	code_of "${app_files[@]}" | grep -vE '^app/(ctl/(child|cli|main)\.c|serve/main\.c):' |
		grep -E '[^_[:alnum:]](exit|_exit)[[:space:]]*\('
}

no_sql_in_c_but_calls_of_functions() {
	grep -nHEi '"[^"]*\<(insert into|update [a-z_.]+ set|delete from|select [^"]* from [a-z_]+\.[a-z_]+( |"|;|$)|create table|alter table|begin;|commit;)' \
		"${app_files[@]}" | grep -v '^app/ctl/' |
		grep -vEi 'from (app|page|action|job)\.[a-z_]+\(|app\.enter'
}

only_serve_includes_kore() {
	grep -nHE '#include[[:space:]]*[<"]kore/' "${app_files[@]}" | grep -v '^app/serve/'
}

# What both rooms stand on lies in web/: buffers, memory, results, UTF-8.
rooms_call_downwards_only() {
	grep -nHE '#include "(web|serve|ctl)/' "${app_files[@]}" | grep '^app/domain/' |
		grep -vE '"web/(buf|mem|rc|utf8)\.h"'
	grep -nHE '#include "(serve|ctl)/' "${app_files[@]}" | grep '^app/web/'
	grep -nHE '#include "serve/' "${app_files[@]}" | grep '^app/ctl/'
}

headers_are_guarded() {
	local file
	for file in $(printf '%s\n' "${app_files[@]}" | grep '\.h$'); do
		grep -q '^#ifndef APP_[A-Z0-9_]*_H$' "$file" || echo "$file: no guard APP_…_H"
	done
}

# name kind, of each row of the map
routes() {
	sed -nE 's/^(PAGE|VIEW|ACTION|CUSTOM)\(([a-z_]+),.*/\1 \2/p' app/routes.def
}

each_route_has_function_and_template() {
	local kind name
	while read -r kind name; do
		case $kind in
		PAGE)
			[ -f "sql/page/$name.sql" ] || echo "$name: no sql/page/$name.sql"
			[ -f "assets/pages/$name.html" ] ||
				echo "$name: no assets/pages/$name.html"
			;;
		VIEW)
			[ -f "sql/page/$name.sql" ] || echo "$name: no sql/page/$name.sql"
			[ -f "assets/pages/$name.html" ] ||
				echo "$name: no assets/pages/$name.html"
			[ -f "sql/action/${name}_seen.sql" ] || echo "$name: no sql/action/${name}_seen.sql"
			;;
		ACTION) [ -f "sql/action/$name.sql" ] || echo "$name: no sql/action/$name.sql" ;;
		esac
	done < <(routes)
}

each_route_is_tested() {
	local name
	while read -r _ name; do
		grep -qE "(^|[^a-z_])$name([^a-z_]|$)" tests/http/*.mjs 2>/dev/null ||
			echo "$name: not named in tests/http"
	done < <(routes)
}

sql_functions_stay_under_80_lines() {
	awk 'FNR == 1 { start = 0 }
	tolower($0) ~ /create (or replace )?(function|procedure)/ && !start { start = FNR; name = $0 }
	start && /^(end )?\$[a-z]*\$;? *$|^end \$\$;/ {
		if (FNR - start > 80) print FILENAME ":" start ": " FNR - start " lines: " name
		start = 0
	}' "${sql_files[@]}"
}

sql_definers_pin_their_search_path() {
	local file
	for file in $(printf '%s\n' "${sql_files[@]}" | grep -E '^sql/(page|action)/[a-z_]+\.sql$'); do
		grep -qi 'security definer' "$file" || echo "$file: not security definer"
		grep -qi 'set search_path = app, pg_temp' "$file" ||
			echo "$file: search_path is not pinned"
	done
}

templates_have_no_inline_script_or_style() {
	grep -nHE '<script>|<script [^>]*>[^<]|<style|[[:space:]]style="|[[:space:]]on[a-z]+="|javascript:' \
		"${templates[@]}" | grep -vE '<script[^>]* src="[^"]*"[^>]*></script>'
}

post_forms_carry_the_form_token() {
	awk 'FNR == 1 && open { print file ":" open ": POST form without csrf"; open = 0 }
	{ file = FILENAME }
	/<form[^>]*method="post"/ { open = FNR }
	/name="csrf"|\{\{> *csrf *\}\}/ { open = 0 }
	/<\/form>/ && open { print FILENAME ":" open ": POST form without csrf"; open = 0 }' \
		"${templates[@]}"
}

no_mark_of_unfinished_work() {
	git grep -nIE '\b(TODO|FIXME|XXX|HACK)\b|not implemented|lorem ipsum' -- \
		app assets sql conf tests Makefile '*.md' ':!tests/check.sh' ':!CHANGELOG.md' |
		head -n 20
}

files_stay_under_600_lines() {
	git ls-files -co --exclude-standard 'app/*.[ch]' 'sql/*.sql' 'assets/*.js' \
		'assets/*.css' 'tests/*.c' 'tests/*.mjs' 'tests/*.sh' 'tests/*.sql' |
		xargs -d '\n' wc -l | awk '$2 != "total" && $1 > 600 { print $2 ": " $1 " lines" }'
}

lock_files_name_no_registry() {
	git ls-files -co --exclude-standard '*package-lock.json' |
		xargs -r grep -nHE '"resolved": *"https?:' | head -n 5
}

scripts_parse() {
	local file
	for file in $(git ls-files -co --exclude-standard '*.sh' '.ci/run'); do
		bash -n "$file" 2>&1
	done
	for file in $(git ls-files -co --exclude-standard '*.mjs'); do
		node --check "$file" 2>&1 | head -n 5
	done
}

static_analysis() {
	mkdir -p build/test/cppcheck
	cppcheck -q -j 2 --std=c11 --language=c --enable=warning,portability,performance \
		--cppcheck-build-dir=build/test/cppcheck --inline-suppr -Iapp \
		--suppress=missingIncludeSystem --suppress=unknownMacro --suppress=nullPointerRedundantCheck \
		--suppress=nullPointerOutOfMemory --suppress=ctunullpointerOutOfMemory \
		-D__GNUC__ -DMUST_CHECK= --template='{file}:{line}: {severity} {id}: {message}' \
		$(printf '%s\n' "${app_files[@]}" | grep '\.c$') 2>&1 | grep -v '^$' | head -n 40
}

clang_warns_of_nothing() {
	local file kore=build/release/kore/include
	for file in $(printf '%s\n' "${app_files[@]}" | grep '^app/\(web\|domain\|ctl\)/.*\.c$'); do
		clang-14 -fsyntax-only -std=c11 -D_GNU_SOURCE -Iapp \
			-I"$(pg_config --includedir)" -Wall -Wextra -Wshadow -Wconversion \
			-Wstrict-prototypes -Wmissing-prototypes -Wformat=2 -Wcast-qual -Wvla \
			-Wcomma "$file" 2>&1 | grep -E 'warning:|error:'
	done | head -n 40
}

# --- telling ----------------------------------------------------------------
rule() {
	local name=$1 findings
	findings=$("$name")
	number=$((number + 1))
	if [ -z "$findings" ]; then
		if [ -n "$tap" ]; then echo "ok $number - ${name//_/ }"; else echo "ok      ${name//_/ }"; fi
		return
	fi
	failed=$((failed + 1))
	if [ -n "$tap" ]; then
		echo "not ok $number - ${name//_/ }"
		printf '%s\n' "$findings" | sed 's/^/# /'
	else
		echo "FAILED  ${name//_/ }"
		printf '%s\n' "$findings" | sed 's/^/        /'
	fi
}

rule layout_as_clang_format
rule no_banned_call
rule exit_only_where_a_program_ends
rule no_sql_in_c_but_calls_of_functions
rule only_serve_includes_kore
rule rooms_call_downwards_only
rule headers_are_guarded
rule each_route_has_function_and_template
rule each_route_is_tested
rule sql_functions_stay_under_80_lines
rule sql_definers_pin_their_search_path
rule templates_have_no_inline_script_or_style
rule post_forms_carry_the_form_token
rule no_mark_of_unfinished_work
rule files_stay_under_600_lines
rule lock_files_name_no_registry
rule scripts_parse
rule static_analysis
rule clang_warns_of_nothing
if [ -n "$tap" ]; then
	echo "1..$number"
else
	echo "$((number - failed)) passed, $failed failed"
fi
[ $failed -eq 0 ]
