/*
 * Operations that have what belongs to others: one that is found under a part of its name,
 * tables of which one is a row ahead. Each of them alone looks as a wrong formula does;
 * together they are one mistake.
 */
#ifndef GRADYNO_KIT_MISTAKE_CROSSED_H
#define GRADYNO_KIT_MISTAKE_CROSSED_H

#include "verify/kit/mistake_find.h"

/* Where several operations have the value, or the rule, of another: one cause for all,
 * before those that are left. */
void diagnosis_cross(const evidence *e, diagnosis *d);

/* Whose value (or rule) the operation has, of those that fit the mistake best;
 * AD_OP_count: nobody's. */
ad_op crossed_with(const evidence *e, const flaw *f, ad_op op);

/* Whether it is of the kind that is found here; whether it is in rules alone. */
bool crossed_is(mistake_kind kind);
bool crossed_is_of_rules(mistake_kind kind);

/* ---- Between its files ----------------------------------------------------------- */

/* What several operations have in common, which have the values, or the rules, of
 * others: f.ops and the kind; false where there is nothing. */
bool crossed_find(const evidence *e, bool of_rules, flaw *f);

/* The first of a set of operations, or AD_OP_count. */
int crossed_first(uint64_t ops);

#endif
