/*
 * The known mistakes, and the engine that makes them on purpose: one row of mistake.def
 * is a mistake; one `flaw` is a mistake in one place (a rule's in one operation, at one
 * of its partials); and what an engine with given flaws answers on a program is
 * computed, never written down.
 *
 *     flaw f = {.kind = MISTAKE_OF_sign, .op = AD_OP_tanh};
 *     mistake_run(&signatures[3], &f, 1, CONDUCT_ZEROES, &outcome);
 */
#ifndef GRADYNO_KIT_MISTAKE_H
#define GRADYNO_KIT_MISTAKE_H

#include <stdint.h>

#include "verify/kit/mistake_form.h"
#include "verify/kit/signature.h"

typedef enum mistake_kind {
#define WALK(code, name, ...) MISTAKE_OF_##name,
#define ALSO(name, ...) MISTAKE_OF_##name,
#define INCOMING(code, name, ...) MISTAKE_OF_##name,
#define PARTIAL(code, name, ...) MISTAKE_OF_##name,
#define SLIP(code, name, ...) MISTAKE_OF_##name,
#define VALUE(code, name, ...) MISTAKE_OF_##name,
#define LATER(code, name, ...) MISTAKE_OF_##name,
#define FORM(code, name, ...) MISTAKE_OF_##name,
#define MEASURED(code, name, ...) MISTAKE_OF_##name,
#include "verify/kit/mistake.def"
    MISTAKE_KINDS
} mistake_kind;

/* Where a mistake sits. */
typedef enum mistake_place {
    MISTAKE_IN_WALK,    /* in the walk, the seed, the sums, from pass to pass */
    MISTAKE_IN_RULE,    /* in how the rule of an operation uses what comes from above */
    MISTAKE_IN_PARTIAL, /* in one partial of any operation */
    MISTAKE_IN_SLIP,    /* in one partial of one operation: what textbooks warn of */
    MISTAKE_IN_VALUE,   /* in the value of one operation, forward */
    MISTAKE_IN_LATER,   /* in the walk, tried after all others */
    MISTAKE_IN_FORM,    /* a formula of one operation, found from its numbers */
    MISTAKE_IN_NO_FORM  /* none was found */
} mistake_place;

typedef struct mistake_row {
    const char *code; /* "G07" */
    const char *name;
    mistake_place place;
    mistake_kind same_as; /* of ALSO: the row whose code and text it has; else itself */
    ad_op op;             /* of a slip and of a value; else AD_OP_count */
    int partial;          /* of a slip */
    const char *sentence; /* with %o for the operation */
    const char *why;
    const char *hint[3];
    form example; /* of LATER (its number alone) and FORM */
} mistake_row;

extern const mistake_row mistake_rows[MISTAKE_KINDS];

typedef struct flaw {
    mistake_kind kind;
    ad_op op;     /* of a rule, a partial, a value; AD_OP_count: of every operation */
    int partial;  /* of a partial or slip */
    form form;    /* of FORM; of LATER and clipped its number k */
    uint64_t ops; /* a bit for each operation that has it, of rule_of_one; 0: all */
} flaw;

/* What happens to gradients at a second backward. All but the last are legal. */
typedef enum mistake_conduct {
    CONDUCT_ZEROES,      /* every gradient starts at 0 again */
    CONDUCT_ACCUMULATES, /* the leaves' gradients add up */
    CONDUCT_STALE,       /* so do all others, and they are passed on once more */
    CONDUCT_STALE_SEED,  /* the output's, too */
    CONDUCTS
} mistake_conduct;

/* The answers of an engine with these flaws, none of which may be listed twice. */
void mistake_run(const signature *s, const flaw *flaws, size_t n,
                 mistake_conduct conduct, outcome *o);

/*
 * Every flaw there is for an engine that has these operations, in the order in which
 * they are preferred where two are the same: a textbook slip before the general kind.
 * A flaw that changes nothing, or does the same as one before it, is left out.
 */
size_t mistake_flaws(const bool *supported, flaw *flaws, size_t room);
enum { MISTAKE_FLAWS_MOST = 4000 };

/* share[i] = g times partial i of op at x, as an engine with these flaws has it; and
 * z = op(x; c) in such an engine. */
void mistake_shares(const flaw *flaws, size_t n, ad_op op, const double *x, double c,
                    double z, double g, double *share);
double mistake_value(const flaw *flaws, size_t n, ad_op op, const double *x, double c);

/* Whether it is in what an operation computes, not in its gradient. */
static inline bool mistake_is_of_value(const flaw *f)
{
    return mistake_rows[f->kind].place == MISTAKE_IN_VALUE ||
           (f->kind >= MISTAKE_OF_value_formula && f->kind <= MISTAKE_OF_value_of_one);
}

/* |a - b| <= relative |b| + absolute; infinities and NaN are close to their like. */
static inline bool mistake_close(double a, double b, double relative, double absolute)
{
    if (isnan(a) || isnan(b)) return isnan(a) && isnan(b);
    if (isinf(a) || isinf(b)) return a == b;
    return fabs(a - b) <= relative * fabs(b) + absolute;
}

/* Whether a program shows it: some number differs from that of a right engine. */
bool mistake_shows(const signature *s, const flaw *f, mistake_conduct conduct);

/* The first program that shows it, of all there are, by the number of operations, up to
 * three. False when there is none. */
bool mistake_smallest(const flaw *f, signature *smallest);

/* "G07" of a flaw, also of one that is another's ALSO. Two flaws have the same name
 * when code and operation agree: it may be another partial, or another form. */
const char *mistake_code(const flaw *f);
bool mistake_same_name(const flaw *a, const flaw *b);

/* The row of a code such as "G07"; NULL when there is none. */
const mistake_row *mistake_by_code(const char *code);

#endif
