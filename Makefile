# Lygte is built here, by GNU make and nothing else. A new .c file in a room, a new test,
# a new asset or schema step needs no change in this file.
#
#   make           installs what is missing, builds      make run        a demo to look at
#   make test      builds and runs the tests             make test-all   the long forms too
#   make storm     breaks sync in every way: ROUNDS=500 SEED=n FROM=1
#   make fuzz      the fuzzers, 60 s each: SECONDS=, TARGET=
#   make bench  make lint  make arrows  make lengths  make format  make arm64  make clean
#   make install DESTDIR=... PREFIX=/usr/local
#
#   BUILD=DIR  elsewhere than build/     SAN=1  with ASan and UBSan, in BUILD/san
#   CC=clang   in BUILD/clang            ARCH=arm64  crossed, in BUILD/arm64     V=1  says all

VERSION := 0.1.0
BUILD ?= build
PREFIX ?= /usr/local
export BUILD

ifeq ($(origin CC),default)
CC := gcc
endif
ifdef SAN
VARIANT := /san
override CC := gcc
else ifdef FUZZ
VARIANT := /fuzz
override CC := clang
else ifeq ($(ARCH),arm64)
VARIANT := /arm64
override CC := aarch64-linux-gnu-gcc
export PKG_CONFIG_LIBDIR := /usr/lib/aarch64-linux-gnu/pkgconfig:/usr/share/pkgconfig
else ifneq ($(filter clang%,$(notdir $(CC))),)
VARIANT := /clang
endif
OUT := $(BUILD)$(VARIANT)
GEN := $(BUILD)/gen
OBJ := $(OUT)/obj
TAG := $(or $(patsubst /%,%,$(VARIANT)),build)
Q := $(if $(V),,@)

# ---- how a file is compiled ---------------------------------------------------------

WARNINGS := -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wstrict-prototypes \
    -Wmissing-prototypes -Wvla -Wformat=2 -Werror
CPPFLAGS := -D_GNU_SOURCE -D_FILE_OFFSET_BITS=64 -I. -I$(GEN)
COMMON := -std=c17 $(CPPFLAGS) $(WARNINGS) -g -fPIE -ffunction-sections -fdata-sections \
    -fstack-protector-strong -ffile-prefix-map=$(CURDIR)=. -MMD -MP
HARD := -O2 -D_FORTIFY_SOURCE=2
SANITIZE := -fsanitize=address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer
# Comparing is not traced: a third of a run, for words the dictionaries know.
FUZZED := -O2 $(SANITIZE) -fsanitize=fuzzer-no-link -fno-sanitize-coverage=trace-cmp
CFLAGS := $(COMMON) $(if $(FUZZ),$(FUZZED),$(if $(SAN),-O1 $(SANITIZE),$(HARD)))
LINK := -pie -Wl,-z,relro,-z,now,-z,noexecstack,--as-needed,--gc-sections \
    $(if $(SAN)$(FUZZ),$(SANITIZE))
# Foreign headers compiled in a stb*.c may use banned words.
ban = $(if $(filter stb%,$(notdir $<)),,-include core/base/banned.h)
# Only files that name a fact of the build are compiled anew when it changes.
BUILD_TIME := $(or $(SOURCE_DATE_EPOCH),$(shell git log -1 --format=%ct 2>/dev/null))
FACTS := -DLYGTE_VERSION='"$(VERSION)"' $(addprefix -DLYGTE_BUILD_TIME=,$(BUILD_TIME))

# ---- rooms: one archive each, of all their .c files but main.c -----------------------

ROOMS := core/base core/store core/store/local core/web core/web/late core/picture sync \
    sync/client sync/server lists walker registry tests/support
# core/picture is the call; its other files are the program lygte-picture.
sources = $(if $(filter core/picture,$1),$(wildcard $1/call*.c),$(if \
    $(filter core/picture/program,$1),$(filter-out core/picture/call%.c %/main.c,$(wildcard \
    core/picture/*.c)),$(filter-out %/main.c,$(wildcard $1/*.c))))
archive = $(OUT)/lib/$(subst /,_,$1).a
archives = $(foreach r,$1,$(if $(call sources,$r),$(call archive,$r)))
objects = $(patsubst %.c,$(OBJ)/%.o,$1)
FILLED := $(foreach r,$(ROOMS) core/picture/program,$(if $(call sources,$r),$r))
# core/web/late stands in for a library: it is for bin/walker alone.
TESTED := $(filter-out core/web/late,$(FILLED))
ALL_C := $(sort $(foreach r,$(ROOMS),$(wildcard $r/*.c)) $(wildcard tools/*.c tests/*/*.c))

CORE := core/web core/picture core/store core/store/local core/base
BASE_LIBS := libcjson nettle libsodium zlib
STORE_LIBS := sqlite3 $(BASE_LIBS)

# Each program: its main, the rooms and pack it links, its libraries, and those it takes in
# whole (docs/decisions "GnuTLS comes late"). tools/arrows.sh checks the outcome against the
# table of rooms.
PROGRAMS := bin/walker bin/registry bin/walker-sync bin/lygte-lists libexec/lygte-picture
bin/walker.main := walker
bin/walker.rooms := walker sync/server sync lists $(CORE) core/web/late
bin/walker.static := microhttpd
bin/walker.libs := expat $(STORE_LIBS)
bin/registry.main := registry
bin/registry.rooms := registry sync/server sync lists $(CORE)
bin/registry.libs := libmicrohttpd gnutls $(STORE_LIBS)
bin/walker-sync.main := sync/client
bin/walker-sync.rooms := sync/client sync $(CORE)
bin/walker-sync.libs := libcurl gnutls $(STORE_LIBS)
bin/lygte-lists.main := lists
bin/lygte-lists.rooms := lists core/store core/store/local core/base
bin/lygte-lists.libs := libqrencode $(STORE_LIBS)
libexec/lygte-picture.main := core/picture
libexec/lygte-picture.rooms := core/picture/program core/base
libexec/lygte-picture.libs := libjpeg libexif libseccomp $(BASE_LIBS)
PRESENT := $(foreach p,$(PROGRAMS),$(if $(wildcard $($p.main)/main.c),$p))

ALL_LIBS := libmicrohttpd gnutls expat libcurl libjpeg libexif libseccomp libqrencode \
    $(STORE_LIBS)
libs = $$(pkg-config --libs $1) -lm -pthread
TESTS := $(patsubst %.c,$(OUT)/%,$(wildcard tests/unit/*.c))
BENCHES := $(patsubst %.c,$(OUT)/%,$(wildcard tests/bench/*.c))

# ---- what people call ------------------------------------------------------------------

NEED := @sh tools/need.sh
SUB = +@$(MAKE) --no-print-directory $(if $(findstring -j,$(MAKEFLAGS)),,-j$(shell nproc))
.PHONY: all run test test-all bench storm lint arrows lengths format clean arm64 install \
    programs tests benches FORCE
.DELETE_ON_ERROR:
.SUFFIXES:

all:
	$(NEED) build
	$(SUB) programs

run:
	$(NEED) build run
	$(SUB) programs
	@exec env BIN=$(OUT)/bin DEMO_DIR='$(DEMO_DIR)' RUN_SECONDS='$(RUN_SECONDS)' bash tools/run.sh

# picture_planted without sanitizers: only so it meets its memory limit.
PLANTED := $(BUILD)/tests/unit/picture_planted

test:
	$(NEED) build test
	$(SUB) programs $(PLANTED)
	$(SUB) SAN=1 programs tests
	@tests/run.sh house unit system browser

test-all:
	$(NEED) build test pg clang
	$(SUB) programs
	$(SUB) SAN=1 programs tests
	@tests/run.sh house unit system browser long clang arm64

arm64:
	@tests/run.sh arm64

bench:
	$(NEED) build bench
	$(SUB) programs benches
	@BIN=$(OUT)/bin bash tests/bench/run.sh

storm: all
	@ROUNDS='$(or $(ROUNDS),500)' SEED='$(SEED)' FROM='$(FROM)' BIN=$(OUT)/bin bash tests/system/storm.sh

lint:
	$(NEED) build test lint
	$(SUB) programs
	$(SUB) -k tidy cppcheck shellcheck texts widths

arrows: all
	@bash tools/arrows.sh

lengths:
	@sh tools/lengths.sh

format:
	$(NEED) lint
	@clang-format -i $(ALL_C) $(wildcard $(addsuffix /*.h,$(ROOMS) tools tests/*))

clean:
	rm -rf $(BUILD)

# bin/ finds ../libexec/lygte-picture beside itself, here as in build/.
install: all
	@for p in $(PRESENT); do install -D -m 755 $(OUT)/$$p $(DESTDIR)$(PREFIX)/$$p; done
	@install -D -m 644 $(GEN)/licences.txt $(DESTDIR)$(PREFIX)/share/doc/lygte/licences.txt

FORCE:

include make/generated.mk make/rules.mk make/lint.mk make/fuzz.mk
