# make fuzz: each tests/fuzz/fuzz_NAME.c as a libFuzzer program under ASan and UBSan, in
# BUILD/fuzz (FUZZ=1). What it finds new stays in BUILD/fuzz/found, see tests/fuzz/README.
#
#   make fuzz [SECONDS=60] [RUNS=N] [TARGET=fuzz_json]      N runs end it sooner
#
# --gc-sections would take the counters of coverage away with the code. muldefs lets a
# target put its own in the place of what libFuzzer defines (tests/fuzz/fuzz_fast.h).

.PHONY: fuzz fuzzers
SECONDS ?= 60
RUNS ?= -1
TARGET ?=
FUZZERS := $(patsubst %.c,$(OUT)/%,$(wildcard tests/fuzz/fuzz_*.c))

fuzz:
	$(NEED) build fuzz
	$(SUB) FUZZ=1 fuzzers
	@FUZZ_SECONDS='$(SECONDS)' RUNS='$(RUNS)' TARGET='$(TARGET)' sh tests/fuzz/run.sh

fuzzers: $(if $(TARGET),$(OUT)/tests/fuzz/$(TARGET),$(FUZZERS))

$(OUT)/tests/fuzz/%: $(OBJ)/tests/fuzz/%.o $(call archives,$(TESTED)) \
    $(call archive,pack/schema)
	@mkdir -p $(@D)
	@echo "  $(TAG) link tests/fuzz/$*"
	$(Q)$(CC) $(filter-out %--gc-sections,$(LINK)) -Wl,--as-needed,-z,muldefs \
	    -fsanitize=fuzzer,address,undefined -o $@ \
	    -Wl,--start-group $^ -Wl,--end-group $(call libs,$(ALL_LIBS))
