/*
 * The engine that makes the known mistakes: right where no flaw is switched on. Nodes
 * are numbered in the order of creation; a right walk goes down from the root through
 * all that it depends on.
 */
#include <math.h>
#include <string.h>

#include "verify/kit/mistake_model.h"

static void clear(model *m, int node)
{
    m->grad[node] = model_start(m, node);
    m->arrivals[node] = 0;
    m->shared[node] = node;
}

static bool is_used(const model *m, int node)
{
    for (int k = m->s->inputs; k < signature_nodes(m->s); k++)
        for (int i = 0; i < operands(m, k); i++)
            if (step_of(m, k)->operand[i] == node) return true;
    return false;
}

static void seed(model *m, int root)
{
    if (HAS(seed_last)) root = signature_nodes(m->s) - 1;
    double *grad = &m->grad[model_slot(m, root)];
    const double one = HAS(seed_value)    ? m->value[root]
                       : HAS(seed_twice)  ? 2
                       : HAS(seed_number) ? m->number
                                          : 1;
    if (HAS(no_seed)) return;
    if (HAS(seed_at_input)) { /* 1: the first, 2: the last, 3: all */
        const int last = m->s->inputs - m->s->constants - 1;
        for (int k = 0; k <= last; k++)
            if (m->number == 3 || k == (m->number == 1 ? 0 : last)) m->grad[k] = one;
        return;
    }
    const bool adds =
        m->conduct == CONDUCT_STALE_SEED || (HAS(op_not_cleared) && (int)m->number & 4);
    *grad = adds ? *grad + one : one;
    if (!HAS(every_output)) return;
    for (int k = m->s->inputs; k < signature_nodes(m->s); k++)
        if (k != root && !is_used(m, k)) m->grad[k] = 1;
}

/* n bytes of n numbers, or of n floats; what a pointer takes; all but the first, or but
 * the last; half of them. */
static void clear_part(model *m)
{
    const size_t n = (size_t)signature_nodes(m->s);
    const size_t bytes[] = {n, 4 * n, 8}, from[] = {1, 0, 0}, to[] = {n, n - 1, n / 2};
    const int way = ((int)m->number + 5) % 6; /* 1 to 6 */
    if (way < 3) memset(m->grad, 0, bytes[way] < n * 8 ? bytes[way] : n * 8);
    for (size_t k = from[way % 3]; way >= 3 && k < to[way % 3]; k++) clear(m, (int)k);
}

/* A node of the operation whose nodes are not cleared: by backward (1), by zero_grad (2); 4 more
 * where the seed is added. */
static bool is_spared(const model *m, int node, int by)
{
    if (!HAS(op_not_cleared) || is_leaf(m, node) || !((int)m->number & by))
        return false;
    for (size_t i = 0; i < m->n; i++)
        if (m->flaws[i].kind == MISTAKE_OF_op_not_cleared)
            return m->flaws[i].op == AD_OP_count ||
                   m->flaws[i].op == step_of(m, node)->op;
    return false;
}

static void backward(model *m, int root, bool again)
{
    const int nodes = signature_nodes(m->s);
    m->passes++;
    if (HAS(past_output)) root = nodes - 1;
    for (int k = 0; k < nodes && again; k++) {
        const bool clears = !HAS(cleared_in_part) &&
                            (m->conduct == CONDUCT_ZEROES ||
                             (m->conduct == CONDUCT_ACCUMULATES && !is_leaf(m, k)));
        if (is_spared(m, k, 1)) continue;
        if (HAS(stale_inner) ? is_leaf(m, k) : clears) clear(m, k);
    }
    if (HAS(cleared_in_part) && again) clear_part(m);
    double before[SIGNATURE_NODES];
    const bool takes = model_takes_at_turn(m);
    memcpy(before, m->grad, sizeof before);
    for (int k = 0; k < nodes && takes; k++) m->grad[k] = m->taken[k] = 0;
    seed(m, root);
    const bool done = HAS(again_nothing) && m->last == root && again;
    m->last = root;
    if (!done) model_walk(m, root);
    for (int k = 0; k < nodes && takes; k++) m->grad[k] = before[k] + m->taken[k];
}

/* What all gradients are divided by. */
static double divisor(const model *m)
{
    int reached = 0;
    for (int k = 0; k < signature_nodes(m->s); k++) reached += m->marked[k];
    return HAS(over_nodes)        ? signature_nodes(m->s)
           : HAS(over_operations) ? m->s->steps
           : HAS(over_inputs)     ? m->s->inputs - m->s->constants
           : HAS(over_reached)    ? reached
                                  : 1;
}

static void read_gradients(const model *m, double *g)
{
    for (int i = 0; i < m->s->inputs; i++) {
        g[i] = m->grad[model_slot(m, i)];
        if ((HAS(averaged) || HAS(averaged_read)) && m->arrivals[i] > 1)
            g[i] /= m->arrivals[i];
        if (HAS(averaged_uses)) g[i] /= model_uses(m, i);
        if (HAS(clipped_read) || HAS(cut_above_read) || HAS(cut_below_read))
            g[i] = model_cut(m, g[i]);
        g[i] /= divisor(m);
        if (HAS(grad_is_value) || HAS(read_interchanged)) g[i] = m->value[i];
        if (HAS(neighbour)) g[i] = m->grad[i + 1];
        if (HAS(answers_digits) || HAS(gradients_digits))
            g[i] = form_rounded(g[i], FORM_ROUND_ALL, (int)m->number);
        if (HAS(answers_decimals))
            g[i] = form_rounded(g[i], FORM_ROUND, (int)m->number);
        if (HAS(rounded)) g[i] = round(g[i] * pow(10, m->number)) / pow(10, m->number);
        if (HAS(seen_as_float)) g[i] = (double)(float)g[i];
    }
    if (HAS(inputs_run_on) || HAS(inputs_moved)) model_mix_inputs(m, g);
}

/* [SIGNATURE_NODES] */
static void read_values(const model *m, double *value)
{
    const bool wrong = HAS(value_is_grad) || HAS(read_interchanged);
    memcpy(value, wrong ? m->grad : m->value, sizeof m->value);
    for (int k = 0; k < signature_nodes(m->s); k++) {
        if (HAS(answers_digits) || HAS(values_digits))
            value[k] = form_rounded(value[k], FORM_ROUND_ALL, (int)m->number);
        if (HAS(answers_decimals) || HAS(values_decimals))
            value[k] = form_rounded(value[k], FORM_ROUND, (int)m->number);
    }
}

/* What is 0 may be taken for missing. */
static double leaf_value(const model *m, int node)
{
    const double x = m->s->x[node];
    return HAS(input_falsy) && x == 0 ? m->number : x;
}

static void record(model *m)
{
    for (int k = 0; k < signature_nodes(m->s); k++) {
        double x[AD_MAX_OPERANDS] = {0};
        for (int i = 0; i < operands(m, k); i++)
            x[i] = m->value[step_of(m, k)->operand[i]];
        for (int i = 0; i < operands(m, k) && HAS(operand_falsy); i++)
            if (x[i] == 0) x[i] = m->number;
        for (int i = 0; i < operands(m, k) && HAS(read_as_float); i++)
            x[i] = (double)(float)x[i];
        m->value[k] = is_leaf(m, k) ? leaf_value(m, k)
                      : operands(m, k) == 0
                          ? step_of(m, k)->c
                          : mistake_value(m->flaws, m->n, step_of(m, k)->op, x,
                                          constant_of(m, k));
        if (HAS(integer_values) || (HAS(integer_results) && !is_leaf(m, k)))
            m->value[k] = trunc(m->value[k]);
        if (HAS(values_kept))
            m->value[k] = form_rounded(m->value[k], FORM_ROUND, (int)m->number);
        clear(m, k);
    }
}

void mistake_run(const signature *s, const flaw *flaws, size_t n,
                 mistake_conduct conduct, outcome *o)
{
    model state = {.s = s, .flaws = flaws, .n = n, .conduct = conduct}, *m = &state;
    for (size_t i = 0; i < n; i++) {
        m->has[flaws[i].kind] = true;
        if (flaws[i].form.k != 0 && flaws[i].form.mode == FORM_NONE)
            m->number = flaws[i].form.k;
    }
    record(m);
    o->ran = o->saw_constants = o->saw_twice = o->saw_zeroed = true;
    read_values(m, o->value);
    backward(m, s->root, false);
    read_values(m, o->after);
    read_gradients(m, o->once);
    backward(m, s->root, true);
    read_gradients(m, o->twice);
    for (int k = 0; k < signature_nodes(s); k++)
        if (is_spared(m, k, 2))
            continue;
        else if (!HAS(zero_keeps_all) &&
                 (is_leaf(m, k) ? !HAS(zero_keeps_leaves) : !HAS(zero_keeps_inner)))
            clear(m, k);
    backward(m, s->second, true);
    read_gradients(m, o->zeroed);
}
