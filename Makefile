# gradyno. `make help` lists the goals.

ifneq ($(filter deps,$(MAKECMDGOALS)),)
# With `deps` among the goals, the others start in a make of their own after it, because
# only then is there a pkg-config to ask.
OTHERS := $(filter-out deps,$(MAKECMDGOALS))
.PHONY: deps after-deps $(OTHERS)
deps:
	@.ci/deps
after-deps: deps
	@+$(if $(OTHERS),$(MAKE) --no-print-directory $(OTHERS),:)
$(OTHERS): after-deps ; @:
else

MODE ?= release
OUT ?= build/report
PREFIX ?= /usr/local
VERSION := 0.1.0

BUILD := build/$(MODE)
WARNINGS := -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wstrict-prototypes \
    -Wmissing-prototypes -Wdouble-promotion
# No contraction: figures must not move with the compiler's mood.
BASE := -std=c17 -D_POSIX_C_SOURCE=200809L -ffp-contract=off $(WARNINGS) -I. -I$(BUILD)/generated -MMD -MP

# release is what is timed, and alone has no assertions.
FLAGS_release := -O2 -g -DNDEBUG
FLAGS_debug := -Og -g
FLAGS_asan := -O1 -g -fsanitize=address,undefined -fno-sanitize-recover=undefined \
    -fno-omit-frame-pointer
FLAGS_cov := -O0 -g --coverage
ifeq ($(FLAGS_$(MODE)),)
$(error MODE=$(MODE) is none of release, debug, asan, cov)
endif

# The packages that some part needs. A part whose package is missing is left out, and says so.
PACKAGES := $(shell pkg-config --exists jansson 2>/dev/null && echo jansson) \
    $(shell pkg-config --exists mpfr 2>/dev/null && echo mpfr)
HAVE := $(foreach p,$(PACKAGES),-DHAVE_$(p))
PACKAGE_CFLAGS := $(if $(strip $(PACKAGES)),$(shell pkg-config --cflags $(PACKAGES)))
PACKAGE_LIBS := $(if $(strip $(PACKAGES)),$(shell pkg-config --libs $(PACKAGES)))

CFLAGS ?=
ALL_CFLAGS := $(BASE) $(FLAGS_$(MODE)) $(HAVE) $(PACKAGE_CFLAGS) $(CFLAGS)
BUILD_TEXT := -DGRADYNO_VERSION='"$(VERSION)"' -DGRADYNO_MODE='"$(MODE)"' \
    -DGRADYNO_FLAGS='"$(strip $(FLAGS_$(MODE)) -ffp-contract=off $(CFLAGS))"'

# libgradyno: the engines and the public checker, on libc and libm alone.
CHECKER := $(wildcard verify/checker/*.c)
LIBRARY_SOURCES := $(wildcard engine/*.c) $(CHECKER)
HEADERS := engine/memory.h engine/ops.h engine/ops.def engine/graph.h engine/tape.h \
    engine/tape_reserved.h engine/plan.h verify/check.h verify/engine.h
PROGRAM_SOURCES := $(wildcard verify/*.c verify/kit/*.c verify/programs/*.c bench/*.c)
TEST_SOURCES := $(wildcard verify/tests/*.c)
# engine_... are engines for `gradyno engine`; the others are programs.
EXAMPLE_SOURCES := $(wildcard engine/examples/*.c)
EXAMPLE_ENGINES := $(filter engine/examples/engine_%,$(EXAMPLE_SOURCES))
EXAMPLES := $(patsubst engine/examples/%.c,$(BUILD)/examples/%, \
    $(filter-out $(EXAMPLE_ENGINES),$(EXAMPLE_SOURCES))) \
    $(patsubst engine/examples/%.c,$(BUILD)/examples/%.so,$(EXAMPLE_ENGINES))

# A line for each file; V=1 shows the commands.
Q := $(if $(V),,@)
say = $(if $(V),,@echo "  $(1)")

object = $(patsubst %.c,$(BUILD)/obj/%.o,$(1))
LIBRARY := $(BUILD)/libgradyno.a
TESTS := $(BUILD)/tests
SHARED := $(BUILD)/libgradyno.so
INCLUDES := $(patsubst %,$(BUILD)/include/gradyno/%,$(notdir $(HEADERS)))
OBJECTS := $(call object,$(LIBRARY_SOURCES) $(PROGRAM_SOURCES) $(TEST_SOURCES))

.DELETE_ON_ERROR:
.SUFFIXES:
.PHONY: all help deps report bench peers plots check test examples soak mutants asan lint format install clean

all: build/gradyno $(SHARED) $(INCLUDES) $(EXAMPLES) ## the program, the library and the examples (default)

help: ## this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-10s %s\n", $$1, $$2 }' Makefile
	@echo "  variables: MODE=release|debug|asan|cov, OUT=folder of results, FULL=1, V=1, CC, CFLAGS, PREFIX"

deps: ## installs what is missing (Debian: apt-get); goes first in make deps report
	@.ci/deps

# What objects were built with: when a package comes or the compiler changes, so do they.
SETTINGS := $(BUILD)/settings
BUILT_WITH := $(CC) $(ALL_CFLAGS) $(BUILD_TEXT)
$(SETTINGS): FORCE
	@mkdir -p $(@D)
	@printf '%s\n' '$(subst ','\'',$(BUILT_WITH))' >$@.new
	@cmp -s $@.new $@ && rm $@.new || mv $@.new $@

$(BUILD)/obj/%.o: %.c Makefile $(SETTINGS)
	@mkdir -p $(@D)
	$(call say,CC $<)
	$(Q)$(CC) $(ALL_CFLAGS) $(BUILD_TEXT) -c $< -o $@

# The hand-written gradients that engines are raced against get all that the machine has;
# only the last of them gives up the order of its sums.
NATIVE := $(shell $(CC) -march=native -E -x c /dev/null >/dev/null 2>&1 && echo -march=native)
$(BUILD)/obj/bench/hand_%.o $(BUILD)/obj/bench/bandwidth.o: ALL_CFLAGS += -O3 $(NATIVE)
$(BUILD)/obj/bench/hand_vectorised.o: ALL_CFLAGS += -ffast-math -ffp-contract=fast

# engine.h as strings, which the program hands to the compiler of a foreign engine.
ENGINE_TEXT := $(BUILD)/generated/engine_text.inc
$(BUILD)/obj/verify/kit/engine_file.o: $(ENGINE_TEXT)
$(ENGINE_TEXT): verify/engine.h Makefile
	@mkdir -p $(@D)
	@sed 's/[\\"]/\\&/g; s/.*/"&\\n",/' $< >$@

# One object in which only ad_... is global: no name of ours can meet one of a user's.
OBJCOPY ?= objcopy
$(LIBRARY): $(call object,$(LIBRARY_SOURCES))
	$(call say,AR $@)
	@rm -f $@
	$(Q)$(LD) -r $^ -o $(BUILD)/libgradyno.o
	$(Q)$(OBJCOPY) --wildcard --keep-global-symbol='ad_*' $(BUILD)/libgradyno.o
	$(Q)$(AR) rcs $@ $(BUILD)/libgradyno.o

$(BUILD)/shared/%.o: %.c Makefile $(SETTINGS)
	@mkdir -p $(@D)
	$(call say,CC -fPIC $<)
	$(Q)$(CC) $(ALL_CFLAGS) -fPIC -c $< -o $@

$(SHARED): $(patsubst %.c,$(BUILD)/shared/%.o,$(LIBRARY_SOURCES))
	$(call say,LD $@)
	@echo '{ global: ad_*; local: *; };' >$(BUILD)/exports
	$(Q)$(CC) $(ALL_CFLAGS) -shared -Wl,-soname,libgradyno.so.0 \
	    -Wl,--version-script=$(BUILD)/exports $^ -lm -o $@
	@ln -sf libgradyno.so $@.0

$(BUILD)/gradyno: $(call object,$(PROGRAM_SOURCES)) $(LIBRARY)
	$(call say,LD $@)
	$(Q)$(CC) $(ALL_CFLAGS) $(LDFLAGS) $^ $(PACKAGE_LIBS) -ldl -lm -o $@

# Other tools' gradients, each a shared object of its own beside the modes' folders. C++, and
# their headers are no business of our warnings.
CXX ?= c++
ADOLC := $(and $(wildcard /usr/include/adolc/adolc.h),build/peers/adolc.so)
SACADO := $(and $(wildcard /usr/include/trilinos/Sacado_trad.hpp), \
    $(wildcard /usr/include/trilinos/Kokkos_Macros.hpp),build/peers/sacado.so)
build/peers/adolc.so: PEER_LIBS := -ladolc
build/peers/sacado.so: PEER_LIBS := -ltrilinos_sacado
build/peers/adolc.so: PEER_PACKAGE := libadolc-dev
build/peers/sacado.so: PEER_PACKAGE := libtrilinos-sacado-dev
build/peers/%.so: bench/peers/%.cpp bench/peers/mlp.hpp bench/peers/peer.h Makefile
	@mkdir -p $(@D)
	$(call say,CXX $@)
	$(Q)$(CXX) -std=c++17 -O3 $(NATIVE) -DNDEBUG -w -fPIC -shared -isystem /usr/include/trilinos \
	    -DPEER_VERSION='"$(shell dpkg-query -W -f '$${Version}' $(PEER_PACKAGE) 2>/dev/null)"' \
	    $< $(PEER_LIBS) -o $@

peers: $(ADOLC) $(SACADO) ## other tools for the ladder, where their packages are
	@$(if $(ADOLC),,echo '  ADOL-C is not here: apt-get install libadolc-dev';) \
	$(if $(SACADO),,echo '  Sacado is not here: apt-get install libtrilinos-sacado-dev libtrilinos-kokkos-dev';) :

# Always the program of the MODE that was built last.
build/gradyno: $(BUILD)/gradyno FORCE
	@ln -sf $(MODE)/gradyno $@
FORCE:

$(BUILD)/include/gradyno/%: engine/%
	@mkdir -p $(@D)
	@cp $< $@
$(BUILD)/include/gradyno/%: verify/%
	@mkdir -p $(@D)
	@cp $< $@

$(BUILD)/examples/%: engine/examples/%.c $(LIBRARY) $(INCLUDES)
	@mkdir -p $(@D)
	$(call say,CC $<)
	$(Q)$(CC) $(filter-out -MMD -MP,$(ALL_CFLAGS)) -I$(BUILD)/include $< $(LIBRARY) -lm -o $@

$(BUILD)/examples/%.so: engine/examples/%.c $(INCLUDES)
	@mkdir -p $(@D)
	$(call say,CC -shared $<)
	$(Q)$(CC) $(filter-out -MMD -MP,$(ALL_CFLAGS)) -fPIC -shared -I$(BUILD)/include $< -lm -o $@

examples: $(EXAMPLES) ## the small programs of engine/examples

# In a variable, because make runs a recipe that names $(MAKE) even under make -n.
BREAK_CHECKER = $(if $(FULL),$(MAKE) --no-print-directory mutants || status=$$?;)
# A check that fails does not keep the page from being made: the page shows it, and the
# goal fails at its end.
report: build/gradyno ## the main job: verify, time, plot; one page (FULL=1: the long form)
	@status=0; \
	build/gradyno check --out $(OUT) || status=$$?; \
	build/gradyno check --mutants --out $(OUT) || status=$$?; \
	build/gradyno check --calibration --out $(OUT) || status=$$?; \
	build/gradyno bench --ladder $(BENCH_FORM) --out $(OUT) || status=$$?; \
	build/gradyno bench $(BENCH_FORM) --out $(OUT) || status=$$?; \
	$(BREAK_CHECKER) \
	plots/draw $(OUT) || status=$$?; \
	plots/report $(OUT) || status=$$?; \
	exit $$status

BENCH_FORM := $(if $(FULL),,--quick)
bench: build/gradyno ## verifies every operation and times both engines into OUT
	build/gradyno check --out $(OUT)
	build/gradyno bench $(BENCH_FORM) --out $(OUT)

plots: ## draws the pictures from the results in OUT
	plots/draw $(OUT)

# With the library's objects, not the library: some suites look inside the checker.
$(TESTS): $(filter-out %/bench/main.o,$(OBJECTS))
	$(call say,LD $@)
	$(Q)$(CC) $(ALL_CFLAGS) $(LDFLAGS) $^ $(shell pkg-config --libs check) $(PACKAGE_LIBS) -ldl -lm -o $@

# PROGRAM is what the tests of the command line run.
PROGRAM ?= $(BUILD)/gradyno
test: $(TESTS) $(BUILD)/gradyno $(INCLUDES) $(EXAMPLES) $(SHARED) ## the tests, built in MODE
	GRADYNO=$(PROGRAM) GRADYNO_EXAMPLES=$(BUILD)/examples $(TESTS)

# The suites run with assertions on; what they run as a user would is the release program.
check: ## the tests: debug build, release program (MODE=asan, cov: that build alone)
	@+$(MAKE) --no-print-directory all MODE=$(MODE)
	@+$(MAKE) --no-print-directory test MODE=$(MODE:release=debug) PROGRAM=build/$(MODE)/gradyno

soak: ## the harness on this machine: 1% found in 2 s, a sleep found, nothing found in nothing
	@+$(MAKE) --no-print-directory build/release/tests MODE=release
	GRADYNO_LIVE=1 CK_RUN_CASE=noise build/release/tests bench

mutants: ## breaks the checker some 200 ways; its suite must notice each (minutes); into OUT
	@mkdir -p $(OUT)
	verify/tests/checker_mutants --tsv $(OUT)/checker_mutants.tsv $(BUILD) "$(CC)" "$(CFLAGS)"

asan: ## the tests under AddressSanitizer and UndefinedBehaviorSanitizer
	@+CK_FORK=no $(MAKE) --no-print-directory test MODE=asan

SOURCES := $(wildcard engine/*.[ch] engine/examples/*.c verify/*.[ch] verify/checker/*.[ch] \
    verify/kit/*.[ch] \
    verify/programs/*.[ch] \
    verify/programs/*.inc verify/tests/*.[ch] verify/tests/*.inc bench/*.[ch] bench/*.inc)
# Two of cppcheck's checks do not see through templates and out-parameters; the tests' macros
# end functions in ways that neither linter follows.
LINTED := $(filter-out verify/tests/%,$(filter %.c,$(SOURCES)))
lint: $(ENGINE_TEXT) $(INCLUDES) ## clang-format, clang-tidy, cppcheck
	clang-format --dry-run -Werror $(SOURCES)
	clang-tidy --quiet $(LINTED) -- $(BASE) $(HAVE) $(BUILD_TEXT) -I$(BUILD)/include
	cppcheck --quiet --std=c11 --enable=warning,performance,portability --inline-suppr \
	    --suppress=ctunullpointer --suppress=ctuuninitvar --error-exitcode=1 -I. $(LINTED)

format: ## clang-format, in place
	clang-format -i $(SOURCES)

install: all ## program, library, headers and man page into PREFIX (MODE=debug: with assertions)
	install -d $(DESTDIR)$(PREFIX)/bin $(DESTDIR)$(PREFIX)/lib $(DESTDIR)$(PREFIX)/include/gradyno
	install -m 755 $(BUILD)/gradyno $(DESTDIR)$(PREFIX)/bin/
	install -m 644 $(LIBRARY) $(DESTDIR)$(PREFIX)/lib/
	install -m 755 $(SHARED) $(DESTDIR)$(PREFIX)/lib/libgradyno.so.0
	ln -sf libgradyno.so.0 $(DESTDIR)$(PREFIX)/lib/libgradyno.so
	install -m 644 $(HEADERS) $(DESTDIR)$(PREFIX)/include/gradyno/
	install -d $(DESTDIR)$(PREFIX)/share/man/man1
	install -m 644 bench/gradyno.1 $(DESTDIR)$(PREFIX)/share/man/man1/

clean: ## removes build/
	rm -rf build

-include $(OBJECTS:.o=.d) $(patsubst %.c,$(BUILD)/shared/%.d,$(LIBRARY_SOURCES))
endif
