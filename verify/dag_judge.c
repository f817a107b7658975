/* The derivatives of a flat list, and how far off an engine may be. */
#include "verify/dag_judge.h"

#include <float.h>
#include <math.h>
#include <stdlib.h>

#define U 0x1p-53L
#define SLACK (1 + 0x1p-20L) /* for long double's own errors */

static bool start(dag_judgement *j, size_t n)
{
    if (n > j->room) {
        dag_judged *at = realloc(j->at, 2 * n * sizeof *at);
        if (at == NULL) return false;
        j->at = at;
        j->room = 2 * n;
    }
    for (size_t k = 0; k < n; k++) j->at[k] = (dag_judged){0};
    j->n = n;
    return true;
}

void dag_judgement_free(dag_judgement *j)
{
    free(j->at);
    *j = (dag_judgement){0};
}

/* to += partial * from, in the derivative and in what its error is made of. */
static void contribute(dag_judged *to, const dag_judged *from, long double error,
                       double partial, long double partial_error)
{
    const long double p = (long double)partial, reach = fabsl(from->derivative) + error;
    if (reach == 0 || p == 0) return;
    to->derivative += from->derivative * p;
    to->error += (error + partial_error * reach) * fabsl(p) + (long double)DBL_TRUE_MIN;
    to->size += reach * fabsl(p);
    to->contributions++;
}

static long double close(dag_judged *v)
{
    const long double error = v->error + (long double)v->contributions * U * v->size;
    v->bound = (double)(error * SLACK);
    return error;
}

bool dag_judge(const dag *d, size_t output, double seed, double partial_ulps,
               dag_judgement *j)
{
    const long double partial_error = (1 + 2 * (long double)partial_ulps) * U;
    if (!start(j, d->n)) return false;
    j->at[output].derivative = (long double)seed;
    for (size_t k = d->n; k-- > 0;) {
        const long double error = close(&j->at[k]);
        const size_t *operand = dag_operands(d, k);
        const double *partial = dag_partials(d, k);
        for (size_t i = 0; i < d->item[k].n; i++)
            contribute(&j->at[operand[i]], &j->at[k], error, partial[i], partial_error);
    }
    return true;
}

bool dag_judge_forward(const dag *d, const double *direction, double partial_ulps,
                       dag_judgement *j)
{
    const long double partial_error = (1 + 2 * (long double)partial_ulps) * U;
    if (!start(j, d->n)) return false;
    for (size_t k = 0; k < d->n; k++) {
        const size_t *operand = dag_operands(d, k);
        const double *partial = dag_partials(d, k);
        if (dag_is_leaf(d, k)) j->at[k].derivative = (long double)direction[k];
        for (size_t i = 0; i < d->item[k].n; i++) {
            const dag_judged *from = &j->at[operand[i]];
            contribute(&j->at[k], from, (long double)from->bound, partial[i],
                       partial_error);
        }
        close(&j->at[k]);
    }
    return true;
}

double dag_judge_terms(const dag *d, const dag_judgement *backward,
                       const dag_judgement *forward)
{
    long double terms = 0;
    for (size_t k = 0; k < d->n; k++) {
        const long double adjoint = backward->at[k].derivative;
        if (adjoint == 0) continue;
        for (size_t i = 0; i < d->item[k].n; i++) {
            const long double tangent = forward->at[dag_operands(d, k)[i]].derivative;
            terms += fabsl(adjoint * (long double)dag_partials(d, k)[i] * tangent);
        }
    }
    return (double)terms;
}
