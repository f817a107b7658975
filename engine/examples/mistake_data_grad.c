/*
 * Mistake 4: confusing data with grad. A node has two numbers. Data is what it is
 * worth, known as soon as it is recorded; grad is how fast the output moves when it
 * moves, known after backward. The local slope of an operation is made of data, never
 * of grad.
 */
#include <gradyno/tape.h>
#include <stdio.h>

int main(void)
{
    ad_tape *t = ad_tape_new(NULL);
    ad_tape_handle a = ad_tape_var(t, 2), b = ad_tape_var(t, -3);
    ad_tape_handle c = ad_tape_var(t, 10), f = ad_tape_var(t, -2);
    ad_tape_handle e = ad_tape_mul(t, a, b);
    ad_tape_handle d = ad_tape_add(t, e, c);
    ad_tape_handle L = ad_tape_mul(t, d, f);
    ad_tape_backward(t, L);

    printf("e = a * b; d = e + c; L = d * f\n\n");
    printf("node   data   grad\n");
    printf("e      %4g   %4g\n", ad_tape_value(t, e), ad_tape_grad(t, e));
    printf("b      %4g   %4g\n", ad_tape_value(t, b), ad_tape_grad(t, b));
    printf("a      %4g   %4g\n\n", ad_tape_value(t, a), ad_tape_grad(t, a));

    const double swapped = ad_tape_value(t, e) * ad_tape_grad(t, b);
    const double dLda = ad_tape_grad(t, a);
    printf("mistake: dL/da = data of e times grad of b = %g\n", swapped);
    printf("right:   dL/da = grad of e times data of b = %g\n\n", dLda);

    /* Going downhill confuses them once more: it moves the data, along the grad. */
    const double here = ad_tape_value(t, c), rate = 0.01;
    const double lost = here - rate * here, found = here - rate * ad_tape_grad(t, c);
    const double uphill = (-6 + lost) * -2, downhill = (-6 + found) * -2;
    printf("mistake: c - rate * data = %g makes L = %g, up from -8\n", lost, uphill);
    printf("right:   c - rate * grad = %g makes L = %g, down from -8\n", found,
           downhill);
    ad_tape_free(t);
    return swapped == 24 && dLda == 6 && uphill > -8 && downhill < -8 ? 0 : 1;
}
