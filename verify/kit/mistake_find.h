/*
 * From wrong numbers to the name of the mistake: a differential diagnosis. What an
 * engine with each known flaw would have answered is computed, and held against what
 * this one answered on all signature programs and probes.
 *
 *     evidence e = {program, got, n, supported, AD_ENGINE_DOUBLE};
 *     diagnosis d;
 *     mistake_find(&e, &d);
 *     if (!d.right) ... d.cause[0].flaw, mistake_code(&d.cause[0].flaw) ...
 *
 * First the programs of sums and products alone, which every engine has: no flaw, one,
 * or two. Then each other operation by itself, over what is known by then. So flaws in
 * different operations are told apart however many there are.
 */
#ifndef GRADYNO_KIT_MISTAKE_FIND_H
#define GRADYNO_KIT_MISTAKE_FIND_H

#include "verify/kit/mistake.h"

typedef struct evidence {
    const signature *program;
    const outcome *got;
    size_t n;
    const bool *supported; /* [AD_OP_count]: rows that the engine has itself */
    ad_engine_precision precision;
} evidence;

enum { DIAGNOSIS_CAUSES = 12, DIAGNOSIS_RIVALS = 4, DIAGNOSIS_TWINS = 48 };

/* One root cause. */
typedef struct cause {
    bool named;
    flaw flaw;     /* when named */
    ad_op suspect; /* when not: programs without it are right; or count */
    bool unstable; /* the same program answers otherwise in another run */
    bool unset;    /* or with other bytes in memory that nobody set */
    size_t rivals; /* other names that fit as well: "one of" */
    flaw rival[DIAGNOSIS_RIVALS];
    size_t twins; /* other operations with the very same mistake, told at once */
    ad_op twin[DIAGNOSIS_TWINS];
    size_t shown;               /* the smallest program that shows it */
    size_t programs, explained; /* that it makes wrong; of which it gives the number */
} cause;

typedef struct diagnosis {
    bool right;
    bool values_right;       /* forward, everywhere */
    bool first_right;        /* the first backward is right: only a later one is not */
    mistake_conduct conduct; /* of a second backward */
    signed char way[AD_OP_count]; /* not 0: the operation is made of others, and how */
    bool inside[AD_OP_count];     /* made of nodes of its own, which nobody clears */
    bool hidden[AD_OP_count];     /* wrong too, or made of what a wrong walk spoils */
    size_t programs, failing, explained;
    size_t causes;
    cause cause[DIAGNOSIS_CAUSES];
} diagnosis;

void mistake_find(const evidence *e, diagnosis *d);

/* Whether the answers are right: for this engine's conduct, and for operations that it
 * makes of others, whose inner nodes show in a second backward. */
bool mistake_is_right(const evidence *e, const diagnosis *d, size_t program);

/* What a right engine of this conduct answers, that makes the same operations of others. */
void mistake_right(const evidence *e, const diagnosis *d, size_t program,
                   outcome *right);

/* Whether the answers are those of an engine with these flaws. */
bool mistake_fits(const evidence *e, size_t program, const flaw *flaws, size_t n,
                  mistake_conduct conduct);

#endif
