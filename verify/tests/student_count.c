/*
 * Ways back through a graph that let a node have its turn when it is ready: when all of
 * its users are done, or, wrongly, when the first is. Written apart from the kit's model
 * of them.
 */
#include "verify/tests/student_walk.h"

bool student_counts(const student *is)
{
    return is->at_turn || is->walk == WALK_COUNTS_SET ||
           is->walk == WALK_COUNTS_PATHS || is->walk == WALK_SKIPS_ZERO;
}

static void count_paths(const node *v)
{
    for (int k = 0; k < v->n; k++) {
        v->operand[k]->waiting++;
        count_paths(v->operand[k]);
    }
}

/* The users below the output, which are marked. */
static void count_users(const record *r, const node *output)
{
    for (size_t i = 0; i < r->n; i++) r->made[i]->waiting = 0;
    if (r->is->walk == WALK_COUNTS_PATHS) {
        count_paths(output);
        return;
    }
    for (size_t i = 0; i < r->n; i++) {
        const node *v = r->made[i];
        for (int k = 0; k < v->n && v->visited; k++) {
            bool again = false;
            for (int j = 0; j < k; j++) again |= v->operand[j] == v->operand[k];
            if (!again || r->is->walk != WALK_COUNTS_SET) v->operand[k]->waiting++;
        }
    }
}

/* Passes on, and puts who is ready at the end of the line. */
static void pass_on(record *r, node *v)
{
    for (int k = 0; k < v->n; k++) {
        node *to = v->operand[k];
        const long double share = student_part(v, k, v->grad);
        student_give(v, k, share);
        if (r->is->walk == WALK_SKIPS_ZERO && share == 0) continue;
        const bool ready =
            r->is->walk == WALK_BREADTH ? to->waiting > 0 : to->waiting == 1;
        to->waiting = r->is->walk == WALK_BREADTH ? 0 : to->waiting - 1;
        if (ready) student_append(&r->order, &r->ordered, &r->order_room, to);
    }
}

void student_count(record *r, node *output, double seed)
{
    student_mark(r, output);
    count_users(r, output);
    for (size_t i = 0; i < r->n && r->is->at_turn; i++) {
        node *v = r->made[i];
        v->had = v == output ? 0 : v->grad;
        v->grad = v == output ? (long double)seed : 0;
    }
    r->ordered = 0;
    student_append(&r->order, &r->ordered, &r->order_room, output);
    for (size_t i = 0; i < r->ordered; i++) {
        r->order[i]->had += r->order[i]->grad;
        pass_on(r, r->order[i]);
    }
    for (size_t i = 0; i < r->n && r->is->at_turn; i++)
        r->made[i]->grad = r->made[i]->had;
}
