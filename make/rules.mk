# From source to program: objects, archives, programs, test programs.

$(OBJ)/%.o: %.c Makefile
	@mkdir -p $(@D)
	@echo "  $(TAG) $<"
	$(Q)$(CC) $(CFLAGS) $(facts) $(ban) -c -o $@ $<

$(OBJ)/gen/%.o: $(GEN)/%.c Makefile
	@mkdir -p $(@D)
	$(Q)$(CC) $(CFLAGS) $(ban) -c -o $@ $<

FACTUAL := $(call objects,$(if $(ALL_C),$(shell grep -lsE 'LYGTE_(VERSION|BUILD_TIME)' $(ALL_C))))
$(FACTUAL): private facts := $(FACTS)
$(FACTUAL): $(GEN)/facts.list
$(GEN)/facts.list: private LIST := $(FACTS)

# An archive also follows its folder, so that a file taken away leaves it.
$(OUT)/lib/%.a:
	@mkdir -p $(@D)
	$(Q)rm -f $@ && ar rcs $@ $(filter %.o,$^)
$(foreach r,$(FILLED),$(eval $(call archive,$r): $(call objects,$(call sources,$r)) \
    $(patsubst %/program,%,$r)))
$(call archive,core/base): $(OBJ)/gen/i18n_table.o

define PROGRAM
$(OUT)/$1: $(call objects,$($1.main)/main.c) $(call archives,$($1.rooms)) $(call pack_of,$1)
	@mkdir -p $$(@D)
	@echo "  $(TAG) link $1"
	$$(Q)$$(CC) $$(LINK) -o $$@ -Wl,--start-group $$^ \
	    $$(addprefix -l:lib,$$(addsuffix .a,$$($1.static))) -Wl,--end-group \
	    $$(call libs,$$($1.libs))
endef
$(foreach p,$(PRESENT),$(eval $(call PROGRAM,$p)))

# A test or bench program is one .c file with every room there is.
$(OUT)/tests/%: $(OBJ)/tests/%.o $(call archives,$(TESTED)) $(call archive,pack/schema)
	@mkdir -p $(@D)
	@echo "  $(TAG) link tests/$*"
	$(Q)$(CC) $(LINK) -o $@ -Wl,--start-group $^ -Wl,--end-group \
	    $(call libs,$(ALL_LIBS) $(if $(filter bench/%,$*),,cmocka))

programs: $(addprefix $(OUT)/,$(PRESENT)) $(call archives,$(FILLED)) \
    $(addprefix $(HOST)/,$(TOOLS))
tests: $(TESTS)
benches: $(BENCHES)

.SECONDARY:
-include $(shell find $(OBJ) $(HOST)/obj -name '*.d' 2>/dev/null)
