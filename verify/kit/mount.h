/*
 * An engine on the dyno: its struct, copied, with every operation of the table resolved
 * by name.
 *
 *     mount m;
 *     const char *why_not = mount_engine(&m, engine);
 *     if (why_not == NULL && mount_has(&m, AD_OP_tanh)) ...
 *     void *record = m.engine.create();
 *     ad_engine_node z = mount_apply(&m, record, AD_OP_add, (ad_engine_node[]){x, x}, 0);
 *
 * Functions of the engine run here: what is not trusted is mounted in a process of its
 * own (isolate.h).
 */
#ifndef GRADYNO_MOUNT_H
#define GRADYNO_MOUNT_H

#include <math.h>
#include <stdbool.h>

#include "engine/ops.h"
#include "verify/engine.h"

typedef struct mount {
    ad_engine engine;    /* members that it is too old to have are NULL */
    int op[AD_OP_count]; /* its number of a row; -1: none */
    size_t supported;    /* rows */
    bool lasting;        /* operands are handed over in memory that nobody uses again */
    double unit;         /* half an ulp of 1: 2^-53 or 2^-24 */
    char why_not[96];
} mount;

/* NULL, or one sentence why not: another ABI, a member missing. The text is m's. */
const char *mount_engine(mount *m, const ad_engine *engine);

/*
 * Whether the row can be recorded: as itself, or in other words, as -x is 0 - x, 5 - x
 * is sub of a constant 5 and x, x / y is x y^-1.
 */
bool mount_has(const mount *m, ad_op op);

/* The same; also sets uses[op] of the engine's own operations that it is made of. */
bool mount_uses(const mount *m, ad_op op, bool *uses);

/* Whether the engine has the row itself. */
/* A number as an engine gave it; what is no number has no sign. */
static inline double mount_number(double x) { return isnan(x) ? fabs(x) : x; }

static inline bool mount_has_own(const mount *m, ad_op op) { return m->op[op] >= 0; }

ad_engine_node mount_apply(const mount *m, void *record, ad_op op,
                           const ad_engine_node *operand, double c);

/* A leaf without a gradient, or an input where the engine knows none. */
ad_engine_node mount_constant(const mount *m, void *record, double value);

/* w output, as mul_c, mul or, for w = 3, add twice: whatever there is. False when there
 * is none; then *weighed is the output. */
bool mount_weigh(const mount *m, void *record, ad_engine_node output, double w,
                 ad_engine_node *weighed);

#endif
