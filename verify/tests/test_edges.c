/*
 * The edge grid is held against rows that are wrong at an edge and nowhere else: it
 * must see each, name the place, and say who is right.
 */
#include <stdio.h>
#include <string.h>

#include "verify/edge_check.h"
#include "verify/expr_mpfr.h"
#include "verify/tests/suites.h"

/* ---- Rows that are wrong --------------------------------------------------------- */

#define PARTIALS(name) static void name(const double *x, double c, double z, double *dz)

PARTIALS(relu_one_at_zero)
{
    (void)c, (void)z;
    dz[0] = isnan(x[0]) ? x[0] : x[0] >= 0;
}

PARTIALS(min_second_at_ties)
{
    (void)c;
    dz[1] = z == x[1] ? 1 : z == x[0] ? 0 : z;
    dz[0] = z == x[1] ? 0 : z == x[0] ? 1 : z;
}

PARTIALS(log_outside)
{
    (void)c, (void)z;
    dz[0] = x[0] < 0 ? 1 / x[0] : 1 / fabs(x[0]);
}

PARTIALS(recip_by_square)
{
    (void)c, (void)z;
    dz[0] = -1 / (x[0] * x[0]);
}

/* No convention is about these: MPFR and the rules see them. */

PARTIALS(cosh_flat_far_out)
{
    (void)c, (void)z;
    dz[0] = x[0] > 710 ? (double)INFINITY : sinh(x[0]);
}

PARTIALS(fma_nan_at_infinity)
{
    (void)c, (void)z;
    dz[0] = x[1];
    dz[1] = x[0];
    dz[2] = 1 + (x[2] - x[2]);
}

PARTIALS(fma_zero_at_nan)
{
    (void)c, (void)z;
    dz[0] = isnan(x[0]) ? 0 : x[1];
    dz[1] = x[0];
    dz[2] = 1;
}

PARTIALS(max_two_at_ties)
{
    (void)c;
    dz[0] = z == x[0] ? 1 + (x[0] == x[1]) : z == x[1] ? 0 : z;
    dz[1] = z == x[0] ? 0 : z == x[1] ? 1 : z;
}

static const struct wrong_row {
    const char *name;
    ad_op op;
    void (*partials)(const double *x, double c, double z, double *dz);
    bool needs_mpfr;
    const char *said[2]; /* in one of the failures */
} wrong_rows[] = {
    {"relu'(0) = 1",
     AD_OP_relu,
     relu_one_at_zero,
     false,
     {"relu at x=0x0p+0: d/dx is 0x1p+0 in the table, and should be 0x0p+0; so says a "
      "convention: the kink: 0 of [0, 1]"}},
    {"a tie of min to the second operand",
     AD_OP_min,
     min_second_at_ties,
     false,
     {"min at x=0x1p+1 y=0x1p+1: d/dx is 0x0p+0", "the first operand has it all"}},
    {"1/x for log(-1)",
     AD_OP_log,
     log_outside,
     false,
     {"log at x=-0x1p+0: d/dx is -0x1p+0 in the table, and should be nan; so says a "
      "convention: outside the domain"}},
    {"1/x for log beside -1, which no convention is about",
     AD_OP_log,
     log_outside,
     false,
     {"log at x=-0x1.fffffffffffffp-1:", "so says the rules: where the value is NaN"}},
    {"1/(x x) for recip",
     AD_OP_recip,
     recip_by_square,
     false,
     {"recip at x=0x1p+520: d/dx is -0x0p+0", "x * x would overflow"}},
    {"1/(x x) for recip, beside a convention",
     AD_OP_recip,
     recip_by_square,
     true,
     {"recip at x=0x1.0000000000001p+520", "so says MPFR"}},
    {"a slope that overflows too soon",
     AD_OP_cosh,
     cosh_flat_far_out,
     true,
     {"cosh at x=0x1.63", "so says MPFR: a normal double is never lost"}},
    {"NaN at infinity where there is a limit",
     AD_OP_fma,
     fma_nan_at_infinity,
     false,
     {"w=inf: d/dw is", "should be 0x1p+0; so says the rules: a partial is its limit"}},
    {"0 beside NaN",
     AD_OP_fma,
     fma_zero_at_nan,
     false,
     {"fma at x=nan y=0x1p+0", "so says the rules: where the value is NaN"}},
    {"2 at a tie, outside the Clarke interval",
     AD_OP_max,
     max_two_at_ties,
     true,
     {"max at x=0x0p+0 y=0x0p+0: d/dx is 0x1p+1",
      "should be 0x0p+0 to 0x1p+0; so says the rules"}},
};
enum { WRONG_ROWS = sizeof wrong_rows / sizeof *wrong_rows };

START_TEST(a_wrong_edge_is_seen)
{
    const struct wrong_row *w = &wrong_rows[_i];
    if (w->needs_mpfr && expr_mpfr_missing() != NULL) return;
    ad_op_info row = ad_ops[w->op];
    edge_report r;
    edge_check_run(w->op, &row, &r);
    ck_assert_msg(r.disagreements == 0, "%s", r.failure[0]); /* as it is */

    row.partials = w->partials;
    edge_check_run(w->op, &row, &r);
    ck_assert_msg(r.disagreements > 0, "%s: not seen", w->name);
    char all[EDGE_FAILURES * (EDGE_TEXT + 1) + 1] = "";
    bool said = false;
    for (size_t k = 0; k < r.failures; k++) {
        said = said || (strstr(r.failure[k], w->said[0]) != NULL &&
                        (w->said[1] == NULL || strstr(r.failure[k], w->said[1])));
        strcat(strcat(all, "\n"), r.failure[k]);
    }
    ck_assert_msg(said, "%s: seen, but not as \"%s ... %s\":%s", w->name, w->said[0],
                  w->said[1] == NULL ? "" : w->said[1], all);
}
END_TEST

/* ---- Coverage -------------------------------------------------------------------- */

START_TEST(every_operation_has_a_grid)
{
    size_t cells = 0, rules = 0, conventions = 0;
    for (int op = AD_FIRST_ROW; op <= AD_LAST_ROW; op++) {
        edge_report r;
        edge_check_run((ad_op)op, NULL, &r);
        ck_assert_msg(r.cells >= 30, "%s has %zu cells", ad_ops[op].name, r.cells);
        cells += r.cells;
        rules += r.by_rule;
        conventions += r.by_convention;
        if (expr_mpfr_missing() == NULL)
            ck_assert_msg(r.unjudged == 0, "%s: MPFR did not settle at %zu cells",
                          ad_ops[op].name, r.unjudged);
    }
    ck_assert_uint_ge(cells, 640);
    ck_assert_uint_gt(rules, 0);
    ck_assert_uint_eq(conventions, edge_convention_count);
}
END_TEST

Suite *edges_suite(void)
{
    Suite *suite = suite_create("edges");
    TCase *tests = tcase_create("grid");
    tcase_set_timeout(tests, 120);
    tcase_add_test(tests, every_operation_has_a_grid);
    tcase_add_loop_test(tests, a_wrong_edge_is_seen, 0, WRONG_ROWS);
    suite_add_tcase(suite, tests);
    return suite;
}
