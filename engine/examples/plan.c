/* Record once, run many: Newton's method on f(x) = x^3 - 2 with a plan of f. */
#include <gradyno/plan.h>
#include <stdio.h>

int main(void)
{
    ad_tape *t = ad_tape_new(NULL);
    const ad_tape_handle x = ad_tape_var(t, 1);
    const ad_tape_handle f =
        ad_tape_add_c(t, ad_tape_mul(t, ad_tape_square(t, x), x), -2);
    ad_plan *p = ad_tape_plan(t, 1, &x, 1, &f);
    ad_tape_free(t); /* the plan stands by itself */
    if (p == NULL) return 1;

    double at = 1, value, slope;
    for (int step = 0; step < 6; step++) {
        ad_plan_forward(p, &at, &value);
        ad_plan_backward(p, NULL, &slope);
        at -= value / slope;
    }
    printf("cbrt(2) = %.15g\n", at);
    ad_plan_free(p);
    return 0;
}
