/*
 * Random programs that are loops, one after the other.
 *
 * The body of each is a few random operations on: an input or an earlier array at a
 * stride, the same number each time round, what this time round computed, and what the
 * first or the last ones did. Some start or end with a time round that is different,
 * some results are used once and some often, some loops add to a sum that goes on in the
 * next. In some, inputs take turns; in some, each time round is a loop over lanes, each of
 * which goes on from its own last result, or from its neighbour's.
 */
#ifndef GRADYNO_RANDOM_LOOPS_H
#define GRADYNO_RANDOM_LOOPS_H

#include "engine/tape.h"
#include "verify/random.h"

enum {
    INPUTS = 64,
    LOOPS = 4,
    BODY = 9,
    TIMES = 48,
    ARRAYS = 8,
    SCALARS = 4,
    LANES = 6
};

/* Where an operand comes from. */
typedef enum source {
    OF_INPUTS,
    OF_ARRAY,
    OF_SCALARS,
    OF_TIME,
    OF_LAST,
    OF_LAST_BUT_ONE,
    OF_FIRST,
    OF_CONSTANTS
} source;

typedef struct operand {
    source from;
    size_t index, stride;
} operand;

typedef struct statement {
    int op;
    operand x, y;
    double c;
    size_t moves; /* the constant is another each time, from this on */
} statement;

typedef struct loop {
    size_t times, statements, odd; /* odd: the time round that is different, or none */
    statement body[BODY];
    int keep[2]; /* statements whose results are arrays for later loops, or -1 */
    int add;     /* the one that is added to the sum, or -1 */
    int carry;   /* the one that the next time round may use */
    size_t lanes,
        turns; /* turns: inputs are the same again after so many times round */
} loop;

typedef struct loops {
    size_t n;
    loop loop[LOOPS];
} loops;

/* Of the last recording: handles of the inputs, and what recording needs. */
typedef struct loops_state {
    ad_tape_handle in[INPUTS], array[ARRAYS][TIMES], now[BODY], last[LANES][2], first,
        sum;
    size_t length[ARRAYS], arrays;
} loops_state;

void loops_draw(loops *p, random_source *r);
/* The same with lanes and turns, and longer. */
void loops_widen(loops *p, random_source *r);

/* Resets the tape, and records the program at x[INPUTS]; returns its output. */
ad_tape_handle loops_record(ad_tape *t, const loops *p, const double *x,
                            loops_state *s);

#endif
