/* Probes in which a value is 0, or 1, or in which 0 comes from above to a node. */
#include <string.h>

#include "verify/kit/signature.h"

static signature then(signature s, ad_op op, int i, int j)
{
    s.step[s.steps++] = (signature_step){op, {i, j}, 0};
    s.root = s.second = s.inputs + s.steps - 1;
    return s;
}

static signature of(double x, double y)
{
    return (signature){.name = "zero", .inputs = 2, .x = {x, y}};
}

/* a = x + y, and b = a + x or a x: a's value is 0, 1 or -2. */
static signature of_sum(double x, double y, ad_op op)
{
    return then(then(of(x, y), AD_OP_add, 0, 1), op, 2, 0);
}

size_t signature_zeros(signature *probe, size_t room)
{
    /* a = x x, b = a y: a is given 0, and passes on no more than that. */
    const signature given_none = then(then(of(3, 0), AD_OP_mul, 0, 0), AD_OP_mul, 2, 1);
    const signature s[] = {then(of(3, 0), AD_OP_mul, 0, 1),
                           then(of(3, 0), AD_OP_add, 0, 1),
                           then(of(0, 3), AD_OP_add, 0, 1),
                           of_sum(3, -3, AD_OP_add),
                           of_sum(3, -2, AD_OP_mul),
                           of_sum(3, -5, AD_OP_mul),
                           given_none,
                           then(given_none, AD_OP_add, 3, 0)};
    const size_t all = sizeof s / sizeof *s, n = all < room ? all : room;
    memcpy(probe, s, n * sizeof *s);
    return n;
}
