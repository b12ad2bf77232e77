# Tests, checks and benches. `make test ONLY=pattern` runs those whose file or
# test names match; tests/run.mjs decides what has to be built for them.

ONLY ?=

test: test-packages
	@node tests/run.mjs --only '$(ONLY)'

fuzz: test-packages
	@node tests/run.mjs --suites fuzz --fuzz-seconds 60 --only '$(ONLY)'

bench: test-packages
	@node tests/bench/run.mjs --only '$(ONLY)'

check: test-packages
	@bash tests/check.sh

test-packages:
	@bash conf/install.sh build test

# What the bench measures without a server.
$(O)/tests/bench/%: $(O)/tests/bench/%.o $(CTL_LIB) $(PLAIN_LIB)
	@mkdir -p $(@D)
	$(CC) $(LDFLAGS) $< $(CTL_LIB) $(PLAIN_LIB) $(CTL_LIBS) $(PLAIN_LIBS) -o $@

$(O)/tests/bench/xlsx: PLAIN_LIBS += -lxlsxwriter

# Layout of the C files, as .clang-format says; routes.def is set by hand.
format:
	clang-format -i $(wildcard app/*/*.[ch] tests/unit/*.[ch] tests/fuzz/*.[ch] tests/bench/*.c)

.PHONY: test fuzz bench check format test-packages
