# Resonanz. `make run` serves the demo, `make test` tests everything,
# `make help` lists the rest. See README.md.
.DEFAULT_GOAL := all
SHELL := /bin/bash
MAKEFLAGS += --no-builtin-rules

# V=release (default), V=asan (sanitizers), V=fuzz (clang, for the fuzz targets)
V ?= release
B := build
O := $(B)/$(V)

CC_release := gcc
CC_asan := gcc
CC_fuzz := clang-14
CC := $(CC_$(V))
SAN_release := -D_FORTIFY_SOURCE=2
SAN_asan := -fsanitize=address,undefined -fno-omit-frame-pointer
SAN_fuzz := -fsanitize=fuzzer-no-link,address,undefined
SAN := $(SAN_$(V))
WARN := -Wall -Wextra -Wshadow -Wstrict-prototypes -Wmissing-prototypes \
	-Wconversion -Wformat=2 -Wcast-qual -Wvla -Werror
CFLAGS := -std=c11 -D_GNU_SOURCE -O2 -g $(WARN) $(SAN) -fstack-protector-strong \
	-fPIE -MMD -MP -Iapp -I$(shell pg_config --includedir 2>/dev/null)
LDFLAGS := -pie -Wl,-z,relro,-z,now $(filter -fsanitize%,$(SAN))
PLAIN_LIBS := -ljansson -lcrypto -lsodium -lcmark -loath -lqrencode -lcsv -lz -lpq -lpthread -lm
CTL_LIBS := -lcurl

obj = $(patsubst %.c,$(O)/%.o,$(1))
PLAIN_SRC := $(wildcard app/web/*.c app/domain/*.c)
CTL_SRC := $(wildcard app/ctl/*.c)
SERVE_SRC := $(wildcard app/serve/*.c)
PLAIN_LIB := $(O)/libplain.a
CTL_LIB := $(O)/libctl.a

all: $(O)/resonanz $(O)/resonanzctl assets

$(PLAIN_LIB): $(call obj,$(PLAIN_SRC))
	@rm -f $@ && ar rcs $@ $^

# What tests take from the command line: all of it but main.
$(CTL_LIB): $(call obj,$(filter-out app/ctl/main.c,$(CTL_SRC)))
	@rm -f $@ && ar rcs $@ $^

$(O)/%.o: %.c
	@mkdir -p $(@D)
	@echo '  CC    $<'
	@$(CC) $(CFLAGS) -c $< -o $@

include app/kore/kore.mk

$(call obj,$(SERVE_SRC)): CFLAGS += $(KORE_CFLAGS)
$(call obj,$(SERVE_SRC)): $(KORE_STAMP)

# The server refuses a database that other files than these have made.
$(O)/schema.hash: $(O)/resonanzctl $(shell find sql -name '*.sql' 2>/dev/null)
	@RESONANZ_SQL=sql $< schema >$@
$(O)/app/serve/statements.o: $(O)/schema.hash
$(O)/app/serve/statements.o: CFLAGS += -DSCHEMA_HASH='"$(shell cat $(O)/schema.hash)"'

$(O)/resonanz: $(call obj,$(SERVE_SRC)) $(PLAIN_LIB) $(KORE_STAMP)
	$(CC) $(LDFLAGS) $(call obj,$(SERVE_SRC)) $(KORE_OBJS) $(PLAIN_LIB) \
	    $(KORE_LDFLAGS) $(PLAIN_LIBS) -o $@

$(O)/resonanzctl: $(call obj,$(CTL_SRC)) $(PLAIN_LIB)
	$(CC) $(LDFLAGS) $^ $(CTL_LIBS) $(PLAIN_LIBS) -o $@

# Each tests/unit/test_*.c is a cmocka program over the plain rooms and ctl.
UNIT := $(patsubst tests/unit/%.c,$(O)/tests/unit/%,$(wildcard tests/unit/test_*.c))
unit-programs: $(UNIT)
$(O)/tests/unit/%: $(O)/tests/unit/%.o $(CTL_LIB) $(PLAIN_LIB)
	@mkdir -p $(@D)
	$(CC) $(LDFLAGS) $< $(CTL_LIB) $(PLAIN_LIB) -lcmocka $(CTL_LIBS) $(PLAIN_LIBS) -o $@

# Each tests/fuzz/fuzz_*.c is a libFuzzer target; build with V=fuzz.
FUZZ := $(patsubst tests/fuzz/%.c,$(O)/tests/fuzz/%,$(wildcard tests/fuzz/fuzz_*.c))
fuzz-programs: $(FUZZ)
$(O)/tests/fuzz/%: $(O)/tests/fuzz/%.o $(CTL_LIB) $(PLAIN_LIB)
	@mkdir -p $(@D)
	$(CC) $(LDFLAGS) -fsanitize=fuzzer $< $(CTL_LIB) $(PLAIN_LIB) $(CTL_LIBS) $(PLAIN_LIBS) -o $@

include assets/assets.mk
include tests/tests.mk
include tests/render.mk
include conf/conf.mk

clean:
	rm -rf $(B)

.PHONY: all unit-programs fuzz-programs assets clean
.SECONDARY:
-include $(shell find $(O) -name '*.d' 2>/dev/null)
