/*
 * Runs the tests: all suites, or those that are named.
 *
 *     build/debug/tests [SUITE...]          for instance: graph_suite agreement
 *
 * The last line is Check's summary; the exit status is 1 when a test failed and 2 for a
 * suite that does not exist. From the environment:
 *
 *     CK_FORK=no                 one process: for valgrind, gdb and the leak checker
 *     CK_RUN_SUITE, CK_RUN_CASE  as in Check
 *     GRADYNO_SOAK=10            ten times the volume of random tests (or 0.1 of it)
 *     GRADYNO_SEED=7             their seed, which a failure prints
 */
#include "verify/tests/suites.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef struct named_suite {
    const char *name;
    Suite *(*make)(void);
} named_suite;

static const named_suite suites[] = {
#define SUITE(name) {#name, name},
#include "verify/tests/suites.h"
};
enum { SUITES = sizeof suites / sizeof *suites };

/* "graph" and "graph_suite" name the same suite. */
static bool is_name_of(const char *argument, const char *name)
{
    const size_t length = strlen(argument);
    return strncmp(argument, name, length) == 0 &&
           (name[length] == '\0' || strcmp(name + length, "_suite") == 0);
}

int main(int argc, char **argv)
{
    bool wanted[SUITES];
    for (int i = 0; i < SUITES; i++) wanted[i] = argc <= 1;
    for (int a = 1; a < argc; a++) {
        int i = 0;
        while (i < SUITES && !is_name_of(argv[a], suites[i].name)) i++;
        if (i == SUITES) {
            fprintf(stderr, "tests: there is no suite %s; there are:", argv[a]);
            for (i = 0; i < SUITES; i++) fprintf(stderr, " %s", suites[i].name);
            fputc('\n', stderr);
            return 2;
        }
        wanted[i] = true;
    }

    SRunner *runner = srunner_create(NULL);
    for (int i = 0; i < SUITES; i++)
        if (wanted[i]) srunner_add_suite(runner, suites[i].make());
    srunner_run_all(runner, CK_ENV);
    const int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
