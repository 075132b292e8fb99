# tagpipe: token classification with BERT as Unix filters. `make help` lists what there is to make.
VERSION := 0.1.0
PREFIX  ?= /usr/local
BUILD   ?= build
CC      := $(if $(filter default,$(origin CC)),gcc,$(CC))
CFLAGS  ?= -O3 -g
PKG_CONFIG ?= pkg-config

# Each library: its pkg-config name (either of two, where they differ between releases) and its Debian package.
# pkg-config names that exist in older and newer Debian, then the package to install.
pkg = $(firstword $(foreach n,$(1),$(if $(shell $(PKG_CONFIG) --exists $(n) 2>/dev/null && echo y),$(n))))
BLAS     := $(call pkg,openblas)
UTF8PROC := $(call pkg,libutf8proc)
MSGPACK  := $(call pkg,msgpack-c msgpack)
JANSSON  := $(call pkg,jansson)
XXHASH   := $(call pkg,libxxhash)
CMOCKA   := $(call pkg,cmocka)

DEPS_BUILD := gcc make pkg-config libopenblas-dev libutf8proc-dev libmsgpack-dev libjansson-dev libxxhash-dev
DEPS_CHECK := libcmocka-dev bats shellcheck jq mandoc
DEPS_CI    := clang libomp-dev

PKGS     := $(BLAS) $(UTF8PROC) $(MSGPACK) $(JANSSON) $(XXHASH)
WARN     := -Wall -Wextra -Wshadow -Wvla -Wstrict-prototypes -Wmissing-prototypes -Wpointer-arith -Wwrite-strings
TP_CFLAGS  = -std=c11 -D_POSIX_C_SOURCE=200809L -D_FILE_OFFSET_BITS=64 -DTAGPIPE_VERSION='"$(VERSION)"' -Iinclude $(WARN) -fopenmp -ffp-contract=off -Wno-psabi \
             $(shell $(PKG_CONFIG) --cflags $(PKGS))
TP_LIBS    = $(shell $(PKG_CONFIG) --libs $(PKGS)) -lm

LIB_OBJECTS  := $(patsubst lib/%.c,$(BUILD)/lib/%.o,$(wildcard lib/*.c))
TOOLS        := $(patsubst tools/%.c,%,$(wildcard tools/*.c))
UNIT_TESTS   := $(patsubst tests/%.c,$(BUILD)/tests/%,$(wildcard tests/test_*.c))
TEST_SUPPORT := $(patsubst tests/%.c,$(BUILD)/tests/%.o,$(filter-out $(wildcard tests/test_*.c),$(wildcard tests/*.c)))

.PHONY: all lib tests clean
all: $(TOOLS:%=$(BUILD)/%)
lib: $(BUILD)/libtagpipe.a
tests: all $(UNIT_TESTS)

# A missing library stops here with the package's name, not in the middle of a compilation.
need = $(if $($(1)),,missing="$$missing $(2)";)
$(BUILD)/.have: Makefile
	@missing=; command -v $(PKG_CONFIG) >/dev/null || missing=" pkg-config"; \
	$(call need,BLAS,libopenblas-dev) $(call need,UTF8PROC,libutf8proc-dev) $(call need,MSGPACK,libmsgpack-dev) \
	$(call need,JANSSON,libjansson-dev) $(call need,XXHASH,libxxhash-dev) \
	if [ -n "$$missing" ]; then echo "make: missing libraries; on Debian: apt-get install$$missing (or: make deps)" >&2; exit 1; fi
	@mkdir -p $(@D) && touch $@

$(BUILD)/lib/%.o: lib/%.c $(BUILD)/.have
	@mkdir -p $(@D)
	$(CC) $(TP_CFLAGS) $(CFLAGS) -MMD -MP -c -o $@ $<
$(BUILD)/tools/%.o: tools/%.c $(BUILD)/.have
	@mkdir -p $(@D)
	$(CC) $(TP_CFLAGS) $(CFLAGS) -MMD -MP -c -o $@ $<
$(BUILD)/tests/%.o: tests/%.c $(BUILD)/.have
	@mkdir -p $(@D)
	$(CC) $(TP_CFLAGS) $(CFLAGS) -MMD -MP -c -o $@ $<

$(BUILD)/libtagpipe.a: $(LIB_OBJECTS)
	@rm -f $@
	$(AR) rcs $@ $^
$(TOOLS:%=$(BUILD)/%): $(BUILD)/%: $(BUILD)/tools/%.o $(BUILD)/libtagpipe.a
	$(CC) $(CFLAGS) -fopenmp $(LDFLAGS) -o $@ $^ $(TP_LIBS)
$(UNIT_TESTS): $(BUILD)/tests/%: $(BUILD)/tests/%.o $(TEST_SUPPORT) $(BUILD)/libtagpipe.a
	$(CC) $(CFLAGS) -fopenmp $(LDFLAGS) -o $@ $^ $(TP_LIBS) -lcmocka
.SECONDARY:

clean:
	rm -rf $(BUILD)

-include $(wildcard $(BUILD)/lib/*.d $(BUILD)/tools/*.d $(BUILD)/tests/*.d)
