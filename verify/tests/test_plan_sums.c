/*
 * The plan of numbers added one by one, whatever they start from: a run of additions with
 * and without a term that is none of them.
 */
#include "engine/plan.h"
#include "verify/tests/close.h"
#include "verify/tests/suites.h"

typedef ad_tape_handle handle;

enum { MOST = 70, STARTS = 5, WALKS = 4 };

/* What is recorded just before the first addition, or long before it. */
static handle start_of(ad_tape *t, int kind, const handle *x)
{
    switch (kind) {
    case 0: return ad_tape_constant(t, 0.5);
    case 1: return ad_tape_mul(t, x[0], x[1]);
    case 2: return x[0];
    case 3: return x[MOST - 1]; /* the last one recorded */
    default: return ad_tape_neg(t, x[2]);
    }
}

static size_t operand(int walk, size_t k)
{
    const size_t at[WALKS] = {k, 0, 2 * k, MOST - 1};
    return at[walk] % MOST;
}

START_TEST(sums_from_any_start)
{
    const int kind = _i % STARTS, walk = _i / STARTS % WALKS;
    const bool left = _i / STARTS / WALKS;
    for (size_t n = 1; n <= MOST; n++) {
        ad_tape *t = ad_tape_new(NULL);
        handle x[MOST];
        double gradient[MOST], y;
        for (size_t k = 0; k < MOST; k++) x[k] = ad_tape_var(t, (double)(k % 7) + 0.25);
        handle s = start_of(t, kind, x);
        for (size_t k = 0; k < n; k++) {
            const handle a = x[operand(walk, k)];
            s = left ? ad_tape_add(t, a, s) : ad_tape_add(t, s, a);
        }
        ck_assert_int_eq(ad_tape_backward(t, s), AD_OK);
        ad_plan *p = ad_tape_plan(t, MOST, x, 1, &s);
        ck_assert(p != NULL);
        ck_assert_int_eq(ad_plan_forward(p, NULL, &y), AD_OK);
        ad_plan_backward(p, NULL, gradient);
        assert_same(y, s.value); /* quarters: exact in any order */
        for (size_t k = 0; k < MOST; k++)
            assert_same(gradient[k], ad_tape_grad(t, x[k]));
        ad_plan_free(p);
        ad_tape_free(t);
    }
}
END_TEST

Suite *plan_sums_suite(void)
{
    Suite *s = suite_create("plan_sums");
    TCase *c = tcase_create("sums");
    tcase_add_loop_test(c, sums_from_any_start, 0, 2 * STARTS * WALKS);
    suite_add_tcase(s, c);
    return s;
}
