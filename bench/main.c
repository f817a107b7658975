/* gradyno: one program, one verb an intention. */
#include <stdio.h>
#include <string.h>

#include "bench/verbs.h"

static const struct {
    const char *name;
    int (*run)(int argc, char **argv);
    const char *does;
} verbs[] = {
    {"ops", verb_ops, "the table of operations as this build sees it"},
    {"check", verb_check, "validates every operation of both engines"},
    {"expr", verb_expr, "value and gradient of an expression, by graph, tape and MPFR"},
    {"engine", verb_engine, "checks an engine of yours, and names its mistake"},
    {"bench", verb_bench, "verifies, then times both engines on growing networks"},
    {"race", verb_race, "two engines, paired: which is faster, and how sure is that"},
    {"env", verb_env, "what is written into every result file"},
};

enum { VERBS = sizeof verbs / sizeof verbs[0] };

static void usage(FILE *out)
{
    fputs("gradyno " GRADYNO_VERSION ": verifies every gradient and measures every "
          "nanosecond\n\nusage: gradyno VERB [OPTION...]    (gradyno VERB --help)\n\n",
          out);
    for (size_t i = 0; i < VERBS; i++)
        fprintf(out, "  %-7s %s\n", verbs[i].name, verbs[i].does);
    fputs("\nexit status: 0 all held, 1 a check failed, 2 wrong usage or environment, "
          "3 inconclusive\n",
          out);
}

/* Output that was lost (a full disk, a closed pipe) must not pass for a success. */
static int flushed(int status)
{
    if (fflush(stdout) == 0 && !ferror(stdout)) return status;
    fputs("gradyno: standard output could not be written\n", stderr);
    return EXIT_USAGE;
}

int main(int argc, char **argv)
{
    if (argc < 2) {
        usage(stderr);
        return EXIT_USAGE;
    }
    const char *verb = argv[1];
    if (strcmp(verb, "--help") == 0 || strcmp(verb, "-h") == 0) {
        usage(stdout);
        return flushed(EXIT_HELD);
    }
    if (strcmp(verb, "--version") == 0) {
        puts("gradyno " GRADYNO_VERSION);
        return flushed(EXIT_HELD);
    }
    for (size_t i = 0; i < VERBS; i++)
        if (strcmp(verb, verbs[i].name) == 0)
            return flushed(verbs[i].run(argc - 1, argv + 1));
    fprintf(stderr, "gradyno: no verb '%s'; the verbs are", verb);
    for (size_t i = 0; i < VERBS; i++)
        fprintf(stderr, "%s %s", i == 0 ? "" : ",", verbs[i].name);
    fputs(" (gradyno --help)\n", stderr);
    return EXIT_USAGE;
}
