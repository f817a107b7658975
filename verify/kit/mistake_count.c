/*
 * The engine of mistakes: walks that count the uses of each node and let it have its
 * turn when all are ticked off (Kahn). They go wrong where uses are counted one way and
 * ticked off another.
 */
#include "verify/kit/mistake_model.h"

bool model_counts(const model *m)
{
    return HAS(waits_for_twice) || HAS(waits_for_unused) || HAS(waits_for_paths) ||
           HAS(waits_for_zero) || HAS(waits_given_once) || HAS(ready_early);
}

/* The number of such a kind: bits, and 1 more. */
enum { TAKEN = 1, LAST_IN_FIRST_OUT = 2, AGAIN = 4 };

static bool is_so(const model *m, int bit) { return ((int)m->number - 1) & bit; }

bool model_takes_at_turn(const model *m)
{
    return HAS(breadth_taken) || HAS(preorder_taken) || HAS(preorder_stack_taken) ||
           (model_counts(m) && is_so(m, TAKEN));
}

/* Along every path from the node down. */
static void count_paths(const model *m, int node, int *waiting)
{
    for (int i = 0; i < operands(m, node); i++) {
        const int to = step_of(m, node)->operand[i];
        waiting[to]++;
        count_paths(m, to, waiting);
    }
}

static void count_uses(const model *m, int root, int *waiting)
{
    if (HAS(waits_for_paths)) {
        count_paths(m, root, waiting);
        return;
    }
    for (int k = m->s->inputs; k < signature_nodes(m->s); k++)
        for (int i = 0; i < operands(m, k); i++) {
            if (HAS(ready_early) && model_is_repeated(m, k, i)) continue;
            if (m->marked[k] || HAS(waits_for_unused))
                waiting[step_of(m, k)->operand[i]]++;
        }
}

void model_by_counting(model *m, int root)
{
    int waiting[SIGNATURE_NODES] = {0}, ready[LIST], n = 0, first = 0;
    count_uses(m, root, waiting);
    ready[n++] = root;
    while (first < n) {
        const int node = is_so(m, LAST_IN_FIRST_OUT) ? ready[--n] : ready[first++];
        double share[AD_MAX_OPERANDS] = {1, 1, 1};
        if (HAS(waits_for_zero) && operands(m, node) > 0) model_shares(m, node, share);
        model_pass_on(m, node);
        for (int k = 0; k < operands(m, node) && n < LIST; k++) {
            const int to = step_of(m, node)->operand[k];
            if ((HAS(waits_for_twice) || HAS(waits_given_once)) &&
                model_is_repeated(m, node, k))
                continue;
            if (share[k] == 0) continue;
            waiting[to]--;
            if (waiting[to] == 0 || (waiting[to] < 0 && is_so(m, AGAIN)))
                ready[n++] = to;
        }
    }
}
