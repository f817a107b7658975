/* The engine of mistakes: the order in which rules run. */
#include <string.h>

#include "verify/kit/mistake_model.h"

enum { MOST_VISITS = 400 };

/* Operands out of a set: each node as a bit of the number says. */
static bool is_set_turned(const model *m, int node)
{
    return ((int)m->number - 1) >> (node - m->s->inputs) & 1;
}

static void by_paths(model *m, int node)
{
    if (operands(m, node) == 0 || ++m->visits > MOST_VISITS) return;
    if (HAS(preorder_given) && m->marked[node]) return; /* what comes later stays */
    m->marked[node] = true;
    double share[AD_MAX_OPERANDS];
    model_shares(m, node, share);
    const int *operand = step_of(m, node)->operand, n = operands(m, node);
    const bool at_once = HAS(paths_eager) || HAS(preorder_given);
    for (int j = 0; j < n; j++) {
        const int i = HAS(preorder_given) && m->number == 2 ? n - 1 - j : j;
        model_give(m, node, i, share[i]);
        if (at_once) by_paths(m, operand[i]);
    }
    const bool turned = HAS(paths_any) && is_set_turned(m, node);
    for (int k = 0; k < n && !at_once; k++) {
        const int i = turned ? n - 1 - k : k;
        if (HAS(paths) || !model_is_repeated(m, node, i)) by_paths(m, operand[i]);
    }
}

/* On first meeting: the operands from the first on, or from the last, or as in a set. */
static void by_meeting(model *m, int node, bool from_last)
{
    if (m->marked[node]) return;
    m->marked[node] = true;
    model_pass_on(m, node);
    const int n = operands(m, node);
    if (HAS(preorder_any) && n > 0) from_last = is_set_turned(m, node);
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
    if (HAS(visited_by_op) && operands(m, node) > 0)
        for (int k = m->s->inputs; k < signature_nodes(m->s); k++)
            if (m->marked[k] && step_of(m, k)->op == step_of(m, node)->op) return true;
    if (HAS(no_visited) || HAS(no_visited_of_set) || HAS(no_visited_sorted))
        return false;
    /* Below the root, which went in as a node, or, 3, by its value as all others. */
    const bool root_too = HAS(visited_by_value) || m->number == 3;
    if (HAS(visited_by_value) || HAS(visited_by_value_below))
        for (int i = 0; i < signature_nodes(m->s); i++)
            if (m->marked[i] && m->value[i] == m->value[node] &&
                (root_too || i != m->top))
                return true;
    return m->marked[node];
}

/* Operands first, and then the node itself: a topological order, to be reversed. */
static void sort(model *m, int node, int depth)
{
    if (depth == 0) m->top = node;
    if ((is_visited(m, node) && !(HAS(marks_stay_below) && depth == 0)) ||
        m->listed == LIST)
        return;
    if (HAS(stops_below_depth) && depth > (int)m->number) return;
    if ((HAS(depth_one) && depth > 0) || (HAS(depth_two) && depth > 1)) return;
    m->marked[node] = true;
    const int n = operands(m, node);
    const bool from_last = HAS(visited_by_value_below) && m->number > 1;
    for (int k = 0; k < n; k++) {
        const int i = from_last ? n - 1 - k : k;
        if (HAS(left_only) && i > 0) continue;
        if (HAS(right_only) && i + 1 < n) continue;
        const bool of_set =
            HAS(no_visited_of_set) || (HAS(no_visited_sorted) && m->number == 2);
        if (of_set && model_is_repeated(m, node, i)) continue;
        if (model_overlooks(m, node, i)) continue;
        sort(m, step_of(m, node)->operand[i], depth + 1);
    }
    m->list[m->listed++] = node;
}

/* The same with a stack of its own and no calls: a node is marked as it is put there, and
 * so is not put there again where it would have its right place, below a later user. The
 * one put there last is next: the last operand, or the first. */
static void sort_by_stack(model *m, int root, bool from_last)
{
    int stack[2 * SIGNATURE_NODES], n = 0;
    const int done = -1; /* below it stands a node whose operands are all listed */
    stack[n++] = root;
    m->marked[root] = true;
    while (n > 0) {
        const int node = stack[--n];
        if (node == done) {
            m->list[m->listed++] = stack[--n];
            continue;
        }
        stack[n++] = node;
        stack[n++] = done;
        const int of = operands(m, node);
        for (int i = 0; i < of; i++) {
            const int to = step_of(m, node)->operand[from_last ? i : of - 1 - i];
            if (m->marked[to]) continue;
            m->marked[to] = true;
            stack[n++] = to;
        }
    }
}

/* As a tape has them; the list is a topological order already. */
static void in_creation_order(model *m)
{
    int n = 0;
    for (int k = 0; k < signature_nodes(m->s); k++)
        if (m->marked[k]) m->list[n++] = k;
}

/* The same, where a node may be in the list more than once. */
static void in_creation_order_as_often(model *m)
{
    int times[SIGNATURE_NODES] = {0}, n = 0;
    for (int i = 0; i < m->listed; i++) times[m->list[i]]++;
    for (int k = 0; k < signature_nodes(m->s); k++)
        while (times[k]-- > 0) m->list[n++] = k;
}

/* All that was made before the output, whether that depends on it or not. */
static void all_before(model *m, int root)
{
    m->listed = 0;
    for (int k = 0; k <= root; k++) m->list[m->listed++] = k;
}

static void in_order_of_value(model *m)
{
    for (int i = 0; i < m->listed; i++)
        for (int j = i + 1; j < m->listed; j++) {
            const int a = m->list[i], b = m->list[j];
            if (m->number * m->value[b] >= m->number * m->value[a]) continue;
            m->list[i] = b;
            m->list[j] = a;
        }
}

/* Whether node, at place i of the list, has its turn, `ran` rules having run. */
static bool has_turn(const model *m, int i, int root, int ran)
{
    const int node = m->list[i], k = (int)m->number;
    if (HAS(stops_after) || HAS(stops_after_made)) return i >= m->listed - k;
    if (HAS(lists_first)) return i < k;
    if (HAS(stops_after_index)) return node > root - k;
    if (HAS(stops_after_rules)) return ran < k;
    if (HAS(stops_halfway)) return i >= m->listed / 2;
    if (HAS(stops_halfway_made)) return node >= root / 2;
    if (HAS(leaves_out)) return i >= k;
    if (HAS(leaves_out_made)) return node >= k;
    return true;
}

/* The last operation that has it as its first operand. */
static int rule_kept_in(const model *m, int operand)
{
    int k = signature_nodes(m->s) - 1;
    while (k >= m->s->inputs && step_of(m, k)->operand[0] != operand) k--;
    return k >= m->s->inputs ? k : -1;
}

static void run_list(model *m, int root)
{
    int ran = 0;
    for (int i = 0; i < m->listed; i++) {
        const int at = HAS(children_first) ? i : m->listed - 1 - i;
        if (!has_turn(m, at, root, ran)) continue;
        if (HAS(stops_at_zero) && m->grad[m->list[at]] == 0) return;
        ran += operands(m, m->list[at]) > 0;
        const int node =
            HAS(rule_on_operand) ? rule_kept_in(m, m->list[at]) : m->list[at];
        if (node >= 0) model_pass_on(m, node);
    }
}

void model_walk(model *m, int root)
{
    if (HAS(first_order_kept) && m->listed > 0) {
        run_list(m, root);
        return;
    }
    if (!HAS(marks_stay) && !HAS(marks_stay_below))
        memset(m->marked, 0, sizeof m->marked);
    if (!HAS(list_stays)) m->listed = 0;
    m->visits = 0;
    if (HAS(paths) || HAS(paths_of_set) || HAS(paths_eager) || HAS(paths_any) ||
        HAS(preorder_given)) {
        by_paths(m, root);
    } else if (HAS(preorder) || HAS(preorder_last) || HAS(preorder_taken) ||
               HAS(preorder_any)) {
        by_meeting(m, root,
                   HAS(preorder_last) || (HAS(preorder_taken) && m->number == 2));
    } else if (HAS(preorder_stack) || HAS(preorder_stack_taken)) {
        by_stack(m, root);
    } else if (HAS(paths_queue)) {
        by_queue(m, root);
    } else if (HAS(passes_again) || HAS(level_of_waiting)) {
        model_by_waiting(m, root);
    } else if (HAS(breadth) || HAS(breadth_taken)) {
        by_distance(m, root);
    } else {
        if (HAS(marked_on_stack) || HAS(marked_on_stack_first))
            sort_by_stack(m, root, HAS(marked_on_stack));
        else
            sort(m, root, 0);
        if (HAS(every_output) || (HAS(zero_is_one) && m->number == 1))
            for (int k = 0; k < signature_nodes(m->s); k++) sort(m, k, 0);
        if (HAS(overwrite_padded) || HAS(stops_after_made)) in_creation_order(m);
        if (HAS(stops_at_zero) && m->number == 1) all_before(m, root);
        if (HAS(stops_at_zero) && m->number == 3) in_creation_order(m);
        if (HAS(no_visited_sorted)) in_creation_order_as_often(m);
        if (HAS(by_value)) in_order_of_value(m);
        if (HAS(by_level)) model_sort_by_level(m, root);
        if (HAS(some_order))
            model_by_permutation(m);
        else if (model_counts(m))
            model_by_counting(m, root);
        else
            run_list(m, root);
    }
}
