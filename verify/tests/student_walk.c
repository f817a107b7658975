/* Ways back through a graph. */
#include "verify/tests/student_walk.h"

#include <stdlib.h>

void student_append(node ***list, size_t *n, size_t *room, node *v)
{
    if (*n == *room) {
        *room = 2 * *room + 16;
        *list = realloc(*list, *room * sizeof **list);
        if (*list == NULL) abort();
    }
    (*list)[(*n)++] = v;
}

static bool is_visited(const record *r, const node *v)
{
    if (r->is->walk == WALK_NO_VISITED || r->is->walk == WALK_SORTED_AGAIN)
        return false;
    for (size_t i = 0; i < r->n && r->is->walk == WALK_BY_VALUE; i++)
        if (r->made[i]->visited && r->made[i]->value == v->value) return true;
    return v->visited;
}

static void sort(record *r, node *v)
{
    if (is_visited(r, v)) return;
    if (r->is->walk == WALK_SORTED_AGAIN) v->waiting++; /* times */
    if (r->is->walk == WALK_NO_VISITED && r->ordered > 4096) return;
    v->visited = true;
    if (r->is->walk == WALK_PREORDER)
        student_append(&r->order, &r->ordered, &r->order_room, v);
    for (int i = 0; i < v->n; i++)
        sort(r, v->operand[r->is->walk == WALK_LAST_FIRST ? v->n - 1 - i : i]);
    if (r->is->walk != WALK_PREORDER)
        student_append(&r->order, &r->ordered, &r->order_room, v);
}

/* What a stack without calls does when nodes are marked as they are put there. */
static void sort_waiting(record *r, node *v)
{
    node *waiting[sizeof v->operand / sizeof *v->operand];
    int n = 0;
    v->visited = true;
    for (int i = 0; i < v->n; i++) {
        node *to = v->operand[r->is->walk == WALK_MARKS_WAITING ? i : v->n - 1 - i];
        if (to->visited) continue;
        to->visited = true;
        waiting[n++] = to;
    }
    for (int i = 0; i < n; i++) sort_waiting(r, waiting[i]);
    student_append(&r->order, &r->ordered, &r->order_room, v);
}

static void breadth(record *r, node *output)
{
    student_append(&r->order, &r->ordered, &r->order_room, output);
    output->visited = true;
    for (size_t i = 0; i < r->ordered; i++)
        for (int k = 0; k < r->order[i]->n; k++) {
            node *v = r->order[i]->operand[k];
            if (v->visited) continue;
            v->visited = true;
            student_append(&r->order, &r->ordered, &r->order_room, v);
        }
}

void student_mark(record *r, node *output)
{
    r->ordered = 0;
    for (size_t i = 0; i < r->n; i++) r->made[i]->visited = false;
    breadth(r, output);
}

static void recursion(node *v, int depth)
{
    if (depth > 40) return;
    student_rule(v);
    for (int i = 0; i < v->n; i++) recursion(v->operand[i], depth + 1);
}

static void given_once(node *v, long double g)
{
    if (v->visited) return;
    v->visited = true;
    for (int i = 0; i < v->n; i++) {
        const long double share = student_part(v, i, g);
        student_give(v, i, share);
        given_once(v->operand[i], share);
    }
}

/* A set has its own order: here it hangs on where the node stands. */
static void in_some_order(const record *r, node *v)
{
    size_t at = 0;
    if (v->visited) return;
    v->visited = true;
    student_rule(v);
    while (r->made[at] != v) at++;
    for (int i = 0; i < v->n; i++)
        in_some_order(r, v->operand[at % 3 == 0 ? v->n - 1 - i : i]);
}

static void paths_in_some_order(const record *r, node *v)
{
    size_t at = 0;
    student_rule(v);
    while (r->made[at] != v) at++;
    for (int i = 0; i < v->n; i++) {
        node *to = v->operand[at % 3 == 0 ? v->n - 1 - i : i];
        if (i == 0 || to != v->operand[at % 3 == 0 ? v->n - i : i - 1])
            paths_in_some_order(r, to);
    }
}

/* Backwards through all nodes as they were made. */
static void by_creation(record *r, node *output)
{
    for (size_t i = 0; i < r->n; i++) r->made[i]->waiting = 0;
    if (r->is->walk == WALK_SORTED_AGAIN) sort(r, output);
    size_t i = r->n;
    while (i > 0 && r->made[i - 1] != output) i--;
    for (; i-- > 0;) {
        node *v = r->made[i];
        if (r->is->walk == WALK_STOPS_AT_ZERO && v->grad == 0) return;
        for (; v->waiting > 0; v->waiting--) student_rule(v);
        if (r->is->walk == WALK_STOPS_AT_ZERO) student_rule(v);
    }
}

/* Each path by itself: the sum over paths is the gradient. */
static void every_path(const node *v, long double g)
{
    for (int i = 0; i < v->n; i++) {
        const long double share = student_part(v, i, g);
        student_give(v, i, share);
        every_path(v->operand[i], share);
    }
}

/* When all its users are done. */
static void counting(record *r, node *output)
{
    sort(r, output);
    const bool all = r->is->walk == WALK_COUNTS_ALL;
    node **of = all ? r->made : r->order;
    const size_t n = all ? r->n : r->ordered;
    for (size_t i = 0; i < n; i++) of[i]->waiting = 0;
    for (size_t i = 0; i < n; i++)
        for (int k = 0; k < of[i]->n; k++) of[i]->operand[k]->waiting++;
    r->ordered = 0;
    student_append(&r->order, &r->ordered, &r->order_room, output);
    for (size_t i = 0; i < r->ordered; i++)
        for (int k = 0; k < r->order[i]->n; k++)
            if (--r->order[i]->operand[k]->waiting == 0)
                student_append(&r->order, &r->ordered, &r->order_room,
                               r->order[i]->operand[k]);
}

/* A queue, in which a node is not twice at a time. */
static void again(record *r, node *output)
{
    student_append(&r->order, &r->ordered, &r->order_room, output);
    for (size_t i = 0; i < r->ordered && i < 4096; i++) {
        node *v = r->order[i];
        student_rule(v);
        for (int k = 0; k < v->n; k++) {
            size_t at = i + 1;
            while (at < r->ordered && r->order[at] != v->operand[k]) at++;
            if (at == r->ordered)
                student_append(&r->order, &r->ordered, &r->order_room, v->operand[k]);
        }
    }
}

void student_go(record *r, node *output, double seed)
{
    r->ordered = 0;
    for (size_t i = 0; i < r->n && r->is->walk != WALK_MARKS_STAY; i++)
        r->made[i]->visited = false;
    if (student_counts(r->is)) {
        student_count(r, output, seed);
        return;
    }
    switch (r->is->walk) {
    case WALK_SORTED_AGAIN:
    case WALK_STOPS_AT_ZERO: by_creation(r, output); return;
    case WALK_IN_SOME_ORDER: in_some_order(r, output); return;
    case WALK_GIVEN_ONCE: given_once(output, (long double)seed); return;
    case WALK_PATHS_IN_SOME_ORDER: paths_in_some_order(r, output); return;
    case WALK_AGAIN: again(r, output); return;
    case WALK_RECURSION: recursion(output, 0); return;
    case WALK_EVERY_PATH: every_path(output, (long double)seed); return;
    case WALK_OUTPUT_ONLY: student_rule(output); return;
    case WALK_BREADTH: breadth(r, output); break;
    case WALK_MARKS_WAITING:
    case WALK_MARKS_WAITING_LAST: sort_waiting(r, output); break;
    case WALK_COUNTS_ALL:
    case WALK_COUNTING: counting(r, output); break;
    default: sort(r, output); break;
    }
    const bool as_listed =
        r->is->walk == WALK_PREORDER || r->is->walk == WALK_BREADTH ||
        r->is->walk == WALK_COUNTING || r->is->walk == WALK_COUNTS_ALL ||
        r->is->walk == WALK_FORWARDS;
    if (r->is->walk == WALK_CREATION) {
        for (size_t i = r->n; i-- > 0;)
            if (r->made[i]->visited) student_rule(r->made[i]);
        return;
    }
    for (size_t i = 0; i < r->ordered; i++)
        student_rule(r->order[as_listed ? i : r->ordered - 1 - i]);
}
