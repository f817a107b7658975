/*
 * The engine that makes the known mistakes: right where no flaw is switched on. Nodes
 * are numbered in the order of creation; a right walk goes down from the root through
 * all that it depends on.
 */
#include <math.h>
#include <stdint.h>
#include <string.h>

#include "verify/kit/mistake.h"

enum { LIST = 256, MOST_VISITS = 400 };

typedef struct model {
    const signature *s;
    const flaw *flaws;
    size_t n;
    uint64_t walk; /* bit k: kind k is among the flaws; WALK rows have the lowest */
    mistake_conduct conduct;
    double value[SIGNATURE_NODES], grad[SIGNATURE_NODES];
    int arrivals[SIGNATURE_NODES];
    bool marked[SIGNATURE_NODES];
    int list[LIST], listed, visits;
} model;

_Static_assert(MISTAKE_OF_seen_as_float < 64, "a bit for each kind of WALK");
#define HAS(name) ((m->walk >> MISTAKE_OF_##name & 1) != 0)

static const signature_step *step_of(const model *m, int node)
{
    return &m->s->step[node - m->s->inputs];
}

static bool is_leaf(const model *m, int node) { return node < m->s->inputs; }

static bool is_constant(const model *m, int node)
{
    /* A step without operands is the constant of an operation made of others. */
    if (!is_leaf(m, node)) return step_of(m, node)->op == AD_OP_constant;
    return node >= m->s->inputs - m->s->constants;
}

static int operands(const model *m, int node)
{
    return is_leaf(m, node) ? 0 : ad_ops[step_of(m, node)->op].operands;
}

/* Where a node's gradient is kept. */
static int slot(const model *m, int node)
{
    if (!HAS(grad_by_value)) return node;
    int first = 0;
    while (m->value[first] != m->value[node] && first < node) first++;
    return first;
}

static double start(const model *m, int node)
{
    if (HAS(starts_at_value)) return m->value[node];
    return HAS(starts_at_one) ? 1 : 0;
}

static void clear(model *m, int node)
{
    m->grad[node] = start(m, node);
    m->arrivals[node] = 0;
}

/* ---- One node -------------------------------------------------------------------- */

static double incoming(const model *m, int node)
{
    const double g = m->grad[slot(m, node)];
    if (HAS(value_passed_on)) return m->value[node];
    return HAS(averaged) && m->arrivals[node] > 1 ? g / m->arrivals[node] : g;
}

/* Whether the node's rule writes = for operand k. */
static bool is_assigned(const model *m, int node, int k)
{
    const ad_op op = step_of(m, node)->op;
    for (size_t i = 0; i < m->n; i++) {
        const flaw *f = &m->flaws[i];
        if (f->kind == MISTAKE_OF_assigned && (f->op == op || f->op == AD_OP_count) &&
            (f->partial < 0 || f->partial == k))
            return true;
    }
    return false;
}

/* Whether operand i of the node is one that came before among its operands. */
static bool is_repeated(const model *m, int node, int i)
{
    const int *operand = step_of(m, node)->operand;
    for (int j = 0; j < i; j++)
        if (operand[j] == operand[i]) return true;
    return false;
}

static void give(model *m, int node, int i, double share)
{
    const int to = step_of(m, node)->operand[i], n = operands(m, node);
    if (HAS(first_nothing) && n > 1 && i == 0) return;
    if (HAS(second_nothing) && i == 1) return;
    if (HAS(same_once) && is_repeated(m, node, i)) return;
    if (is_constant(m, to) && !HAS(constants_receive)) return;
    if (HAS(values_moved)) {
        m->value[to] += share;
        return;
    }
    double *grad = &m->grad[slot(m, to)];
    if (HAS(keeps_first) && *grad != 0) return;
    const bool anew = HAS(overwrite) || HAS(overwrite_padded) ||
                      is_assigned(m, node, i) ||
                      (HAS(overwrite_by_op) && !is_repeated(m, node, i));
    if (HAS(subtracted)) share = -share;
    *grad = anew ? share : *grad + share;
    m->arrivals[to]++;
    if (HAS(clipped)) *grad = fmax(-1, fmin(1, *grad));
    if (HAS(rounded_to_float)) *grad = (double)(float)*grad;
}

/* The operands' values as the rule reads them; z is the node's. */
static void shares(const model *m, int node, double *share)
{
    const signature_step *step = step_of(m, node);
    double x[AD_MAX_OPERANDS] = {0};
    for (int i = 0; i < operands(m, node); i++)
        x[i] = HAS(by_number) ? step->operand[i] : m->value[step->operand[i]];
    mistake_shares(m->flaws, m->n, step->op, x, step->c, m->value[node],
                   incoming(m, node), share);
}

/* Engines that give every node two operands, 0 where there are none: = then writes a
 * zero to the first node of all, or over what a single operand has just received. */
static void write_padding(model *m, int node)
{
    const int n = operands(m, node);
    if (n == 1) m->grad[step_of(m, node)->operand[0]] = 0;
    if (n == 0) m->grad[0] = 0;
}

static void pass_on(model *m, int node)
{
    if (operands(m, node) == 0 && HAS(overwrite_padded)) write_padding(m, node);
    if (operands(m, node) == 0) return;
    double share[AD_MAX_OPERANDS];
    shares(m, node, share);
    for (int i = 0; i < operands(m, node); i++) give(m, node, i, share[i]);
    if (HAS(overwrite_padded)) write_padding(m, node);
}

/* ---- Walks ----------------------------------------------------------------------- */

static void by_paths(model *m, int node)
{
    if (operands(m, node) == 0 || ++m->visits > MOST_VISITS) return;
    double share[AD_MAX_OPERANDS];
    shares(m, node, share);
    const int *operand = step_of(m, node)->operand;
    for (int i = 0; i < operands(m, node); i++) {
        give(m, node, i, share[i]);
        if (HAS(paths_eager)) by_paths(m, operand[i]);
    }
    for (int i = 0; i < operands(m, node) && !HAS(paths_eager); i++)
        if (HAS(paths) || (HAS(paths_of_set) && !is_repeated(m, node, i)))
            by_paths(m, operand[i]);
}

/* On first meeting: the operands from the first on, or from the last. */
static void by_meeting(model *m, int node, bool from_last)
{
    if (m->marked[node]) return;
    m->marked[node] = true;
    pass_on(m, node);
    const int n = operands(m, node);
    for (int i = 0; i < n; i++)
        by_meeting(m, step_of(m, node)->operand[from_last ? n - 1 - i : i], from_last);
}

/* Marked as they are put on the stack; the last one put there is next. */
static void by_stack(model *m, int root)
{
    int stack[SIGNATURE_NODES], n = 0;
    stack[n++] = root;
    m->marked[root] = true;
    while (n > 0) {
        const int node = stack[--n];
        pass_on(m, node);
        for (int k = 0; k < operands(m, node); k++) {
            const int to = step_of(m, node)->operand[k];
            if (m->marked[to]) continue;
            m->marked[to] = true;
            stack[n++] = to;
        }
    }
}

/* A queue of nodes that may be in it more than once. */
static void by_queue(model *m, int root)
{
    int n = 0;
    m->list[n++] = root;
    for (int i = 0; i < n; i++) {
        pass_on(m, m->list[i]);
        for (int k = 0; k < operands(m, m->list[i]) && n < LIST; k++)
            m->list[n++] = step_of(m, m->list[i])->operand[k];
    }
}

static void by_distance(model *m, int root)
{
    int queue[SIGNATURE_NODES], n = 0;
    queue[n++] = root;
    m->marked[root] = true;
    for (int i = 0; i < n; i++) {
        pass_on(m, queue[i]);
        for (int k = 0; k < operands(m, queue[i]); k++) {
            const int to = step_of(m, queue[i])->operand[k];
            if (m->marked[to]) continue;
            m->marked[to] = true;
            queue[n++] = to;
        }
    }
}

static bool is_visited(model *m, int node)
{
    if (HAS(no_visited)) return false;
    if (HAS(visited_by_value))
        for (int i = 0; i < signature_nodes(m->s); i++)
            if (m->marked[i] && m->value[i] == m->value[node]) return true;
    return m->marked[node];
}

/* Operands first, and then the node itself: a topological order, to be reversed. */
static void sort(model *m, int node, int depth)
{
    if (is_visited(m, node) || m->listed == LIST) return;
    if ((HAS(depth_one) && depth > 0) || (HAS(depth_two) && depth > 1)) return;
    m->marked[node] = true;
    const int n = operands(m, node);
    for (int i = 0; i < n; i++) {
        if (HAS(left_only) && i > 0) continue;
        if (HAS(right_only) && i + 1 < n) continue;
        sort(m, step_of(m, node)->operand[i], depth + 1);
    }
    m->list[m->listed++] = node;
}

/* As a tape has them; the list is a topological order already. */
static void in_creation_order(model *m)
{
    int n = 0;
    for (int k = 0; k < signature_nodes(m->s); k++)
        if (m->marked[k]) m->list[n++] = k;
}

static void walk(model *m, int root)
{
    if (!HAS(marks_stay)) memset(m->marked, 0, sizeof m->marked);
    if (!HAS(list_stays)) m->listed = 0;
    m->visits = 0;
    if (HAS(paths) || HAS(paths_of_set) || HAS(paths_eager)) {
        by_paths(m, root);
    } else if (HAS(preorder) || HAS(preorder_last)) {
        by_meeting(m, root, HAS(preorder_last));
    } else if (HAS(preorder_stack)) {
        by_stack(m, root);
    } else if (HAS(paths_queue)) {
        by_queue(m, root);
    } else if (HAS(breadth)) {
        by_distance(m, root);
    } else {
        sort(m, root, 0);
        if (HAS(every_output))
            for (int k = 0; k < signature_nodes(m->s); k++) sort(m, k, 0);
        if (HAS(overwrite_padded)) in_creation_order(m);
        for (int i = 0; i < m->listed; i++)
            pass_on(m, m->list[HAS(children_first) ? i : m->listed - 1 - i]);
    }
}

/* ---- Passes ---------------------------------------------------------------------- */

static bool is_used(const model *m, int node)
{
    for (int k = m->s->inputs; k < signature_nodes(m->s); k++)
        for (int i = 0; i < operands(m, k); i++)
            if (step_of(m, k)->operand[i] == node) return true;
    return false;
}

static void seed(model *m, int root)
{
    double *grad = &m->grad[slot(m, root)];
    const double one = HAS(seed_value) ? m->value[root] : HAS(seed_twice) ? 2 : 1;
    if (HAS(no_seed)) return;
    *grad = m->conduct == CONDUCT_STALE_SEED ? *grad + one : one;
    if (!HAS(every_output)) return;
    for (int k = m->s->inputs; k < signature_nodes(m->s); k++)
        if (k != root && !is_used(m, k)) m->grad[k] = 1;
}

static void backward(model *m, int root, bool again)
{
    const int nodes = signature_nodes(m->s);
    if (HAS(past_output)) root = nodes - 1;
    for (int k = 0; k < nodes && again; k++) {
        const bool clears = m->conduct == CONDUCT_ZEROES ||
                            (m->conduct == CONDUCT_ACCUMULATES && !is_leaf(m, k));
        if (HAS(stale_inner) ? is_leaf(m, k) : clears) clear(m, k);
    }
    seed(m, root);
    walk(m, root);
}

static void read_gradients(const model *m, double *g)
{
    for (int i = 0; i < m->s->inputs; i++) {
        g[i] = m->grad[slot(m, i)];
        if (HAS(averaged) && m->arrivals[i] > 1) g[i] /= m->arrivals[i];
        if (HAS(grad_is_value)) g[i] = m->value[i];
        if (HAS(neighbour)) g[i] = m->grad[i + 1];
        if (HAS(seen_as_float)) g[i] = (double)(float)g[i];
    }
}

static void record(model *m)
{
    for (int k = 0; k < signature_nodes(m->s); k++) {
        double x[AD_MAX_OPERANDS] = {0};
        for (int i = 0; i < operands(m, k); i++)
            x[i] = m->value[step_of(m, k)->operand[i]];
        m->value[k] =
            is_leaf(m, k) ? m->s->x[k]
            : operands(m, k) == 0
                ? step_of(m, k)->c
                : mistake_value(m->flaws, m->n, step_of(m, k)->op, x, step_of(m, k)->c);
        clear(m, k);
    }
}

void mistake_run(const signature *s, const flaw *flaws, size_t n,
                 mistake_conduct conduct, outcome *o)
{
    model state = {.s = s, .flaws = flaws, .n = n, .conduct = conduct}, *m = &state;
    for (size_t i = 0; i < n; i++)
        if (flaws[i].kind < 64) m->walk |= (uint64_t)1 << flaws[i].kind;
    record(m);
    o->ran = o->saw_constants = o->saw_zeroed = true;
    memcpy(o->value, m->value, sizeof o->value);
    backward(m, s->root, false);
    memcpy(o->after, m->value, sizeof o->after);
    read_gradients(m, o->once);
    backward(m, s->root, true);
    read_gradients(m, o->twice);
    for (int k = 0; k < signature_nodes(s); k++)
        if (is_leaf(m, k) ? !HAS(zero_keeps_leaves) : !HAS(zero_keeps_inner))
            clear(m, k);
    backward(m, s->second, true);
    read_gradients(m, o->zeroed);
}
