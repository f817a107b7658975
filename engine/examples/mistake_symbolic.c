/*
 * Mistake 1: thinking that it is symbolic. An engine does not derive a formula: it
 * records the numbers of one evaluation, and its gradients are numbers at that point.
 * Move the point, and the old gradient says nothing about the new one: record again.
 */
#include <gradyno/tape.h>
#include <stdio.h>

int main(void)
{
    ad_tape *t = ad_tape_new(NULL);
    ad_tape_handle x = ad_tape_var(t, 3);
    const ad_tape_position start = ad_tape_mark(t);
    ad_tape_handle y = ad_tape_mul(t, x, x);
    ad_tape_backward(t, y);
    printf("y = x*x at x = 3:  y = %g, dy/dx = %g\n", ad_tape_value(t, y),
           ad_tape_grad(t, x));

    /* x moves. The record still holds what was computed at 3. */
    x = ad_tape_set(t, x, 5);
    const double stale = ad_tape_grad(t, x);
    printf("\nnow x = %g\n", ad_tape_value(t, x));
    printf(
        "mistake: read y and dy/dx again, as if they were the formulas x*x and 2*x:\n");
    printf("         y = %g, dy/dx = %g, which are the numbers at 3\n",
           ad_tape_value(t, y), stale);

    /* What is to be differentiated at 5 is evaluated at 5. */
    ad_tape_rewind(t, start);
    y = ad_tape_mul(t, x, x);
    ad_tape_backward(t, y);
    const double right = ad_tape_grad(t, x);
    printf("right:   record y again, walk again:\n");
    printf("         y = %g, dy/dx = %g\n", ad_tape_value(t, y), right);

    ad_tape_free(t);
    return stale == 6 && right == 10 ? 0 : 1;
}
