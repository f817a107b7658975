/*
 * How far rounding moves a gradient, by experiment: the same gradient again, with every
 * operation's result moved by a few units in its last place, up or down at random. What
 * cancels in the values or in the adjoints shows as a large movement, where a bound by
 * the size of the result would see nothing.
 */
#include <float.h>
#include <math.h>
#include <stdlib.h>

#include "verify/expr.h"
#include "verify/random.h"

/* libm and the rows' partials are good to a few units in the last place. */
#define MOVE (4 * DBL_EPSILON)
enum { TRIALS = 8, MARGIN = 2 };

/* What rounding, under a random star, might have made of x. A zero stays: it is exact.
 */
static double moved(double x, random_source *random)
{
    if (random == NULL || x == 0) return x;
    const double size = fabs(x) * MOVE + DBL_TRUE_MIN;
    return random_bits(random) & 1 ? x + size : x - size;
}

static double operation(const expr *e, const struct expr_step *trial, size_t i)
{
    const struct expr_node *v = &e->node[i];
    const ad_op_info *row = &ad_ops[v->op];
    double x[EXPR_MAX_OPERANDS] = {0};
    for (int k = 0; k < row->operands + row->constants && k < v->operands; k++)
        x[k] = trial[v->operand[k]].value;
    return row->value(x, row->constants > 0 ? x[row->operands] : 0);
}

/* The plan's values again, and the adjoints of all nodes; moved, unless random is NULL.
 */
static void run(const expr *e, const struct expr_step *step, random_source *random,
                struct expr_step *trial, double *adjoint)
{
    for (size_t i = 0; i < e->nodes; i++) {
        trial[i] = step[i];
        adjoint[i] = 0;
        if (step[i].role == EXPR_APPLIED) {
            /* Pieces (max, abs) pick without rounding, and their partials compare z
             * with the operands: a z that moved would be none of them. */
            const bool picks = ad_ops[e->node[i].op].smoothness == AD_KINK;
            trial[i].value = moved(operation(e, trial, i), picks ? NULL : random);
        }
        if (step[i].role == EXPR_SAME_AS) trial[i].value = trial[step[i].same_as].value;
    }
    adjoint[e->output] = 1;
    for (uint32_t i = (uint32_t)e->nodes; i-- > 0;) {
        if (adjoint[i] == 0) continue; /* as the engines do */
        adjoint[i] = moved(adjoint[i], random);
        if (step[i].role == EXPR_SAME_AS) adjoint[step[i].same_as] += adjoint[i];
        if (step[i].role != EXPR_APPLIED) continue;
        double partial[EXPR_MAX_OPERANDS];
        expr_partials(e, trial, i, partial);
        for (int k = 0; k < ad_ops[e->node[i].op].operands; k++)
            adjoint[e->node[i].operand[k]] +=
                moved(adjoint[i] * moved(partial[k], random), random);
    }
}

bool expr_rounding(const expr *e, const struct expr_step *step, double *rounding)
{
    random_source random = {1};
    struct expr_step *trial = malloc(e->nodes * sizeof *trial);
    double *still = malloc(e->nodes * sizeof *still);
    double *adjoint = malloc(e->nodes * sizeof *adjoint);
    const bool possible = trial != NULL && still != NULL && adjoint != NULL;
    if (possible) {
        run(e, step, NULL, trial, still);
        for (size_t i = 0; i < e->nodes; i++) rounding[i] = 0;
        for (int k = 0; k < TRIALS; k++) {
            run(e, step, &random, trial, adjoint);
            for (size_t i = 0; i < e->nodes; i++) {
                const double far = adjoint[i] == still[i] /* infinities too */
                                       ? 0
                                       : MARGIN * fabs(adjoint[i] - still[i]);
                if (!(far <= rounding[i])) rounding[i] = far; /* NaN stays NaN */
            }
        }
    }
    free(trial);
    free(still);
    free(adjoint);
    return possible;
}
