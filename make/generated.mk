# What the build makes in BUILD/gen, once for all variants, by tools that run here:
# the table of texts, and the files packed into each program.

HOST := $(BUILD)/tools
HOST_CFLAGS := $(COMMON) $(HARD) -DLYGTE_VERSION='"$(VERSION)"'
# A tool is tools/NAME.c with its tools/NAME_*.c, and what it wants of core/base;
# draw_photo is all of tools/draw_*.c.
TOOLS := $(foreach t,$(basename $(notdir $(wildcard tools/*.c))),$(if $(findstring _,$t),,$t)) \
    draw_photo
tool_objects = $(patsubst %.c,$(HOST)/obj/%.o,$(if $(filter draw_photo,$1),$(wildcard \
    tools/draw_*.c),$(wildcard tools/$1.c tools/$1_*.c)))

$(HOST)/obj/%.o: %.c Makefile make/generated.mk
	@mkdir -p $(@D)
	@echo "  tool $<"
	$(Q)gcc $(HOST_CFLAGS) $(ban) -c -o $@ $<

$(HOST)/base.a: $(patsubst %.c,$(HOST)/obj/%.o,$(wildcard core/base/*.c))
	$(Q)rm -f $@ && ar rcs $@ $^

define TOOL
$(HOST)/$1: $(call tool_objects,$1) $(HOST)/base.a
	$$(Q)gcc -pie -Wl,--as-needed,--gc-sections -o $$@ $$^ $$$$(env -u PKG_CONFIG_LIBDIR \
	    pkg-config --libs $(BASE_LIBS) libjpeg libexif) -lm
endef
$(foreach t,$(TOOLS),$(eval $(call TOOL,$t)))

# Lists of names are files that change only when a name comes, goes or changes.
$(GEN)/%.list: FORCE
	@mkdir -p $(@D)
	@printf '%s\n' $(LIST) | cmp -s - $@ || printf '%s\n' $(LIST) >$@

# ---- texts ------------------------------------------------------------------------------

TEXTS := $(sort $(wildcard assets/i18n/da/*.json assets/i18n/en/*.json))
$(GEN)/texts.list: private LIST := $(TEXTS)
$(GEN)/i18n_table.c: $(HOST)/i18n $(GEN)/texts.list $(TEXTS)
	$(Q)$(HOST)/i18n -o $@ $(TEXTS)

$(GEN)/catalogue.ok: $(HOST)/catalogue schema/catalogue.json
	$(Q)$(HOST)/catalogue schema/catalogue.json && touch $@

# ---- packs: NAME=PATH, or @ a file of such lines; NAME is what the program asks for -------

SCHEMA := $(sort $(wildcard schema/*/*.sql schema/*.json))
under = $(sort $(shell find $1 -type f ! -name '.*' 2>/dev/null))
SHARED := $(call under,assets/shared assets/icons) $(wildcard assets/i18n/*/page-*.json)
MODULES := node_modules
VENDOR := vendor/leaflet.css=$(MODULES)/leaflet/dist/leaflet.css vendor/licences.txt=$(GEN)/licences.txt
# Whose code the packs hold beside ours, and on which terms.
VENDORS := preact htm leaflet @noble/hashes @noble/ciphers @noble/curves
$(GEN)/licences.txt: $(foreach v,$(VENDORS),$(MODULES)/$v/LICENSE)
	@mkdir -p $(@D)
	$(Q)for v in $(VENDORS); do printf '==== %s ====\n\n' $$v; cat $(MODULES)/$$v/LICENSE; echo; done >$@
itself = $(foreach f,$1,$f=$f)
# Styles go in without comments and spaces, scripts as tools/pages.mjs makes them; the service
# worker has marks in it that the program fills in and stays as it is.
small = $(patsubst assets/%,$(GEN)/small/%,$(filter %.css,$1)) $(filter %/sw.js,$1) \
    $(filter-out %.js %.css %/index.html,$1)
asset = $(foreach f,$(call small,$1),$(patsubst assets/%,%,$(patsubst $(GEN)/small/%,%,$f))=$f)
$(GEN)/small/%: assets/% $(MODULES)/esbuild/package.json
	@mkdir -p $(@D)
	$(Q)node_modules/.bin/esbuild $< --minify --target=es2022 --log-level=warning \
	    --bundle '--external:*.png' --outfile=$@
$(GEN)/small/walker/page.css: $(wildcard assets/walker/*.css)
PAGED := $(filter-out %/sw.js,$(filter %.js %/index.html,$(call under,assets/shared assets/walker \
    assets/registry)))
$(GEN)/paged.list: private LIST := $(PAGED)
$(GEN)/pages/%.names: tools/pages.mjs $(GEN)/paged.list $(PAGED) package-lock.json \
    $(MODULES)/esbuild/package.json
	@echo "  pages $*"
	$(Q)node tools/pages.mjs $(@D) $*

bin/walker.pack := walker
bin/registry.pack := registry
PACKS := schema walker registry
schema.pairs := $(call itself,$(SCHEMA))
walker.pairs := $(schema.pairs) $(VENDOR) \
    $(call asset,$(SHARED) $(call under,assets/walker))
walker.names := $(GEN)/pages/walker.names
registry.pairs := $(schema.pairs) $(VENDOR) \
    $(call asset,$(SHARED) $(call under,assets/registry))
registry.names := $(GEN)/pages/registry.names

define PACK
$(GEN)/pack_$1.list: private LIST := $($1.pairs)
$(GEN)/pack_$1.S: $(HOST)/pack $(GEN)/catalogue.ok $(GEN)/pack_$1.list $($1.names) \
    $(foreach p,$($1.pairs),$(lastword $(subst =, ,$p)))
	@echo "  pack $1"
	$$(Q)$(HOST)/pack -o $$@ -t $(GEN)/pack_$1.c -p asset $($1.pairs) $(addprefix @,$($1.names))
$(GEN)/pack_$1.c: $(GEN)/pack_$1.S ;
$(call archive,pack/$1): $(OBJ)/gen/pack_$1.o $(OBJ)/gen/pack_$1_bytes.o
$(OBJ)/gen/pack_$1_bytes.o: $(GEN)/pack_$1.S
	@mkdir -p $$(@D)
	$$(Q)$$(CC) -c -g -o $$@ $$<
endef
$(foreach p,$(PACKS),$(eval $(call PACK,$p)))
pack_of = $(call archive,pack/$(or $($1.pack),schema))
