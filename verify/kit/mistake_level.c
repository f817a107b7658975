/*
 * The engine of mistakes: walks that go by a level which is not a node's longest way, or
 * by whatever else decides who is next of those that wait.
 */
#include "verify/kit/mistake_model.h"

enum { VISITS_MOST = 400 };

/* 1: from the first operand, 2: from the last, 3: from the lowest. */
static int level_of(const model *m, int node, int way)
{
    const int n = operands(m, node);
    if (n == 0) return 0;
    int level = level_of(m, step_of(m, node)->operand[way == 2 ? n - 1 : 0], way);
    for (int i = 1; i < n && way == 3; i++) {
        const int other = level_of(m, step_of(m, node)->operand[i], way);
        if (other < level) level = other;
    }
    return level + 1;
}

/* All that the output depends on, as it is met by distance: the last ones first. */
static void list_as_met(model *m, int root)
{
    bool met[SIGNATURE_NODES] = {false};
    int queue[SIGNATURE_NODES], n = 0;
    queue[n++] = root;
    met[root] = true;
    for (int i = 0; i < n; i++)
        for (int k = 0; k < operands(m, queue[i]); k++) {
            const int to = step_of(m, queue[i])->operand[k];
            if (!met[to]) queue[n++] = to;
            met[to] = true;
        }
    for (int i = 0; i < n; i++) m->list[i] = queue[n - 1 - i];
    m->listed = n;
}

static void list_as_made(model *m)
{
    m->listed = 0;
    for (int k = 0; k < signature_nodes(m->s); k++)
        if (m->marked[k]) m->list[m->listed++] = k;
}

/* The number is the way of the level; of equals the one that a topological order has last
 * runs first (1 to 3), or the one met first (4 to 6), or the newest (7 to 9). */
void model_sort_by_level(model *m, int root)
{
    const int way = ((int)m->number - 1) % 3 + 1, ties = ((int)m->number - 1) / 3;
    if (ties == 1) list_as_met(m, root);
    if (ties == 2) list_as_made(m);
    for (int i = 1; i < m->listed; i++)
        for (int j = i;
             j > 0 && level_of(m, m->list[j], way) < level_of(m, m->list[j - 1], way);
             j--) {
            const int node = m->list[j];
            m->list[j] = m->list[j - 1];
            m->list[j - 1] = node;
        }
}

/* The number, less 1, says in which of all orders: what remains, divided by how many are
 * left, is who is next of them. */
void model_by_permutation(model *m)
{
    int left[SIGNATURE_NODES], n = 0, number = (int)m->number - 1;
    for (int k = signature_nodes(m->s) - 1; k >= 0; k--)
        if (m->marked[k] && !is_leaf(m, k)) left[n++] = k;
    while (n > 0) {
        const int at = number % n;
        number /= n;
        model_pass_on(m, left[at]);
        for (int i = at; i + 1 < n; i++) left[i] = left[i + 1];
        n--;
    }
}

/* Of those that wait, once each: the highest by a way of its level, and of equals the newest
 * (1 to 3), the oldest (4 to 6), who has waited longest (7 to 9) or shortest (10 to 12). */
static double rank_by_level(const model *m, int node, int came)
{
    const int way = ((int)m->number - 1) % 3 + 1, ties = ((int)m->number - 1) / 3;
    const double after = ties == 0   ? node
                         : ties == 1 ? -node
                         : ties == 2 ? -came
                                     : came;
    return level_of(m, node, way) + 0.01 * after;
}

/*
 * Who is next of those that wait. 1 to 3: the highest by the way of its level, of equals
 * the newest; 4 to 6: of equals the oldest. 7: the oldest. 8: who has waited longest, 9:
 * shortest. 10: the largest value, 11: the smallest.
 */
static double rank_of(const model *m, int node, int came)
{
    const int number = (int)m->number;
    if (HAS(level_of_waiting)) return rank_by_level(m, node, came);
    if (number <= 6)
        return level_of(m, node, (number - 1) % 3 + 1) +
               (number <= 3 ? 0.01 : -0.01) * node;
    if (number == 7) return -node;
    if (number <= 9) return number == 8 ? -came : came;
    return number == 10 ? m->value[node] : -m->value[node];
}

void model_by_waiting(model *m, int root)
{
    int came[SIGNATURE_NODES] = {0}, time = 1; /* 0: does not wait */
    came[root] = time++;
    for (int visits = 0; visits < VISITS_MOST; visits++) {
        int next = -1;
        for (int k = 0; k < signature_nodes(m->s); k++)
            if (came[k] > 0 &&
                (next < 0 || rank_of(m, k, came[k]) > rank_of(m, next, came[next])))
                next = k;
        if (next < 0) return;
        came[next] = 0;
        model_pass_on(m, next);
        for (int k = 0; k < operands(m, next); k++) {
            const int to = step_of(m, next)->operand[k];
            if (HAS(level_of_waiting) && m->marked[to]) continue;
            if (came[to] == 0) came[to] = time++;
            m->marked[to] = true;
        }
    }
}
