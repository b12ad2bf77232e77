# The interface: templates, style sheet, icons, modules, fonts -> build/assets.
#
# `make assets` installs the npm packages of conf/npm once into build/npm,
# subsets the fonts once into build/fonts and builds anew when a source is
# younger than the manifest.

NPM_DIR := $(B)/npm
NPM_STAMP := $(NPM_DIR)/node_modules/.package-lock.json
KERN_FONTS := $(NPM_DIR)/node_modules/@kern-ux/native/dist/fonts/fira-sans
FONTS := $(B)/fonts/fira-400.woff2 $(B)/fonts/fira-600.woff2
# German, the languages around it, typographic marks, arrows, tick.
FONT_RANGE := U+0020-007E,U+00A0-017F,U+2010-2027,U+2030-203A,U+20AC,U+2190-2193,U+2212,U+2713
FONT_FEATURES := kern,liga,tnum,lnum,locl,ccmp,mark
# Folders stand in the list so that a removed file counts as a change.
ASSET_SRC := $(shell find assets -mindepth 1 \( -path assets/consultations -o -path assets/codelists \
	-o -path assets/demo \) \
	-prune -o \( -type f -o -type d \) -print)

assets: $(B)/assets/manifest.json

$(NPM_STAMP): conf/npm/package.json conf/npm/package-lock.json conf/npm/.npmrc
	@mkdir -p $(NPM_DIR)
	cp $^ $(NPM_DIR)/
	cd $(NPM_DIR) && npm ci --no-audit --no-fund --loglevel=error
	@touch $@

$(B)/fonts/fira-400.woff2: FACE := Regular
$(B)/fonts/fira-600.woff2: FACE := SemiBold
$(FONTS): $(NPM_STAMP)
	@mkdir -p $(@D)
	pyftsubset $(KERN_FONTS)/FiraSans-$(FACE).woff2 --unicodes='$(FONT_RANGE)' \
	    --layout-features='$(FONT_FEATURES)' --flavor=woff2 --output-file=$@

$(B)/assets/manifest.json: $(ASSET_SRC) $(NPM_STAMP) $(FONTS)
	node assets/build.mjs $(B)/assets $(B)/fonts

.PHONY: assets
