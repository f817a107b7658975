/* The engine of mistakes: the order in which rules run. */
#include <string.h>

#include "verify/kit/mistake_model.h"

enum { MOST_VISITS = 400 };

static void by_paths(model *m, int node)
{
    if (operands(m, node) == 0 || ++m->visits > MOST_VISITS) return;
    double share[AD_MAX_OPERANDS];
    model_shares(m, node, share);
    const int *operand = step_of(m, node)->operand;
    for (int i = 0; i < operands(m, node); i++) {
        model_give(m, node, i, share[i]);
        if (HAS(paths_eager)) by_paths(m, operand[i]);
    }
    for (int i = 0; i < operands(m, node) && !HAS(paths_eager); i++)
        if (HAS(paths) || (HAS(paths_of_set) && !model_is_repeated(m, node, i)))
            by_paths(m, operand[i]);
}

/* On first meeting: the operands from the first on, or from the last. */
static void by_meeting(model *m, int node, bool from_last)
{
    if (m->marked[node]) return;
    m->marked[node] = true;
    model_pass_on(m, node);
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
        model_pass_on(m, node);
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
        model_pass_on(m, m->list[i]);
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
        model_pass_on(m, queue[i]);
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
    if (HAS(no_visited) || HAS(no_visited_of_set)) return false;
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
        if (HAS(no_visited_of_set) && model_is_repeated(m, node, i)) continue;
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

void model_walk(model *m, int root)
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
            model_pass_on(m, m->list[HAS(children_first) ? i : m->listed - 1 - i]);
    }
}
