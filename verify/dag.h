/*
 * Programs as flat lists: what was recorded, item by item, operands before users. A
 * random one is a program that nobody thought of; a chain is one of any depth.
 *
 *     dag d = {0};
 *     random_source random = {7};
 *     dag_random(&d, 60, &random);
 *     ... hold an engine against it (dag_check.h), shrink it, print it ...
 *     dag_free(&d);
 *
 * Values and partials stand beside the items, from ad_ops in double: the list is the
 * double evaluation of the program. What is derived from it, and how far off an engine
 * may be, dag_judge.h has.
 */
#ifndef GRADYNO_DAG_H
#define GRADYNO_DAG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "engine/ops.h"
#include "verify/expr.h"
#include "verify/random.h"

typedef struct dag_item {
    ad_op op;
    size_t n;     /* operands; dot: x's and then y's */
    size_t first; /* of them in `operand`, and of their partials in `partial` */
    double c;     /* a row's constant; custom: its value where all operands are 0 */
    double value;
    bool dead; /* not to be used: its value or a partial is huge, or not finite */
} dag_item;

/* All zero is an empty one. Operands of sum and dot stand one after the other. */
typedef struct dag {
    dag_item *item;
    size_t n, room;
    size_t *operand; /* [operands] */
    double *partial;
    size_t operands, operand_room;
    size_t output;
    double seed;        /* the output's adjoint */
    bool out_of_memory; /* an item was lost; sticky until dag_clear */
} dag;

void dag_free(dag *d);

/* No items, seed 1; keeps the memory. */
void dag_clear(dag *d);

/* to = from. False, and to->out_of_memory, when there is no room. */
bool dag_copy(dag *to, const dag *from);

/* A leaf: op is AD_OP_constant or AD_OP_var. Returns its number, and so do the others.
 */
size_t dag_leaf(dag *d, ad_op op, double value);

/* A row with its constant, or a sum or dot (c is unused). operand[n] may not be d's. */
size_t dag_apply(dag *d, ad_op op, size_t n, const size_t *operand, double c);

/* A custom node, c + sum of partial[i] operand[i]. */
size_t dag_custom(dag *d, size_t n, const size_t *operand, const double *partial,
                  double c);

/* Every value and partial anew, after leaves were given others. */
void dag_evaluate(dag *d);

/* No dead item is used, and the output is none. */
bool dag_is_sound(const dag *d);

static inline bool dag_is_leaf(const dag *d, size_t k)
{
    return d->item[k].op <= AD_OP_var;
}

/* Operands and partials of item k: item[k].n of them. */
static inline const size_t *dag_operands(const dag *d, size_t k)
{
    return &d->operand[d->item[k].first];
}

static inline const double *dag_partials(const dag *d, size_t k)
{
    return &d->partial[d->item[k].first];
}

/*
 * A program of up to `most` operations (plus leaves) of every kind: fan-out, operands
 * repeated, ranges that overlap, dead branches, partials that are infinite there,
 * constants, a seed other than 1, an output anywhere.
 */
void dag_random(dag *d, size_t most, random_source *r);

/*
 * A path of `depth` operations from the first leaf to the output, along which neither
 * the value nor the derivative vanishes or explodes; other leaves, of which it has few,
 * and items a little before join it.
 */
void dag_chain(dag *d, size_t depth, random_source *r);

/*
 * An expression's items, one for each of its nodes, used or not; inputs become vars. A
 * row's constant must be a number. False for what no row records: comparisons, `?:`.
 */
bool dag_from_expr(dag *d, const expr *e, const double *inputs);

/*
 * What to paste into a shell: gradyno expr 'v3 = x0 * x1; tanh(v3)' x0=... x1=...
 * Only what the output depends on; a seed is a factor. The caller frees it; NULL when
 * memory is out.
 */
char *dag_command(const dag *d);

/* What dag_command calls item k < n: x1, v7, or a constant's number. The caller frees it;
 * NULL when memory is out. The output is called v as well, though the command has no name
 * for it. */
char *dag_name(const dag *d, size_t k);

/* Whether the mistake shows on d. */
typedef bool dag_fails(const dag *d, void *context);

/*
 * Makes d smaller, and its numbers rounder, as long as it fails, and as long as the
 * programs that are tried for it have no more than `budget` items together: some 1e6
 * for one of 60. d must fail to begin with.
 */
void dag_shrink(dag *d, dag_fails *fails, void *context, size_t budget);

#endif
