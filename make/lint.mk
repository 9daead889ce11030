# make lint: other eyes on the same sources. Settings and reasons of clang-tidy are in
# .clang-tidy; those of cppcheck here.

.PHONY: tidy cppcheck shellcheck texts widths
SHELLS := $(wildcard .ci/run tools/*.sh tests/*.sh tests/*/*.sh)

# Its chatter about warnings in system headers goes away, its findings stay.
TIDY := -std=c17 $(CPPFLAGS) -DLYGTE_VERSION=0 -DLYGTE_BUILD_TIME=0
tidy:
	@printf '%s\n' $(filter-out core/base/err.c,$(ALL_C)) | xargs -r -P $$(nproc) -n 4 \
	    sh -c 'clang-tidy --quiet "$$@" -- $(TIDY) -include make/analyse.h 2>/dev/null' tidy
	@clang-tidy --quiet core/base/err.c -- $(TIDY) 2>/dev/null

# missingIncludeSystem  system headers are not read: their names are known to it
# unmatchedSuppression  a suppression here need not match in every run
# varFuncNullUB         NULL is ((void *)0) wherever glibc is, and the compilers check it by
#                       the attribute sentinel
# _Noreturn             is not understood by 2.10
cppcheck:
	@cppcheck --quiet --std=c11 --enable=warning,performance,portability --inline-suppr \
	    --suppress=missingIncludeSystem --suppress=unmatchedSuppression \
	    --suppress=varFuncNullUB --error-exitcode=1 \
	    -D'_Noreturn=__attribute__((noreturn))' -j $$(nproc) $(CPPFLAGS) $(FACTS) $(ALL_C)

shellcheck:
	@shellcheck $(SHELLS)

# Every key the sources name has a text, and the lock file names no one's registry.
texts:
	@$(HOST)/i18n --check-sources $(TEXTS) $(filter-out tests/%,$(ALL_C))
	@! grep -n '"resolved"' package-lock.json

# clang-format leaves comments and strings alone.
widths:
	@git ls-files '*.c' '*.h' | xargs awk \
	    'length > 96 { print FILENAME ":" FNR ": over 96 columns"; bad = 1 } END { exit bad }'
