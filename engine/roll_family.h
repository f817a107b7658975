/*
 * Emitting what was recorded by a body (roll_family.c, roll_serial.c, roll_rounds.c).
 */
#ifndef GRADYNO_ROLL_FAMILY_H
#define GRADYNO_ROLL_FAMILY_H

#include "plan_build.h"
#include "roll_copies.h"

/*
 * The families v[begin ... end-1] of one body, each a loop if it is in line, with what
 * of the n items around them is in line as well; then those before them that are not,
 * and if these are the last families those behind. False when memory is out.
 */
bool roll_families(roll *r, roll_item *v, size_t begin, size_t end, size_t n,
                   bool last);
/* Whether all copies of an item are in line, and how many of the edges given. */
bool roll_is_in_line(roll *r, const roll_item *entry, roll_edges *e);
/* As a loop, if they are; one by one. */
bool roll_emit_family(roll *r, const roll_item *entry, roll_edges *e);
bool roll_emit_copies(roll *r, const roll_body *b, size_t j);

/* What is serial in a body: time after time, and if that is wide, group by group. */
bool roll_serial(roll *r, const roll_item *entry);
bool roll_rounds(roll *r, const roll_body *b);

/* Whether what is serial in the k-th copy stands so many places further than in the
 * last, as that did; whether what it needs from elsewhere walks, for all copies. */
bool roll_results_walk(const roll *r, const roll_body *b, size_t k, size_t places);
bool roll_operands_walk(const roll *r, const roll_body *b);
/* Whether the last n steps are those before and those before them, but for places that
 * walk. */
bool roll_steps_repeat(const ad_plan *p, size_t n);
/* Where the results of the k-th copy and on stand, as those of the two before walk. */
void roll_note_serial(roll *r, const roll_body *b, size_t k);

/* How operand x of the first copy walks through the values, if all copies, dx apart on
 * the tape, are in line. */
bool roll_walk(const roll *r, const roll_body *b, uint32_t x, uint32_t dx,
               plan_walk *w);

/* The k-th copy of item j; of a sum, with terms of its own. */
roll_item roll_write_copy(roll *r, const roll_body *b, size_t j, size_t k);

#endif
