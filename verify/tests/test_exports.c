/*
 * The library's names: of all that is global in libgradyno.a and libgradyno.so, each
 * begins with ad_, so that none can meet one of a user's; and what the headers promise
 * is there.
 */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "verify/tests/shell.h"
#include "verify/tests/suites.h"

/* build/MODE, beside the examples. */
static const char *folder(void)
{
    const char *examples = getenv("GRADYNO_EXAMPLES");
    static char path[4096];
    if (examples == NULL) return NULL;
    snprintf(path, sizeof path, "%s/..", examples);
    return path;
}

/* The global names that a file defines, one a line; false, and said, without nm. */
static bool names_of(const char *file, const char *option, shell_result *r)
{
    if (folder() == NULL) {
        fprintf(stderr, "exports: skipped: GRADYNO_EXAMPLES does not say where %s is\n",
                file);
        return false;
    }
    *r = shell("command -v nm >/dev/null || exit 77; nm %s --defined-only '%s/%s' | "
               "awk 'NF == 3 { print $3 }'",
               option, folder(), file);
    if (r->status == 77) fprintf(stderr, "exports: skipped: there is no nm here\n");
    if (r->status == 77) shell_free(r);
    return r->status != 77;
}

static void check_names(const char *file, const char *option)
{
    static const char *const promised[] = {"ad_graph_backward", "ad_tape_backward",
                                           "ad_check_gradient", "ad_ops"};
    shell_result r;
    if (!names_of(file, option, &r)) return;
    ck_assert_msg(r.status == 0, "nm %s: %s", file, r.err);
    size_t found = 0, names = 0;
    char *rest = NULL;
    for (char *name = strtok_r(r.out, "\n", &rest); name != NULL;
         name = strtok_r(NULL, "\n", &rest)) {
        names++;
        ck_assert_msg(strncmp(name, "ad_", 3) == 0, "%s exports %s", file, name);
        for (size_t k = 0; k < sizeof promised / sizeof *promised; k++)
            found += strcmp(name, promised[k]) == 0;
    }
    ck_assert_msg(found == sizeof promised / sizeof *promised,
                  "%s: of %zu names %zu are among those looked for", file, names,
                  found);
    shell_free(&r);
}

START_TEST(the_archive_exports_ad_alone) { check_names("libgradyno.a", "-g"); }
END_TEST

START_TEST(the_shared_library_exports_ad_alone) { check_names("libgradyno.so", "-D"); }
END_TEST

Suite *exports_suite(void)
{
    Suite *suite = suite_create("exports");
    TCase *tests = tcase_create("names");
    tcase_add_test(tests, the_archive_exports_ad_alone);
    tcase_add_test(tests, the_shared_library_exports_ad_alone);
    suite_add_tcase(suite, tests);
    return suite;
}
