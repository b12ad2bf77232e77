# Kore, the HTTP server, from Debian's packaged source with the patches of this
# folder; README.md here says why. Defines for the other makefiles:
#   KORE_STAMP    depend on it: the patched headers and objects exist
#   KORE_OBJS     link these (they have no rules of their own)
#   KORE_CFLAGS   compile with these whatever includes <kore/...>
#   KORE_LDFLAGS  link with these, after the objects
KORE_DEBIAN := /usr/share/kore
KORE_SRC := $(O)/kore-src
KORE_OBJ := $(O)/kore
KORE_STAMP := $(KORE_OBJ)/stamp
KORE_PATCHES := $(shell sed '/^\#/d;/^$$/d' app/kore/series)

KORE_OBJS := $(patsubst %,$(KORE_OBJ)/%.o,accesslog auth buf config connection \
	domain filemap fileref http json keymgr kore linux mem module msg net \
	pool runtime seccomp tasks timer utils validator version websocket worker)
KORE_CFLAGS = -isystem $(KORE_SRC)/include $$(cat $(KORE_OBJ)/features)
KORE_LDFLAGS = $$(cat $(KORE_OBJ)/ldflags)

# A sanitizer needs system calls that no sandbox would allow, and Kore's pools
# would hide every use after free: libc-malloc.patch gives way to libc there.
KORE_SAN_asan := $(SAN_asan) -DSECCOMP_KILL_POLICY=SECCOMP_RET_ALLOW \
	-DKORE_USE_LIBC_MALLOC
KORE_CC := $(CC) $(KORE_SAN_$(V))

KORE_DEPS := app/kore/kore.mk app/kore/series $(addprefix app/kore/,$(KORE_PATCHES)) \
	$(wildcard $(KORE_DEBIAN)/RELEASE)

# Under a lock, and only if what lies there is not of the same making: two makes
# may be running.
$(KORE_STAMP): $(KORE_DEPS)
	@mkdir -p $(O)
	@flock $(O)/kore.lock $(MAKE) -s --no-print-directory kore-source

kore-source:
	@sum=`cat $(KORE_DEPS) | sha256sum`; \
	if [ "`cat $(KORE_STAMP) 2>/dev/null`" = "$$sum" ]; then \
	    touch $(KORE_STAMP); exit 0; \
	fi; \
	set -e; \
	rm -rf $(KORE_SRC) $(KORE_OBJ); mkdir -p $(KORE_OBJ); \
	cp -R $(KORE_DEBIAN) $(KORE_SRC); \
	for p in $(KORE_PATCHES); do \
	    patch -s -F0 -p1 -d $(KORE_SRC) < app/kore/$$p \
	        || { echo "app/kore/$$p does not apply" >&2; exit 1; }; \
	done; \
	echo "kore `cat $(KORE_SRC)/RELEASE`: $(words $(KORE_PATCHES)) patches"; \
	env -u MAKEFLAGS -u MFLAGS -u MAKEOVERRIDES -u CFLAGS -u LDFLAGS \
	    $(MAKE) -s -j2 -C $(KORE_SRC) objects OBJDIR=$(abspath $(KORE_OBJ)) \
	    KORE_SINGLE_BINARY=1 TASKS=1 PREFIX=/usr CC="$(KORE_CC)"; \
	echo "$$sum" > $(KORE_STAMP)

# The server that tests/http/protocol.mjs and tls.mjs talk to.
PROBE := $(O)/tests/http/kore_probe
$(PROBE).o: CFLAGS += $(KORE_CFLAGS)
$(PROBE).o: $(KORE_STAMP)
$(PROBE): $(PROBE).o $(KORE_STAMP)
	$(CC) $(LDFLAGS) $< $(KORE_OBJS) $(KORE_LDFLAGS) -o $@
kore-probe: $(PROBE)
.PHONY: kore-probe kore-source
