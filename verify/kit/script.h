/*
 * A small program as text, which can be recorded on any engine:
 *
 *     script s;
 *     const char *why_not = script_parse(&s, "x = 3; a = x + x; b = x + a; c = a + b");
 *     script_result r;
 *     if (script_run(&m, &s, &r) == SCRIPT_DONE) ... r.grad[script_node(&s, "x")] ...
 *
 * Statements, each ended by ';' or the end:
 *
 *     x = 3          an input                    k = const 5   a constant
 *     a = x + x      add, sub, mul, div, pow: + - * / ^
 *     a = 5 - x      c_sub; so add_c, mul_c, c_div, pow_c, c_pow, with a number
 *     a = -x         neg
 *     a = tanh(x)    any row by its name; pow_c(x, 3) with its constant last
 *     backward a     from a; where none is written, once from the last node, at the end
 *     zero           every gradient to 0
 *
 * The right answer is computed beside it, from the table and by hand-made sums, as each
 * legal policy of an engine has it.
 */
#ifndef GRADYNO_SCRIPT_H
#define GRADYNO_SCRIPT_H

#include "verify/kit/mount.h"

enum { SCRIPT_STEPS = 32, SCRIPT_NODES = 24, SCRIPT_NAME = 8, SCRIPT_TEXT = 240 };

typedef enum script_verb {
    SCRIPT_INPUT,
    SCRIPT_CONSTANT,
    SCRIPT_APPLY,
    SCRIPT_BACKWARD,
    SCRIPT_ZERO
} script_verb;

typedef struct script_step {
    script_verb verb;
    ad_op op;
    int node;                     /* that is made, or that backward starts from */
    int operand[AD_MAX_OPERANDS]; /* nodes */
    double c;                     /* the value of a leaf, the constant of a row */
} script_step;

typedef struct script {
    size_t steps, nodes, operations, backwards;
    script_step step[SCRIPT_STEPS];
    char name[SCRIPT_NODES][SCRIPT_NAME];
    int made[SCRIPT_NODES]; /* the step that made the node */
    int output;             /* of the last backward */
} script;

/* NULL, or a few words why not. */
const char *script_parse(script *s, const char *text);

/* The node of that name, or -1. */
int script_node(const script *s, const char *name);

/* One line, as script_parse reads it. Returns out. */
char *script_print(const script *s, char *out, size_t room);

/* "x = 3" and so on, one statement. Returns out. */
char *script_print_step(const script *s, size_t step, char *out, size_t room);

/* ---- On an engine ---------------------------------------------------------------- */

typedef enum script_outcome {
    SCRIPT_DONE,
    SCRIPT_LACKS_OP, /* missing says which */
    SCRIPT_LACKS_ZERO,
    SCRIPT_NO_RECORD, /* create gave NULL */
    SCRIPT_ERROR      /* the engine's error() says what */
} script_outcome;

typedef struct script_result {
    script_outcome outcome;
    ad_op missing;
    double value[SCRIPT_NODES];
    double first[SCRIPT_NODES]; /* gradients after the first backward, NaN for nodes
                                   that were not there yet */
    double grad[SCRIPT_NODES];  /* gradients at the end */
    char error[160];            /* SCRIPT_ERROR: what it says */
} script_result;

/* Records on a fresh record, which is destroyed afterwards. */
script_outcome script_run(const mount *m, const script *s, script_result *r);

/* What script_run would say of an engine that has these rows, without running. */
script_outcome script_can_run(const mount *m, const script *s, ad_op *missing);

/* ---- What is right --------------------------------------------------------------- */

/* What a second backward does to gradients that are not 0. */
typedef enum script_policy {
    SCRIPT_ZEROES,      /* all are made anew */
    SCRIPT_ACCUMULATES, /* leaves are added to; inner ones are made anew */
    SCRIPT_STALE,      /* all are added to, the output's set to 1: most small engines */
    SCRIPT_STALE_SEED, /* all are added to, the output's too */
    SCRIPT_SUMS,       /* at every node, what each backward alone would give adds up */
    SCRIPT_POLICIES,
    /* The first two, where nodes that the output does not depend on keep what they had:
     * told apart by two outputs only */
    SCRIPT_ZEROES_REACHED = SCRIPT_POLICIES,
    SCRIPT_ACCUMULATES_REACHED,
    SCRIPT_POLICIES_OF_ROOTS,
    /* A mistake: what an earlier backward has reached is not gone through again, and
     * all keep what they had. */
    SCRIPT_MARKED = SCRIPT_POLICIES_OF_ROOTS
} script_policy;

const char *script_policy_text(script_policy policy);

/* Whether no node but inputs has a gradient other than 0. */
bool script_has_leaves_only(const script *s, const script_result *r);

/* value, first and grad as an engine of that policy has them. */
void script_reference(const script *s, script_policy policy, script_result *r);

#endif
