/*
 * Signature programs: tiny programs, at most four operations, on which every known
 * mistake gives a number of its own. `signatures` are a dozen that tell the mistakes
 * apart; `signature_probes` adds for each operation the smallest programs in which its
 * rule can go wrong: alone, and below something that gives it another gradient than 1.
 *
 *     a = x + x;  b = x + a;  c = a + b        is 5 x: right 5, wrong order 3, ...
 *
 * A program is run like this, and what was seen is its `outcome`:
 *
 *     record; backward from `root`; the same again; zero_grad, backward from `second`
 *
 * or to the first backward alone, where the engine's policy is AD_ENGINE_ONCE.
 */
#ifndef GRADYNO_KIT_SIGNATURE_H
#define GRADYNO_KIT_SIGNATURE_H

#include <stdbool.h>
#include <stddef.h>

#include "engine/ops.h"
#include "verify/kit/mount.h"

enum {
    SIGNATURE_INPUTS = 3,
    SIGNATURE_STEPS =
        12, /* four as written; more when an operation is made of others */
    SIGNATURE_NODES = SIGNATURE_INPUTS + SIGNATURE_STEPS,
    SIGNATURE_TEXT = 160
};

typedef struct signature_step {
    ad_op op;
    int operand[AD_MAX_OPERANDS]; /* nodes: the inputs from 0 on, then the steps */
    double c;
} signature_step;

typedef struct signature {
    const char *name;
    int inputs, constants; /* the last so many inputs are constants */
    bool all_receive;      /* an engine's that knows no constants: they are inputs */
    double x[SIGNATURE_INPUTS];
    int steps;
    signature_step step[SIGNATURE_STEPS];
    int root, second; /* nodes; second: of the backward after zero_grad */
    const char
        *by_hand; /* why the gradient is what it is; NULL: by the rule of its op */
} signature;

/* What an engine answered. Members that were not seen are NaN. */
typedef struct outcome {
    bool ran; /* false: an operation is not supported, or it did not get to its end */
    bool saw_constants, saw_twice, saw_zeroed;
    int passes;                    /* backwards begun: where it was, should it crash */
    double value[SIGNATURE_NODES]; /* of every node, before */
    double after[SIGNATURE_NODES]; /* and after backward */
    double once[SIGNATURE_INPUTS], twice[SIGNATURE_INPUTS], zeroed[SIGNATURE_INPUTS];
} outcome;

extern const signature signatures[];
extern const size_t signatures_count;

/* The probes of the operations for which supported[op] holds, at most `room`; returns
 * how many. Programs with fewer operations come first. */
size_t signature_probes(const bool *supported, signature *probe, size_t room);

/* Of them, those in which something is 0: of sums and products. */
size_t signature_zeros(signature *probe, size_t room);
enum { SIGNATURE_PROBES_MOST = 700 };

/* Whether it is one of the last probes, where a node must wait for a farther user, or not
 * for one that the output does not depend on. */
bool signature_waits(const signature *s);

/* Whether it is the probe of op that ends in a product of its result and 0, which gives it
 * a gradient of 0 in the last backward. */
bool signature_is_shut(const signature *s, ad_op op);

/* All that can run, which is what a diagnosis wants: signatures, then probes; returns
 * how many. */
size_t signature_list(const bool *supported, signature *program, size_t room);
enum { SIGNATURE_LIST_MOST = 720 };

/* Whether it uses the operation; whether all that it uses are among the supported. */
bool signature_uses(const signature *s, ad_op op);
bool signature_runs(const signature *s, const bool *supported);

/* supported[op] of an engine, [AD_OP_count]: rows that it has itself. */
void signature_supported(const mount *m, bool *supported);

/* Runs it on an engine, here and now; false, and o->ran = false, when it cannot be. */
bool signature_run(const signature *s, const mount *m, outcome *o);

/* A part of the same, on a record of its own, and nothing read before its end. */
typedef enum signature_part {
    SIGNATURE_VALUES,
    SIGNATURE_ONCE,
    SIGNATURE_TWICE,
    SIGNATURE_ZEROED,
    SIGNATURE_PARTS
} signature_part;
bool signature_run_part(const signature *s, const mount *m, signature_part part,
                        outcome *o);

/*
 * The same program where `op` is made of other operations, as engines do it: x - y as
 * x + y * -1, x / y as x * y^-1. Node k of s is node map[k] of *made. False when there
 * is no such way, or it needs operations that are not supported; `way` counts from 0.
 */
enum { SIGNATURE_WAYS = 4 };
bool signature_made_of(const signature *s, ad_op op, int way, const bool *supported,
                       signature *made, int *map);

/* Nodes, and what they are called: x, y, w and a, b, c, d. */
static inline int signature_nodes(const signature *s) { return s->inputs + s->steps; }
char signature_node_name(const signature *s, int node);

/* "x + x": one step; and the whole, as script_parse reads it:
 * "x = 3; a = x + x; b = x + a". Return text. */
const char *signature_step_text(const signature *s, int step, char *text, size_t room);
const char *signature_expr(const signature *s, char *text, size_t room);

/* "x = 3, y = 5" */
const char *signature_inputs_text(const signature *s, char *text, size_t room);

/* The gradient of input i by difference, from values alone. */
double signature_difference(const signature *s, int i);

/* The derivative of an operation as a textbook has it: "1 - z^2" where z is the result;
 * by operand k. */
const char *signature_rule_text(ad_op op, int k);

#endif
