# tagpipe: token classification with BERT as Unix filters. `make help` lists what there is to make.
VERSION := 0.4.0
PREFIX  ?= /usr/local
BUILD   ?= build

# A path between quotes, for the shell. A recipe has no place for a path with a newline. BUILD is looked at as it was given, before
# make expands it.
empty :=
define newline


endef
quoted = '$(subst ','\'',$(1))'
not_in_rules := $(foreach s,* ? [ ] \ % $$ \# : | ; = ' " ` ~ & < > ( ),$(findstring $(s),$(value BUILD)))
$(if $(or $(strip $(not_in_rules)),$(filter-out 1,$(words $(value BUILD))),$(findstring $(empty) $(empty),$(value BUILD))),\
    $(error BUILD is '$(value BUILD)': make needs a name without blanks and without signs of make or of the shell))
$(foreach v,BUILD PREFIX DESTDIR,$(if $(findstring $(newline),$(value $(v))),$(error $(v) has a newline)))

CC      := $(if $(filter default,$(origin CC)),gcc,$(CC))
CFLAGS  ?= -O3 -g
PKG_CONFIG ?= pkg-config

# Each library by its pkg-config name. Two names where an older and a newer Debian have different ones.
pkg = $(firstword $(foreach n,$(1),$(if $(shell $(PKG_CONFIG) --exists $(n) 2>/dev/null && echo y),$(n))))
BLAS     := $(call pkg,openblas)
UTF8PROC := $(call pkg,libutf8proc)
MSGPACK  := $(call pkg,msgpack-c msgpack)
JANSSON  := $(call pkg,jansson)
XXHASH   := $(call pkg,libxxhash)
LIBZIP   := $(call pkg,libzip)
CMOCKA   := $(call pkg,cmocka)

DEPS_BUILD := gcc libc6-dev make pkg-config libopenblas-dev libutf8proc-dev libmsgpack-dev libjansson-dev libxxhash-dev \
              libzip-dev
DEPS_CHECK := libcmocka-dev bats shellcheck jq mandoc groff-base clang-format
DEPS_CI    := clang libomp-dev

PKGS     := $(BLAS) $(UTF8PROC) $(MSGPACK) $(JANSSON) $(XXHASH) $(LIBZIP)
WARN     := -Wall -Wextra -Wshadow -Wvla -Wstrict-prototypes -Wmissing-prototypes -Wpointer-arith -Wwrite-strings
TP_CFLAGS  = -std=c11 -D_POSIX_C_SOURCE=200809L -D_FILE_OFFSET_BITS=64 -DTAGPIPE_VERSION='"$(VERSION)"' -Ilib -Iinclude \
             $(WARN) $(HARDEN) -fopenmp -ffp-contract=off -fno-math-errno -Wno-psabi $(shell $(PKG_CONFIG) --cflags $(PKGS))
TP_LIBS    = $(shell $(PKG_CONFIG) --libs $(PKGS)) -lm

# Hardening, unless CFLAGS, CPPFLAGS or LDFLAGS say otherwise: they come after it. _FORTIFY_SOURCE needs an optimizer, gets in the
# way of the sanitizers, and a packager's own (dpkg-buildflags) stays alone. Level 3 where the C library has it for this compiler.
GIVEN     := $(CC) $(CPPFLAGS) $(CFLAGS) $(LDFLAGS)
FORTIFY   := $(if $(and $(findstring -O,$(CFLAGS)),$(if $(findstring FORTIFY_SOURCE,$(GIVEN))$(findstring sanitize,$(GIVEN))$(findstring -O0,$(CFLAGS)),,y)),\
             -U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=$(shell echo '\#include <limits.h>' | \
             $(CC) -O1 -D_FORTIFY_SOURCE=3 -Werror -E - >/dev/null 2>&1 && echo 3 || echo 2))
PIE       := $(if $(findstring static,$(GIVEN)),,y)
HARDEN    := -fstack-protector-strong $(if $(PIE),-fPIE) $(FORTIFY)
HARDEN_LD := -Wl,-z,relro,-z,now $(if $(PIE),-pie)
$(BUILD)/lib/%.o: WARN += -Wconversion
$(BUILD)/tools/%.o: WARN += -Wconversion

# Files with loops over vectors (lib/math/vec.h) are compiled for three levels of x86-64; a program uses the
# highest level that its processor has.
WIDTHS       := $(if $(findstring x86_64,$(shell $(CC) -dumpmachine 2>/dev/null)),$(if $(findstring sanitize,$(CFLAGS)),,v3 v4))
VECTORS      := math/ops math/ops_activation math/ops_dropout math/adamw gemm/gemm_portable_tile gemm/gemm_int8_quantize \
                gemm/gemm_split
WIDE_OBJECTS := $(foreach w,$(WIDTHS),$(VECTORS:%=$(BUILD)/lib/%.$w.o))
LIB_OBJECTS  := $(patsubst lib/%.c,$(BUILD)/lib/%.o,$(wildcard lib/*/*.c)) $(WIDE_OBJECTS)
TOOLS        := $(patsubst tools/%.c,%,$(wildcard tools/*.c))
UNIT_TESTS   := $(patsubst tests/%.c,$(BUILD)/tests/%,$(wildcard tests/*/test_*.c))
TEST_SUPPORT := $(patsubst tests/%.c,$(BUILD)/tests/%.o,$(wildcard tests/support/*.c tests/reference/*.c))
# Targets for fuzzing: one program, with the mains of all tools under other names. Under libFuzzer the driver is clang's.
FUZZ         := $(patsubst tests/%.c,$(BUILD)/tests/%.o,$(filter-out $(if $(findstring fuzzer,$(CFLAGS)),%/driver.c),$(wildcard tests/fuzz/*.c)))
FUZZ_TOOLS   := $(TOOLS:%=$(BUILD)/tests/fuzz/tools/%.o)
BENCH        := $(patsubst tests/%.c,$(BUILD)/tests/%,$(wildcard tests/bench/*.c))

.PHONY: all lib tests demo pictures check soak bench golden format .format-check .format-version install uninstall deps help clean
all: $(TOOLS:%=$(BUILD)/%) $(BUILD)/tagpipe
lib: $(BUILD)/libtagpipe.a
tests: all $(UNIT_TESTS) $(BUILD)/tests/bench/cost $(BUILD)/tests/fuzz/fuzz

# V=1 shows each command.
Q := $(if $(V),,@)
say = $(if $(V)$(findstring s,$(firstword -$(MAKEFLAGS))),,@echo "  $(1)")

# If a library is missing, make stops here with the name of its package, and not in the middle of a compilation.
need = $(if $($(1)),,missing="$$missing $(2)";)
$(BUILD)/.have: Makefile $(BUILD)/.flags
	@missing=; command -v $(PKG_CONFIG) >/dev/null || missing=" pkg-config"; \
	$(call need,BLAS,libopenblas-dev) $(call need,UTF8PROC,libutf8proc-dev) $(call need,MSGPACK,libmsgpack-dev) \
	$(call need,JANSSON,libjansson-dev) $(call need,XXHASH,libxxhash-dev) $(call need,LIBZIP,libzip-dev) \
	command -v $(firstword $(CC)) >/dev/null || missing="$$missing $(firstword $(CC))"; \
	if [ -n "$$missing" ]; then echo "make: missing; on Debian: apt-get install$$missing (or: make deps)" >&2; exit 1; fi
	@mkdir -p $(@D) && touch $@

# Objects of another compiler or of other flags must not be mixed with those of this one.
.PHONY: .changed
same = $(and $(findstring x$(1)x,x$(2)x),$(findstring x$(2)x,x$(1)x))
$(BUILD)/.flags: $(if $(call same,$(GIVEN) $(HARDEN),$(file <$(BUILD)/.flags)),,.changed)
	@mkdir -p $(@D) && echo '$(GIVEN) $(HARDEN)' >$@

$(BUILD)/lib/%.o: lib/%.c $(BUILD)/.have
	@mkdir -p $(@D)
	$(call say,CC $<)
	$(Q)$(CC) $(TP_CFLAGS) $(CPPFLAGS) $(CFLAGS) -MMD -MP -c -o $@ $<
$(VECTORS:%=$(BUILD)/lib/%.o): TP_CFLAGS += $(if $(WIDTHS),-DVEC_WIDTHS)
$(WIDE_OBJECTS): $(BUILD)/lib/%.o: $(BUILD)/.have
	@mkdir -p $(@D)
	$(call say,CC lib/$(basename $*).c for x86-64-$(subst .,,$(suffix $*)))
	$(Q)$(CC) $(TP_CFLAGS) $(CPPFLAGS) $(CFLAGS) -march=x86-64-$(subst .,,$(suffix $*)) -DVEC_WIDTH='"$(suffix $*)"' -MMD -MP -c -o $@ \
	    lib/$(basename $*).c
# Kernels read nothing from outside, and under libFuzzer's instruments clang needs minutes for one.
ifneq ($(findstring fuzzer,$(CFLAGS)),)
$(patsubst lib/%.c,$(BUILD)/lib/%.o,$(wildcard lib/gemm/*.c lib/math/*.c)): override CFLAGS := $(filter-out -fsanitize=%,$(CFLAGS))
endif
$(BUILD)/tools/%.o: tools/%.c $(BUILD)/.have
	@mkdir -p $(@D)
	$(call say,CC $<)
	$(Q)$(CC) $(TP_CFLAGS) $(CPPFLAGS) $(CFLAGS) -MMD -MP -c -o $@ $<
$(BUILD)/tests/%.o: tests/%.c $(BUILD)/.have
	@mkdir -p $(@D)
	$(call say,CC $<)
	$(Q)$(CC) $(TP_CFLAGS) -Itests $(CPPFLAGS) $(CFLAGS) -MMD -MP -c -o $@ $<

$(FUZZ_TOOLS): $(BUILD)/tests/fuzz/tools/%.o: tools/%.c $(BUILD)/.have
	@mkdir -p $(@D)
	$(Q)$(CC) $(TP_CFLAGS) -Dmain=$*_main -Wno-missing-prototypes $(CPPFLAGS) $(CFLAGS) -MMD -MP -c -o $@ $<
	$(Q)objcopy $(foreach s,.data .data.rel .data.rel.local .bss,--rename-section $s=fuzz_$(if $(findstring bss,$s),bss,data)) $@

$(BUILD)/libtagpipe.a: $(LIB_OBJECTS)
	@rm -f $@
	$(call say,AR $@)
	$(Q)$(AR) rcs $@ $^
$(TOOLS:%=$(BUILD)/%): $(BUILD)/%: $(BUILD)/tools/%.o $(BUILD)/libtagpipe.a
	$(call say,LD $@)
	$(Q)$(CC) $(HARDEN_LD) $(CFLAGS) -fopenmp $(LDFLAGS) -o $@ $^ $(TP_LIBS)
$(UNIT_TESTS): $(BUILD)/tests/%: $(BUILD)/tests/%.o $(TEST_SUPPORT) $(BUILD)/libtagpipe.a
	$(call say,LD $@)
	$(Q)$(CC) $(HARDEN_LD) $(CFLAGS) -fopenmp $(LDFLAGS) -o $@ $^ $(TP_LIBS) -lcmocka
$(BENCH): $(BUILD)/tests/bench/%: $(BUILD)/tests/bench/%.o $(BUILD)/libtagpipe.a
	$(call say,LD $@)
	$(Q)$(CC) $(HARDEN_LD) $(CFLAGS) -fopenmp $(LDFLAGS) -o $@ $^ $(TP_LIBS)
$(BUILD)/tests/fuzz/fuzz: $(FUZZ) $(FUZZ_TOOLS) $(BUILD)/libtagpipe.a
	$(call say,LD $@)
	$(Q)$(CC) $(HARDEN_LD) $(subst fuzzer-no-link,fuzzer,$(CFLAGS)) -fopenmp $(LDFLAGS) -o $@ $^ $(TP_LIBS)
$(BUILD)/tagpipe: pipelines/tagpipe.sh
	@mkdir -p $(@D)
	@ln -sf $(call quoted,$(CURDIR)/$<) $@
.SECONDARY:

# A make of its own installs what is missing, because a make asks pkg-config only when it starts.
built = $(call quoted,$(if $(filter /%,$(BUILD)),,$(CURDIR)/)$(BUILD))
again = +@$(MAKE) --no-print-directory
demo:
	$(again) .need-build
	$(again) all
	@TAGPIPE_BIN=$(BUILD) pipelines/demo.sh $(BUILD)/demo
# Pictures of the page, of curves and of a confusion matrix, from the demo's run, in $(BUILD)/pictures; by chromium and gnuplot.
# PICTURES_OPTIONS=-u updates the picture of README.md, too.
pictures:
	$(again) all
	@[ -e $(BUILD)/demo/test.tagged.msg ] || $(MAKE) --no-print-directory demo
	@BUILD=$(built) tests/pictures.sh $(PICTURES_OPTIONS)
check:
	$(again) .need-build
	$(again) .need-check
	$(again) tests
	@BUILD=$(built) tests/run.sh
# Readers of outside bytes on random bytes, SECONDS in all; by libFuzzer and sanitizers where clang has them (tests/fuzz/run.sh).
SECONDS     ?= 60
FUZZ_CFLAGS := -O1 -g -fsanitize=address,undefined,fuzzer-no-link -fno-sanitize-recover=all -fno-omit-frame-pointer
fuzz:
	$(again) .need-build
	$(again) BUILD=$(BUILD)/fuzzing .fuzz $(if $(shell echo 'int LLVMFuzzerTestOneInput(void) { return 0; }' | \
	    clang -fsanitize=fuzzer -x c - -o /dev/null 2>/dev/null && echo y),CC=clang CFLAGS='$(FUZZ_CFLAGS)')
.PHONY: fuzz .fuzz analyse valgrind
.fuzz: all $(BUILD)/tests/fuzz/fuzz
	@BUILD=$(built) tests/fuzz/run.sh $(SECONDS) $(TARGETS)
# The long trials; ONLY=NAME: one of them (tests/soak/NAME.sh).
soak:
	$(again) .need-build
	$(again) tests
	@BUILD=$(built) ONLY='$(ONLY)' tests/soak.sh
valgrind:
	@$(MAKE) --no-print-directory soak ONLY=valgrind
# Faults that can be seen without running anything: cppcheck (.cppcheck) and clang-tidy (.clang-tidy), each where it is.
ANALYSED ?= $(wildcard lib/*/*.c tools/*.c)
analyse:
	@[ -n "$(call without,cppcheck)" ] || cppcheck -q -j$$(nproc) --enable=warning,portability --std=c11 --library=.cppcheck.cfg \
	    --suppressions-list=.cppcheck --error-exitcode=1 -Ilib -Iinclude $(ANALYSED)
	@[ -n "$(call without,clang-tidy)" ] || clang-tidy --quiet $(ANALYSED) -- $(filter-out -W%,$(TP_CFLAGS))
# Measures tagpipe, and the Python packages too if they are installed. pipelines/bench.sh -h lists the options, for example
# make bench BENCH_OPTIONS='-k -r 3 tag train'.
bench:
	$(again) .need-build
	$(again) .bench
.bench: all $(BENCH)
	@TAGPIPE_BIN=$(BUILD) pipelines/bench.sh -o $(BUILD)/bench.tsv $(BENCH_OPTIONS)

# Install the Debian packages $(1), as root or by sudo.
define apt
@command -v apt-get >/dev/null || { echo "make: no apt-get here; install what is in these Debian packages: $(1)" >&2; exit 1; }; \
if [ "$$(id -u)" = 0 ]; then root=; elif command -v sudo >/dev/null; then root=sudo; else \
    echo "make: neither root nor sudo; have root run: apt-get install $(1)" >&2; exit 1; fi; \
echo "Installing $(1)"; log=$$(mktemp); trap 'rm -f "$$log"' EXIT; \
{ $$root apt-get update -q && $$root env DEBIAN_FRONTEND=noninteractive apt-get install -q -y --no-install-recommends $(1); } \
    >"$$log" 2>&1 || { tail -n 15 "$$log" >&2; echo "make: the installation failed" >&2; exit 1; }
endef
without = $(strip $(foreach program,$(1),$(if $(shell command -v $(program)),,$(program))))
MISSING_BUILD = $(call without,$(firstword $(CC)) $(PKG_CONFIG)) $(foreach n,BLAS UTF8PROC MSGPACK JANSSON XXHASH LIBZIP,$(if $($(n)),,$(n)))
MISSING_CHECK = $(call without,bats shellcheck jq mandoc groff clang-format) $(if $(CMOCKA),,CMOCKA)
.PHONY: .bench .need-build .need-check .need-ci
deps:
	$(call apt,$(DEPS_BUILD) $(DEPS_CHECK))
.need-build:
	$(if $(strip $(MISSING_BUILD)),$(call apt,$(DEPS_BUILD)),@:)
.need-check:
	$(if $(strip $(MISSING_CHECK)),$(call apt,$(DEPS_CHECK)),@:)
.need-ci:
	$(if $(call without,clang),$(call apt,$(DEPS_CI)),@:)

# Make the golden vectors of the tests again, with the Python packages; see the top of each script.
PYTHON ?= python3
golden:
	@set -e; for script in tests/golden/*.py; do \
	    to=$$(sed -n 's/^usage: [a-z_]*\.py > \([^ ]*\).*/\1/p' $$script); echo "$$script $${to:+> $$to}"; \
	    case $$script in *wptok.py) set -- $(wildcard ../shared) ;; *) set -- ;; esac; \
	    if [ -n "$$to" ]; then $(PYTHON) $$script >$$to.new && mv $$to.new $$to; else $(PYTHON) $$script "$$@"; fi; \
	done

# The layout of the C sources, by .clang-format; `make check` says where the tree departs from it. Another version of clang-format
# would lay some lines out differently. The tables are generated.
CLANG_FORMAT ?= $(firstword $(shell command -v clang-format-14 clang-format))
FORMATTED := $(filter-out %_tables.h lib/tokenizer/unicode_letters.h,$(wildcard include/tagpipe/*.h lib/*/*.[ch] tools/*.c tests/*/*.[ch]))
format: .format-version
	$(CLANG_FORMAT) -i --style=file $(FORMATTED)
.format-check: .format-version
	$(CLANG_FORMAT) --dry-run -Werror --style=file $(FORMATTED)
.format-version:
	@$(or $(CLANG_FORMAT),false) --version | grep 'version 14\.' >/dev/null || { echo "make: this needs clang-format 14" >&2; exit 1; }

# Where all goes: for the shell, and in a page and tagpipe.pc, where blanks and signs stand behind a backslash.
at        = $(call quoted,$(DESTDIR)$(PREFIX))
PIPELINES := $(filter-out pipelines/bench%,$(wildcard pipelines/*))     # bench needs the source tree
PAGES     := $(wildcard man/*.[1-9])
HEADERS   := $(wildcard include/tagpipe/*.h)
install: all lib
	$(Q)install -d -- $(at)/bin $(at)/lib/pkgconfig $(at)/include/tagpipe $(at)/share/tagpipe/pipelines $(at)/share/doc/tagpipe
	$(Q)install -m 755 -- $(TOOLS:%=$(BUILD)/%) $(at)/bin
	$(Q)install -m 644 -- $(BUILD)/libtagpipe.a $(at)/lib
	$(Q)install -m 644 -- $(HEADERS) $(at)/include/tagpipe
	$(Q)install -m 755 -- $(filter %.sh,$(PIPELINES)) $(at)/share/tagpipe/pipelines
	$(Q)install -m 644 -- $(filter-out %.sh,$(PIPELINES)) $(at)/share/tagpipe/pipelines
	$(Q)ln -sf -- ../share/tagpipe/pipelines/tagpipe.sh $(at)/bin/tagpipe
	$(Q)install -m 644 -- README.md LICENSE $(at)/share/doc/tagpipe
	$(Q)prefix=$$(printf %s $(call quoted,$(PREFIX)) | sed 's/[\\&,]/\\&/g'); for page in $(PAGES); do \
	    to=$(at)/share/man/man$${page##*.}; install -d -- "$$to" && \
	    sed "s,/usr/local/share/,$$prefix/share/," "$$page" >"$$to/$${page##*/}" && chmod 644 -- "$$to/$${page##*/}" || exit 1; \
	done
	$(Q)prefix=$$(printf %s $(call quoted,$(PREFIX)) | sed 's,[^A-Za-z0-9/._+:@%=-],\\&,g'); \
	printf '%s\n' "prefix=$$prefix" 'Name: tagpipe' 'Description: token classification with BERT as Unix filters' \
	    'Version: $(VERSION)' 'Requires: $(PKGS)' 'Libs: -L$${prefix}/lib -ltagpipe -fopenmp -lm' \
	    'Cflags: -I$${prefix}/include' >$(at)/lib/pkgconfig/tagpipe.pc
	@printf 'Installed: the tools and the command tagpipe in %s/bin, its scripts in %s/share/tagpipe/pipelines.\n' $(at) $(at)
	@bin=$(call quoted,$(PREFIX))/bin; case ":$$PATH:" in *":$$bin:"*) echo 'Next: tagpipe -h, man tagpipe.' ;; \
	    *) printf 'Next: PATH=%s:$$PATH, then tagpipe -h, man tagpipe.\n' "$$bin" ;; esac
uninstall:
	at=$(at); for tool in $(TOOLS) tagpipe; do rm -f -- "$$at/bin/$$tool"; done
	rm -f -- $(at)/lib/libtagpipe.a $(at)/lib/pkgconfig/tagpipe.pc
	rm -rf -- $(at)/include/tagpipe $(at)/share/tagpipe $(at)/share/doc/tagpipe
	at=$(at); for page in $(PAGES); do rm -f -- "$$at/share/man/man$${page##*.}/$${page##*/}"; done

help:
	@printf '%s\n' \
	    'make demo       install what is missing, build, train a small tagger on a small corpus, score it, use it' \
	    'make check      install what is missing, build, run every test' \
	    'make soak       the long trials: every call of every tool fails once, and others; ONLY=faults: one of them' \
	    'make            build the tools and libtagpipe.a in $(BUILD)' \
	    'make tests      build the unit tests too' \
	    'make install    install into PREFIX=$(PREFIX), below DESTDIR if that is set' \
	    'make uninstall  remove what make install put there' \
	    'make deps       install the Debian packages that building and testing need' \
	    'make bench      measure speed and memory' \
	    'make fuzz       run the readers on random bytes, SECONDS=60 in all; TARGETS="json conll" for some' \
	    'make analyse    cppcheck and clang-tidy over lib/ and tools/; ANALYSED="FILES" for some' \
	    'make valgrind   unit tests, and every tool on a small input, under valgrind' \
	    'make format     lay the C sources out by .clang-format' \
	    'make pictures   pictures of what msgview --html and plot.sh make of the demo, in $(BUILD)/pictures' \
	    'make golden     make the golden vectors of the tests again (PYTHON=... with torch, transformers, seqeval)' \
	    'make clean      remove $(BUILD)' \
	    'Variables: CC (gcc or clang), CFLAGS, BUILD, PREFIX, DESTDIR, V=1 (show each command)'

clean:
	rm -rf $(BUILD)

-include $(wildcard $(BUILD)/lib/*/*.d $(BUILD)/tools/*.d $(BUILD)/tests/*/*.d $(BUILD)/tests/fuzz/tools/*.d)
