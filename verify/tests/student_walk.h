/*
 * How a student's engine (student_engine.h) goes back through its nodes: some ways are
 * right, some are not.
 */
#ifndef GRADYNO_STUDENT_WALK_H
#define GRADYNO_STUDENT_WALK_H

#include "verify/tests/student_engine.h"

typedef struct node {
    double value, c;
    long double grad; /* no wider than the engine's numbers are */
    long double had;  /* of engines that keep what is on its way apart */
    ad_op op;
    int n;
    struct node *operand[AD_MAX_OPERANDS];
    bool is_constant, is_inside /* an operation that is made of others */, visited;
    size_t waiting;
} node;

typedef struct record {
    const student *is;
    size_t backwards;
    node **made;
    size_t n, room;
    node **order; /* of one walk; entries may repeat */
    size_t ordered, order_room;
} record;

void student_append(node ***list, size_t *n, size_t *room, node *v);

/* From the output, whose gradient is there, to all that it depends on; the seed is what
 * this backward has put there. */
void student_go(record *r, node *output, double seed);

/* The same for walks that count users, or take what has arrived at a node's turn
 * (student_count.c). */
bool student_counts(const student *is);
void student_count(record *r, node *output, double seed);

/* Sets `visited` of what the output depends on, itself among it, and of nothing else. */
void student_mark(record *r, node *output);

/* ---- What a walk does with a node (student_engine.c) ----------------------------- */

/* Part i of what v gives, for g having arrived at v. */
long double student_part(const node *v, int i, long double g);
void student_give(const node *v, int i, long double share);
/* Gives all its parts. */
void student_rule(const node *v);

#endif
