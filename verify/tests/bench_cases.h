/* The parts of the suite `bench`, a file each, and what they share. */
#ifndef GRADYNO_BENCH_CASES_H
#define GRADYNO_BENCH_CASES_H

#include <check.h>
#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

TCase *race_cases(void);
TCase *cell_cases(void);
TCase *results_cases(void);
TCase *record_cases(void);
TCase *noise_cases(void);

/* Sends a stream of the process into nothing, until it is given back. */
static inline int silence(int stream)
{
    fflush(NULL);
    const int saved = dup(stream), nothing = open("/dev/null", O_WRONLY);
    dup2(nothing, stream);
    close(nothing);
    return saved;
}

static inline void give_back(int stream, int saved)
{
    fflush(NULL);
    dup2(saved, stream);
    close(saved);
}

/* How often a character occurs. */
static inline size_t count_of(const char *text, char what)
{
    size_t n = 0;
    for (; *text != '\0'; text++) n += *text == what;
    return n;
}

#endif
