/* The engine of mistakes: one node, its gradient and its rule. */
#include <math.h>

#include "verify/kit/mistake_model.h"

/* Where a node's gradient is kept. */
int model_slot(const model *m, int node)
{
    if (HAS(grad_shared)) return m->shared[node];
    if (HAS(equal_inputs) && !is_leaf(m, node)) return node;
    if (!HAS(grad_by_value) && !HAS(equal_inputs)) return node;
    int first = 0;
    while (first < node && m->value[first] != m->value[node]) first++;
    return first;
}

double model_start(const model *m, int node)
{
    if (HAS(starts_at_value)) return m->value[node];
    return HAS(starts_at_one) ? 1 : 0;
}

double model_cut(const model *m, double g)
{
    const bool above = HAS(cut_above) || HAS(cut_above_incoming) || HAS(cut_above_read),
               below = HAS(cut_below) || HAS(cut_below_incoming) || HAS(cut_below_read);
    const double least = above ? -HUGE_VAL : -m->number,
                 most = below ? HUGE_VAL : m->number;
    return fmax(least, fmin(most, g));
}

/* How often it is an operand, below the output or not; 1 where it is none. */
int model_uses(const model *m, int node)
{
    int uses = 0;
    for (int k = m->s->inputs; k < signature_nodes(m->s); k++)
        for (int i = 0; i < operands(m, k); i++)
            uses += step_of(m, k)->operand[i] == node;
    return uses > 0 ? uses : 1;
}

static double incoming(const model *m, int node)
{
    const double g = m->grad[model_slot(m, node)];
    if (HAS(zero_is_one) && m->number < 3 && g == 0) return 1;
    if (HAS(clipped_incoming) || HAS(cut_above_incoming) || HAS(cut_below_incoming))
        return model_cut(m, g);
    if (HAS(averaged_uses)) return g / model_uses(m, node);
    return (HAS(averaged) || HAS(averaged_incoming)) && m->arrivals[node] > 1
               ? g / m->arrivals[node]
               : g;
}

/* Whether the node's rule has this flaw for operand k. */
static bool is_in_rule(const model *m, mistake_kind kind, int node, int k)
{
    const ad_op op = step_of(m, node)->op;
    for (size_t i = 0; i < m->n; i++) {
        const flaw *f = &m->flaws[i];
        if (f->kind == kind && (f->op == op || f->op == AD_OP_count) &&
            (f->partial < 0 || f->partial == k))
            return true;
    }
    return false;
}

/* Whether operand i of the node is one that came before among its operands. */
bool model_is_repeated(const model *m, int node, int i)
{
    const int *operand = step_of(m, node)->operand;
    for (int j = 0; j < i; j++)
        if (operand[j] == operand[i]) return true;
    return false;
}

/* The first node of all, whose number is 0: as second operand (1), as any (2), as first
 * (3); 4: then its rule does not run at all (model_pass_on). */
static bool is_taken_for_none(const model *m, int to, int i)
{
    return to == 0 && (m->number == 2 || i == (m->number == 1));
}

void model_give(model *m, int node, int i, double share)
{
    const int n = operands(m, node);
    const bool aside = n == 2 && is_in_rule(m, MISTAKE_OF_to_other, node, i);
    const int to = step_of(m, node)->operand[aside ? 1 - i : i];
    if (HAS(first_nothing) && n > 1 && i == 0) return;
    if (HAS(second_nothing) && i == 1) return;
    if (model_is_repeated(m, node, i) && (HAS(keyed_once) || HAS(waits_given_once) ||
                                          is_in_rule(m, MISTAKE_OF_same_once, node, i)))
        return;
    if (n == 2 && is_in_rule(m, MISTAKE_OF_other_gradient, node, i))
        share = incoming(m, node) *
                m->grad[model_slot(m, step_of(m, node)->operand[1 - i])];
    if (is_in_rule(m, MISTAKE_OF_own_gradient, node, i))
        share *= m->grad[model_slot(m, to)];
    if (n == 2 && (is_in_rule(m, MISTAKE_OF_crossed_gradient, node, i) ||
                   is_in_rule(m, MISTAKE_OF_interchanged, node, i)))
        share *= m->grad[model_slot(m, step_of(m, node)->operand[1 - i])];
    if (is_constant(m, to) && !HAS(constants_receive)) return;
    if (HAS(zero_is_none) && is_taken_for_none(m, to, i)) return;
    if (model_gives_none(m, node, to) || model_withholds(m, node, i)) return;
    if (model_shares_gradient(m, node, i)) return;
    if (HAS(values_moved)) {
        m->value[to] += share;
        return;
    }
    double *grad = &m->grad[model_slot(m, to)];
    if (model_has_enough(m, node, i, *grad)) return;
    const bool anew = HAS(overwrite) || HAS(overwrite_padded) ||
                      (is_leaf(m, to) ? HAS(overwrite_leaves) : HAS(overwrite_inner)) ||
                      is_in_rule(m, MISTAKE_OF_assigned, node, i) ||
                      (HAS(overwrite_by_op) && !model_is_repeated(m, node, i));
    if (HAS(zero_is_one) && m->number == 3 && share == 0) share = 1;
    if (HAS(share_cut)) share = fmax(-m->number, fmin(m->number, share));
    if (HAS(subtracted)) share = -share;
    if (HAS(over_operands)) share /= n;
    if (is_in_rule(m, MISTAKE_OF_multiplied, node, i)) share = *grad * (share - 1);
    *grad = anew ? share : *grad + share;
    m->arrivals[to]++;
    if (model_way(m, MISTAKE_OF_share_rounded, node) > 0)
        *grad = form_rounded(*grad, FORM_ROUND,
                             (int)model_way(m, MISTAKE_OF_share_rounded, node));
    if (HAS(clipped)) *grad = fmax(-1, fmin(1, *grad));
    if (HAS(clipped_elsewhere) || HAS(cut_above) || HAS(cut_below))
        *grad = model_cut(m, *grad);
    if (HAS(unsigned_gradients)) *grad = fabs(*grad);
    if (HAS(integer_gradients)) *grad = trunc(*grad);
    if (HAS(rounded_to_float)) *grad = (double)(float)*grad;
}

/* The last node of the same operation. */
static int last_of(const model *m, int node)
{
    int last = signature_nodes(m->s) - 1;
    while (step_of(m, last)->op != step_of(m, node)->op) last--;
    return last;
}

/* Engines that keep derivatives as they record, and all in one array: each node has
 * those of the last one with two operands (1), of the last of all (2), or with one (3). */
static bool shares_weights(const model *m, int node, double *share)
{
    int last = signature_nodes(m->s) - 1;
    const int of = m->number == 1 ? 2 : m->number == 3 ? 1 : 0;
    if (!HAS(shared_weights) || (of != 0 && operands(m, node) != of)) return false;
    while (of != 0 && operands(m, last) != of) last--;
    double x[AD_MAX_OPERANDS] = {0}, d[AD_MAX_OPERANDS] = {0};
    for (int i = 0; i < operands(m, last); i++)
        x[i] = m->value[step_of(m, last)->operand[i]];
    mistake_shares(m->flaws, m->n, step_of(m, last)->op, x, constant_of(m, last),
                   m->value[last], 1, d);
    for (int i = 0; i < operands(m, node); i++) share[i] = incoming(m, node) * d[i];
    return true;
}

/* Engines whose rules were made in a loop, and all read the operation of its last turn. */
static bool has_rule_of_one(const model *m, int node, double *share)
{
    if (!HAS(rule_of_one) && !HAS(rule_of_one_anew)) return false;
    const ad_op_info *own = &ad_ops[step_of(m, node)->op],
                     *row = &ad_ops[(int)m->number];
    if (own->operands != row->operands || own->constants > 0) return false;
    for (size_t i = 0; i < m->n; i++)
        if (m->flaws[i].ops != 0 && (m->flaws[i].ops >> step_of(m, node)->op & 1) == 0)
            return false;
    double x[AD_MAX_OPERANDS] = {0}, d[AD_MAX_OPERANDS] = {0};
    for (int i = 0; i < row->operands; i++)
        x[i] = m->value[step_of(m, node)->operand[i]];
    const bool own_result = HAS(rule_of_one);
    row->partials(x, 0, own_result ? m->value[node] : row->value(x, 0), d);
    if (own_result) d[0] = form_by_result((ad_op)m->number, d[0], m->value[node]);
    for (int i = 0; i < row->operands; i++) share[i] = incoming(m, node) * d[i];
    return true;
}

/* The operands' values as the rule reads them; z is the node's. */
void model_shares(const model *m, int node, double *share)
{
    const signature_step *step = step_of(m, node);
    double x[AD_MAX_OPERANDS] = {0}, number[AD_MAX_OPERANDS] = {0};
    bool by_number = false;
    if (shares_weights(m, node, share) || has_rule_of_one(m, node, share)) return;
    for (int i = 0; i < operands(m, node); i++) {
        const bool here = is_in_rule(m, MISTAKE_OF_operand_number, node, i);
        x[i] = HAS(by_number) ? step->operand[i] : m->value[step->operand[i]];
        number[i] = here ? step->operand[i] : x[i];
        by_number |= here;
    }
    double z = m->value[node];
    const int last = last_of(m, node);
    if (last != node && is_in_rule(m, MISTAKE_OF_last_use, node, 0)) {
        for (int i = 0; i < operands(m, last); i++)
            x[i] = m->value[step_of(m, last)->operand[i]];
        z = m->value[last];
    }
    int way;
    const int read = model_read_by(m, node, &way);
    if (way > 1) z = m->value[read];
    for (int i = 0; i < operands(m, read) && way > 2; i++)
        x[i] = m->value[step_of(m, read)->operand[i]];
    const double g = incoming(m, read), c = constant_of(m, node);
    mistake_shares(m->flaws, m->n, step->op, x, c, z, g, share);
    if (!by_number) return;
    /* The rule for an exponent uses the result; the others compute anew. */
    const double kept = share[1];
    z = ad_ops[step->op].value(number, step->c);
    mistake_shares(m->flaws, m->n, step->op, number, c, z, g, share);
    if (step->op == AD_OP_pow) share[1] = kept;
}

/* Engines that give every node two operands, 0 where there are none: = then writes a
 * zero to the first node of all, or over what a single operand has just received. */
static void write_padding(model *m, int node)
{
    const int n = operands(m, node);
    if (n == 1) m->grad[step_of(m, node)->operand[0]] = 0;
    if (n == 0) m->grad[0] = 0;
}

/* As an engine says that asks the first operand alone, or the last. */
static bool one_needs_gradient(const model *m, int node, bool last)
{
    while (operands(m, node) > 0)
        node = step_of(m, node)->operand[last ? operands(m, node) - 1 : 0];
    return !is_constant(m, node);
}

/* As one says that wants all of them to need one. */
static bool all_need_gradient(const model *m, int node)
{
    for (int i = 0; i < operands(m, node); i++)
        if (!all_need_gradient(m, step_of(m, node)->operand[i])) return false;
    return !is_constant(m, node);
}

/* What is said not to need a gradient passes nothing on (1); or is given nothing, which the
 * output need not be (2). */
static bool is_thought_constant(const model *m, int node)
{
    if (m->number == 2 && node == m->last) return false;
    return (HAS(constant_first) && !one_needs_gradient(m, node, false)) ||
           (HAS(constant_last) && !one_needs_gradient(m, node, true)) ||
           (HAS(constant_either) && !all_need_gradient(m, node));
}

/* The first operand is a constant (1), the second (2), or either (3). */
static bool is_beside_constant(const model *m, int node)
{
    bool is[AD_MAX_OPERANDS] = {false};
    for (int i = 0; i < operands(m, node); i++)
        is[i] = is_constant(m, step_of(m, node)->operand[i]);
    return (m->number != 2 && is[0]) || (m->number != 1 && is[1]);
}

/* Left out by the loop that goes back over a record: its first operations, its last, or
 * one with an operand whose number is 0. */
static bool is_left_out(const model *m, int node)
{
    if (HAS(first_left_out) && node < m->s->inputs + (int)m->number) return true;
    if (HAS(last_left_out) && node == signature_nodes(m->s) - 1) return true;
    if (!HAS(zero_is_none) || m->number != 4) return false;
    for (int i = 0; i < operands(m, node); i++)
        if (step_of(m, node)->operand[i] == 0) return true;
    return false;
}

/* One after the other; after the first there may be nothing left, but of the output; (1)
 * where the first is given something, (2) in any case. */
static void give_all(model *m, int node, const double *share)
{
    const bool clears =
        HAS(cleared_between) && node != m->last && operands(m, node) > 1 &&
        (m->number == 2 || !is_constant(m, step_of(m, node)->operand[0]));
    for (int i = 0; i < operands(m, node); i++)
        model_give(m, node, i, clears && i > 0 ? 0 : share[i]);
    if (clears) m->grad[node] = 0;
}

void model_pass_on(model *m, int node)
{
    m->taken[node] += m->grad[node];
    if (operands(m, node) == 0 && HAS(overwrite_padded)) write_padding(m, node);
    if (operands(m, node) == 0 || is_left_out(m, node)) return;
    if (HAS(small_dropped) && fabs(incoming(m, node)) < m->number) return;
    if (is_thought_constant(m, node)) return;
    if (HAS(large_dropped) && fabs(incoming(m, node)) > m->number) return;
    if (is_in_rule(m, MISTAKE_OF_constant_beside, node, 0) &&
        is_beside_constant(m, node))
        return;
    if (HAS(negative_dropped) && incoming(m, node) < 0) return;
    if (model_skips(m, node)) return;
    double share[AD_MAX_OPERANDS];
    model_shares(m, node, share);
    model_by_place(m, node, share);
    const bool first = HAS(keyed_by_operand) && m->number == 2;
    if (HAS(keyed_by_operand) || HAS(keyed_once))
        for (int i = operands(m, node) - 1; i > 0; i--)
            if (step_of(m, node)->operand[i] == step_of(m, node)->operand[i - 1])
                share[i - !first] = share[i - first];
    give_all(m, node, share);
    if (is_in_rule(m, MISTAKE_OF_constant_too, node, 0))
        m->grad[0] += incoming(m, node) * model_by_constant(m, node);
    if (HAS(overwrite_padded)) write_padding(m, node);
}
