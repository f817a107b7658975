/*
 * The lesson holds, on both engines; and the examples that tell it run, and print what
 * a beginner is told to expect.
 */
#include <stdlib.h>
#include <string.h>

#include "engine/graph.h"
#include "engine/tape.h"
#include "verify/tests/close.h"
#include "verify/tests/shell.h"
#include "verify/tests/suites.h"

#define ENGINE graph
#include "verify/tests/lesson.inc"
#define ENGINE tape
#include "verify/tests/lesson.inc"

#ifndef GRADYNO_MODE
#define GRADYNO_MODE "debug"
#endif

/* An example, and texts that its output must have, in this order. */
typedef struct example {
    const char *name;
    const char *says[6];
} example;

static const example examples[] = {
    {"lesson", {"L = d * f", "-8", "dL/db", "-4", "dL/da", "6"}},
    {"graph_and_tape", {"graph", "tape", "same"}},
    {"mistake_symbolic", {"mistake", "right"}},
    {"mistake_operands", {"mistake", "right"}},
    {"mistake_order", {"mistake", "3", "right", "5"}},
    {"mistake_data_grad", {"mistake", "right"}},
};

START_TEST(examples_run)
{
    const example *e = &examples[_i];
    const char *folder = getenv("GRADYNO_EXAMPLES");
    if (folder == NULL || *folder == '\0') folder = "build/" GRADYNO_MODE "/examples";
    shell_result r = shell("%s/%s", folder, e->name);
    ck_assert_msg(r.status == 0, "%s/%s exits with %d: %.3000s%.3000s", folder, e->name,
                  r.status, r.err, r.out);
    const char *from = r.out;
    for (size_t k = 0; k < 6 && e->says[k] != NULL; k++) {
        const char *found = strstr(from, e->says[k]);
        ck_assert_msg(found != NULL, "%s does not say \"%s\", or not there:\n%.3000s",
                      e->name, e->says[k], r.out);
        from = found + strlen(e->says[k]);
    }
    for (const char *p = r.out; *p != '\0'; p++)
        if ((*p < ' ' || *p > '~') && *p != '\n')
            ck_abort_msg("%s prints byte %d", e->name, *p);
    shell_free(&r);
}
END_TEST

Suite *lesson_suite(void)
{
    Suite *suite = suite_create("lesson");
    TCase *graph = tcase_create("graph");
    TCase *tape = tcase_create("tape");
    TCase *told = tcase_create("examples");
    tcase_set_timeout(graph, 60);
    tcase_set_timeout(tape, 60);
    tcase_set_timeout(told, 60);
    add_lesson_graph(graph);
    add_lesson_tape(tape);
    tcase_add_loop_test(told, examples_run, 0, sizeof examples / sizeof *examples);
    suite_add_tcase(suite, graph);
    suite_add_tcase(suite, tape);
    suite_add_tcase(suite, told);
    return suite;
}
