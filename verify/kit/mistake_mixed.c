/*
 * The engine of mistakes: rules that go by a node's value where its gradient is meant,
 * or by a place among some operands; gradients that go to other inputs.
 */
#include "verify/kit/mistake_model.h"

bool model_skips(const model *m, int node)
{
    const double value = m->value[node];
    const signature_step *step = step_of(m, node);
    bool of_zero = false;
    for (int i = 0; i < operands(m, node); i++)
        of_zero |= m->value[step->operand[i]] == 0;
    return (HAS(zero_skipped) && m->number == 1 && value == 0) ||
           (HAS(one_skipped) && value == 1) ||
           (HAS(negative_skipped) && (m->number == 1 ? value < 0 : value <= 0)) ||
           (HAS(zero_given_none) && m->number == 2 && of_zero) ||
           (HAS(zero_given_none) && m->number == 3 && m->value[step->operand[0]] == 0);
}

/* 1: any operand; 4: one that is an input; 5: one that is not the first. */
bool model_gives_none(const model *m, int node, int to)
{
    return HAS(zero_given_none) && m->value[to] == 0 &&
           (m->number == 1 || (m->number == 4 && is_leaf(m, to)) ||
            (m->number == 5 && step_of(m, node)->operand[0] != to));
}

/* Rules are counted off among the operands that are no constants: from the first on (1),
 * or from the last (2); 3: beside a constant in reverse order. */
void model_by_place(const model *m, int node, double *share)
{
    double all[AD_MAX_OPERANDS] = {0};
    const int n = operands(m, node), way = (int)m->number;
    int left = 0, at = 0;
    if (!HAS(rule_by_place)) return;
    for (int i = 0; i < n; i++) {
        all[i] = share[i];
        left += !is_constant(m, step_of(m, node)->operand[i]);
    }
    if (left == n) return;
    for (int i = 0; i < n; i++) {
        if (is_constant(m, step_of(m, node)->operand[i])) continue;
        share[i] = all[way == 1 ? at : way == 2 ? n - left + at : n - 1 - i];
        at++;
    }
}

/* The derivative of an operation by its constant. */
double model_by_constant(const model *m, int node)
{
    const double x = m->value[step_of(m, node)->operand[0]], c = constant_of(m, node);
    switch (step_of(m, node)->op) {
    case AD_OP_pow_c: return x > 0 ? m->value[node] * log(x) : 0;
    case AD_OP_c_pow: return x * pow(c, x - 1);
    case AD_OP_mul_c: return x;
    case AD_OP_add_c:
    case AD_OP_c_sub: return 1;
    case AD_OP_c_div: return 1 / x;
    default: return 0;
    }
}

/* From the gradients of n inputs, by the number up to 4: the sum up to input i (1, 3), from it on (2), of all (4).
 * What was not set back for 3 is there from the beginning in a second backward. */
static double sum_for(const model *m, const double *own, int i, int n)
{
    const int way = ((int)m->number - 1) % 4 + 1;
    const bool all = way == 4 || (way == 3 && m->passes > 1);
    double sum = 0;
    for (int k = 0; k < n; k++)
        if (all || (way == 2 ? k >= i : k <= i)) sum += own[k];
    return sum;
}

/* Whose gradient input i is given: that of the one before (1, 2) or after (3, 4), of the
 * last (5), of the first (6), of the one as far from the end (7); -1: none. */
static int giver(const model *m, int i, int n)
{
    switch (((int)m->number - 1) % 7 + 1) {
    case 1: return i - 1;
    case 2: return (i + n - 1) % n;
    case 3: return i + 1 < n ? i + 1 : -1;
    case 4: return (i + 1) % n;
    case 5: return n - 1;
    case 6: return 0;
    default: return n - 1 - i;
    }
}

void model_mix_inputs(const model *m, double *g)
{
    const bool all = m->number > (HAS(inputs_moved) ? 7 : 4); /* constants as well */
    const int n = m->s->inputs - (all ? 0 : m->s->constants);
    double own[SIGNATURE_NODES];
    for (int i = 0; i < n; i++) own[i] = g[i];
    for (int i = 0; i < n; i++) {
        if (HAS(inputs_run_on)) g[i] = sum_for(m, own, i, n);
        if (!HAS(inputs_moved)) continue;
        const int from = giver(m, i, n);
        g[i] = from < 0 ? 0 : own[from];
    }
}
