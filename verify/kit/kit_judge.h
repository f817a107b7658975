/* What lesson 2 says of the numbers that an engine gave for one operation. */
#ifndef GRADYNO_KIT_JUDGE_H
#define GRADYNO_KIT_JUDGE_H

#include "verify/kit/kit.h"
#include "verify/kit/op_points.h"

/* No number: where there is one, at a place where a number that is off is a note. */
typedef enum op_word { OP_RIGHT, OP_IMPRECISE, OP_NO_NUMBER, OP_WRONG } op_word;

/* The worse of both. */
typedef struct op_judged {
    op_word worst;
    size_t at;   /* the point */
    int of;      /* -1: the value */
    double ulps; /* the most, of those that are right and ordinary */
} op_judged;

/* r->what: op_points, which are then on the sheet with what the engine gave. */
ride_work kit_ride_points;

op_judged kit_judge_points(const kit *k, const op_points *p);

/* Of two rides of the same points each that is right in one: an operation is wrong where
 * both are. */
void kit_take_right(const kit *k, op_points *p, const op_points *other);

/* Each operand's part is one that it may have, and only their sum is wrong. */
/* Whether all that is wrong in ordinary places is off by no more than `relative` of the
 * number and `absolute` together: digits are lost, and no formula is to blame. */
bool op_loses_digits(const kit *k, const op_points *p, double relative,
                     double absolute);

bool op_is_whole_tie(const op_point *at, int operands);

/* The point close by, and earlier, whose wrong number this one has; NULL: none. */
const op_point *op_taken_for(const op_points *p, const op_judged *j, double near);

/* The number at which the operand is cut, where that explains every point: at most k, at
 * least k; false where none does. */
typedef struct op_cut {
    bool from_below;
    double k;
} op_cut;
bool op_is_cut(const op_points *p, const op_judged *j, op_cut *cut);

/* Which of the root causes of lesson 3 is this operation's; false when none is. */
bool kit_is_told(const kit *k, const op_points *p, finding *f);

/* What an operation computes, from what it gave at its points: a formula, or where it is
 * right and where it is wrong. False where nothing is known. */
bool kit_look_for_formula(kit *k, finding *f, const op_points *p);

/* A small number that was added to be safe: where it explains all that is off, the finding
 * says so, and what lesson 3 has told of it in numbers alone is told by this. */
bool kit_look_for_guard(kit *k, finding *f, const op_points *p);

/* Into the finding: that its numbers are those of a point close by; that its operand is not
 * let beyond a limit; what two operands that are equal are given together. */
void kit_say_taken(finding *f, const op_points *p, const op_judged *j,
                   const op_point *like);
void kit_say_cut(finding *f, const op_points *p, const op_judged *j, const op_cut *cut);
void kit_say_tie(finding *f, ad_op op, const op_point *at);

/* Counts the digits that values and gradients have, operation by operation; and then, where
 * some are too few: one cause for all. */
void kit_count_digits(kit *k, const op_points *p);
void kit_await_digits(finding *f);
void kit_tell_digits(kit *k);

/* Operands that change, memory that is garbage: then no value is an operation's own. */
bool kit_spoils_values(const kit *k);

/* Better than what textbooks have, where that loses digits, or is not a number; NULL:
 * none is known. */
const char *op_better(ad_op op, const op_point *at);

#endif
