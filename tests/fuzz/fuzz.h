/* fuzz: what the fuzz targets share. Each tests/fuzz/fuzz_NAME.c is one program for
 * libFuzzer, built with ASan and UBSan by `make fuzz`; a finding is a crash, a hang, a
 * leak, or a promise of a header that does not hold (fuzz_must). How to run: README.
 * Nothing here is linked into what people install.
 */
#ifndef LYGTE_TESTS_FUZZ_H
#define LYGTE_TESTS_FUZZ_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define UNUSED __attribute__((unused))

/* What libFuzzer calls. The bytes are an exact heap copy: one past them is poison. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerInitialize(int *argc, char ***argv);

/* A promise; broken, it ends the program as a finding. */
#define fuzz_must(held) ((held) ? (void)0 : fuzz_broken(__FILE__, __LINE__, #held))

static inline _Noreturn void fuzz_broken(const char *file, int line, const char *what)
{
    fprintf(stderr, "%s:%d: does not hold: %s\n", file, line, what);
    abort();
}

/* The bytes as a C string of the heap, cut at the first '\0' by whoever reads it. */
static inline char *fuzz_string(const uint8_t *data, size_t size)
{
    char *s = malloc(size + 1);
    if (!s)
        abort();
    if (size)
        memcpy(s, data, size);
    s[size] = '\0';
    return s;
}

#endif
