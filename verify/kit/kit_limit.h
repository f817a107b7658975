/* What ends at a number of nodes: the rides that tell one reason from another. */
#ifndef GRADYNO_KIT_LIMIT_H
#define GRADYNO_KIT_LIMIT_H

#include "verify/kit/kit.h"

typedef enum limit_reason {
    LIMIT_UNKNOWN,
    LIMIT_NONE,       /* nothing is lost: something is wrong, but nothing has ended */
    LIMIT_FULL,       /* the number of nodes, whatever they are */
    LIMIT_OPERATIONS, /* of operations, whatever they are */
    LIMIT_MOVED,      /* the one operation that is recorded as an array grows */
    LIMIT_LOST,       /* all that was recorded before it grew */
    LIMIT_TEXT,       /* where numbers of nodes have a digit more */
    LIMIT_DEPTH,      /* how far an operation is from the output */
    LIMIT_USES        /* how often one node is used */
} limit_reason;

/* Of a program that is right with `right` nodes and wrong with `wrong`. lost: how many of
 * limit_apart operations nothing came from, where that was seen. */
limit_reason kit_limit_reason(kit *k, size_t right, size_t wrong, double *lost);
/* LIMIT_OPERATIONS: how many sums of x and x + x + ... are right, at about so many nodes. */
size_t kit_most_operations(kit *k, size_t right);
enum { LIMIT_APART = 24, LIMIT_FEW = 6 };

#endif
