/* sum and dot at many lengths. */
#ifndef GRADYNO_KIT_FUSED_H
#define GRADYNO_KIT_FUSED_H

#include "verify/kit/kit.h"

/* How a loop may go wrong. */
typedef enum loop_way {
    LEFT_OVER, /* they are taken k at a time, and what is left over is left out */
    LAST,
    FIRST,
    BEYOND, /* from number k on */
    ODD,    /* every second */
    NOTHING,
    FORGETS,
    EXCHANGED,
    NEXT, /* the neighbour's */
    BEFORE,
    OF_FIRST,
    REVERSED,
    TWICE,
    MEAN,
    WAYS
} loop_way;

typedef struct loop_guess {
    loop_way way;
    int k;
    bool of[2]; /* of x, of y */
} loop_guess;

/* Claims for all lengths, the first on the sheet. */
void kit_ride_lengths(ride *r, bool is_dot);

/* What the claims that do not hold have in common: the shortest program, and a name where
 * there is one. False where all lengths are right. */
bool kit_say_lengths(const kit *k, finding *f, bool is_dot);

/* "dot: the last pair gets nothing"; in_value: forward, too. Returns text. */
const char *kit_lengths_text(const loop_guess *g, bool is_dot, bool in_value,
                             char *text, size_t room);

#endif
