/*
 * The engine of mistakes: what a rule does where its operands are 0, 1 or equal; nodes
 * that share one gradient; rules that read the node made last.
 */
#include "verify/kit/mistake_model.h"

double model_way(const model *m, mistake_kind kind, int node)
{
    for (size_t i = 0; i < m->n && m->has[kind]; i++) {
        const flaw *f = &m->flaws[i];
        if (f->kind == kind && (f->op == step_of(m, node)->op || f->op == AD_OP_count))
            return f->form.k;
    }
    return 0;
}

static double value_of(const model *m, int node, int i)
{
    return m->value[step_of(m, node)->operand[i]];
}

/* The other operand is another node of the same value. */
static bool has_equal(const model *m, int node, int i)
{
    const int *of = step_of(m, node)->operand;
    return operands(m, node) == 2 && value_of(m, node, 0) == value_of(m, node, 1) &&
           of[i] != of[1 - i];
}

bool model_withholds(const model *m, int node, int i)
{
    const double x = value_of(m, node, i);
    const int stops = (int)model_way(m, MISTAKE_OF_zero_stops, node),
              zero = (int)model_way(m, MISTAKE_OF_zero_unfed, node),
              one = (int)model_way(m, MISTAKE_OF_one_unfed, node),
              equal = (int)model_way(m, MISTAKE_OF_equal_once, node);
    for (int k = 0; k < operands(m, node); k++) /* 1: the first is 0, 2: the second */
        if (stops > 0 && stops != 2 - k && value_of(m, node, k) == 0) return true;
    if (zero > 0 && x == 0 && (zero == 1 || i > 0)) return true;
    if (one > 0 && x == 1 && (one == 1 || i > 0)) return true;
    return equal > 0 && operands(m, node) == 2 && i == 2 - equal &&
           value_of(m, node, 0) == value_of(m, node, 1);
}

bool model_has_enough(const model *m, int node, int i, double grad)
{
    const int way = (int)model_way(m, MISTAKE_OF_given_to_zero, node);
    return grad != 0 && (HAS(keeps_first) || way == 3 || (way > 0 && way == i + 1));
}

bool model_overlooks(const model *m, int node, int i)
{
    if (HAS(zero_skipped) && m->number == 2 && value_of(m, node, i) == 0) return true;
    return HAS(equal_walked) && i == 2 - (int)m->number && has_equal(m, node, i);
}

/* The derivative by operand i is 1. */
static bool passes_through(const model *m, int node, int i)
{
    double x[AD_MAX_OPERANDS] = {0}, d[AD_MAX_OPERANDS] = {0};
    for (int k = 0; k < operands(m, node); k++) x[k] = value_of(m, node, k);
    ad_ops[step_of(m, node)->op].partials(x, constant_of(m, node), m->value[node], d);
    return d[i] == 1;
}

/* 1, 3: the result's own, where the derivative is 1; 2: that of the operand before it. */
bool model_shares_gradient(model *m, int node, int i)
{
    const int way = (int)model_way(m, MISTAKE_OF_grad_shared, node);
    const int *of = step_of(m, node)->operand, to = of[i];
    if (way == 0 || !passes_through(m, node, i) || (way == 2 && i == 0)) return false;
    if (way == 1 && m->arrivals[to] > 0) /* as it is by now */
        m->grad[m->shared[to]] += m->grad[m->shared[node]];
    if (way != 1 && m->arrivals[to] > 0) return false;
    if (way == 2 && (!passes_through(m, node, 0) || m->arrivals[of[0]] != 1))
        return false;
    if (m->arrivals[to]++ == 0) m->shared[to] = m->shared[way == 2 ? of[0] : node];
    return true;
}

int model_read_by(const model *m, int node, int *way)
{
    int last = signature_nodes(m->s) - 1;
    *way = (int)model_way(m, MISTAKE_OF_last_node, node);
    if (*way == 0) return node;
    for (size_t i = 0; i < m->n; i++)
        if (m->flaws[i].kind == MISTAKE_OF_last_node && m->flaws[i].op == AD_OP_count)
            return last;
    while (step_of(m, last)->op != step_of(m, node)->op) last--;
    return last;
}
