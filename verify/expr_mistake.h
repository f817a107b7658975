/*
 * The mistake behind a wrong derivative of an expression, found by making it: the walk
 * back is repeated with one thing wrong, each in its turn, until one gives the number.
 */
#ifndef GRADYNO_EXPR_MISTAKE_H
#define GRADYNO_EXPR_MISTAKE_H

#include "verify/check.h"
#include "verify/expr.h"

enum { EXPR_MISTAKE_TEXT = 160 };

/*
 * Looks for one mistake in the walk back that makes d output / d inputs[i] come out as
 * `claimed`, to a relative 1e-9 or to within `doubt`: a use that is not counted, a
 * partial derivative left out, or taken with the other sign, or for the other operand;
 * a gradient from above that is forgotten; a number of the text cut short.
 *
 * True with its name, and one sentence that has the numbers. False when none fits, for
 * expressions of more than some hundred nodes, and when there is no memory. The plan
 * and its values are expr_plan's.
 */
bool expr_mistake_find(const expr *e, const struct expr_step *step, size_t i,
                       double claimed, double doubt, ad_check_mistake *mistake,
                       char text[EXPR_MISTAKE_TEXT]);

#endif
