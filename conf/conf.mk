# Running, packing, help.

VERSION := $(shell sed -n 's/^softwareVersion: *//p' publiccode.yml 2>/dev/null)

run:
	@bash conf/run.sh

# The source as it is committed, and the two programs with their assets.
dist: all
	@mkdir -p dist
	git archive --format=tar.gz --prefix=resonanz-$(VERSION)/ \
	    -o dist/resonanz-$(VERSION).tar.gz HEAD
	@rm -rf dist/tree && mkdir -p dist/tree/usr/bin dist/tree/usr/lib/systemd/system \
	    dist/tree/usr/share/resonanz/sql dist/tree/etc/resonanz
	install -s -m 755 build/release/resonanz build/release/resonanzctl dist/tree/usr/bin/
	cp -r build/assets dist/tree/usr/share/resonanz/assets
	cp -r sql/. dist/tree/usr/share/resonanz/sql/
	cp -r assets/consultations assets/codelists dist/tree/usr/share/resonanz/
	install -m 644 conf/*.service dist/tree/usr/lib/systemd/system/
	install -m 644 conf/resonanz.conf conf/haproxy.cfg conf/resonanz.env dist/tree/etc/resonanz/
	tar -C dist/tree --owner=0 --group=0 --sort=name -czf \
	    dist/resonanz-$(VERSION)-linux-$$(uname -m).tar.gz usr etc
	@rm -rf dist/tree
	@ls -l dist

help:
	@echo "make run      install what is missing, build, serve the demo on port 8080"
	@echo "              PORT=8081 another port, CLOCK=2024-05-06T09:00 another day"
	@echo "make test     every test; ONLY=pattern those whose names match"
	@echo "make bench    measurements beside their baselines; ONLY= too"
	@echo "make check    format, lints, static analysis, warnings"
	@echo "make fuzz     every fuzz target for a minute"
	@echo "make format   set the C files as .clang-format says"
	@echo "make dist     source and programs as archives in dist/"
	@echo "make          the two programs and the assets; V=asan with sanitizers"
	@echo "make clean    remove build/ (var/, the demo's data, stays)"

.PHONY: run dist help
