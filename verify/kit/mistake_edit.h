/*
 * A formula with one change in it: a letter, a number, a function or a sign for another,
 * a factor or a term that is missing. What is changed are the formulae of rule.def.
 *
 *     2 / sqrt(pi) exp(-x^2)  with pi for sqrt(pi)   is   2 / pi exp(-x^2)
 *
 * or one letter for another wherever it stands, or two exchanged:
 *
 *     c x^(c-1)  with z for c  is  z x^(z-1)
 *
 * All changes of one operation's operand (-1: of its value) are counted from 1; 0, -1, ...
 * are none, of its first formula, its second, and so on.
 */
#ifndef GRADYNO_KIT_MISTAKE_EDIT_H
#define GRADYNO_KIT_MISTAKE_EDIT_H

#include <stdbool.h>
#include <stddef.h>

#include "engine/ops.h"
#include "verify/kit/mistake_edit_tree.h"

/* The formula of change `number` at one place; NaN where there is no such change. */
double edit_value(ad_op op, int partial, int number, const edit_place *at);

/* Whether there is such a change: they end with the first that is not there. */
bool edit_exists(ad_op op, int partial, int number);

/* The formula with the change; and without; and the change: "pi where sqrt(pi) belongs".
 */
typedef enum edit_part { EDIT_CHANGED, EDIT_RIGHT, EDIT_CHANGE } edit_part;
const char *edit_text(ad_op op, int partial, int number, edit_part part, char *text,
                      size_t room);

#endif
