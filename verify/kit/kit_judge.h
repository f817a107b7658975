/* What lesson 2 says of the numbers that an engine gave for one operation. */
#ifndef GRADYNO_KIT_JUDGE_H
#define GRADYNO_KIT_JUDGE_H

#include "verify/kit/kit.h"
#include "verify/kit/op_points.h"

typedef enum op_word { OP_RIGHT, OP_IMPRECISE, OP_WRONG } op_word;

/* The worse of both. */
typedef struct op_judged {
    op_word worst;
    size_t at;   /* the point */
    int of;      /* -1: the value */
    double ulps; /* the most, of those that are right and ordinary */
} op_judged;

op_judged kit_judge_points(const kit *k, const op_points *p);

/* Each operand's part is one that it may have, and only their sum is wrong. */
bool op_is_whole_tie(const op_point *at, int operands);

/* The point close by, and earlier, whose wrong number this one has; NULL: none. */
const op_point *op_taken_for(const op_points *p, const op_judged *j);

/* Better than what textbooks have, where that loses digits, or is not a number; NULL:
 * none is known. */
const char *op_better(ad_op op, const op_point *at);

#endif
