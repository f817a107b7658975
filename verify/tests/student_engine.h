/*
 * An engine as students write them, on nodes and pointers, through the contract of
 * verify/engine.h; it knows nothing of the kit's own model of mistakes. Its traits make
 * it another engine: right in another way, or wrong.
 *
 *     student_engine(&(student){.walk = WALK_PREORDER})     wrong order
 *
 * One at a time: the traits are those of the last call.
 */
#ifndef GRADYNO_STUDENT_ENGINE_H
#define GRADYNO_STUDENT_ENGINE_H

#include <stdbool.h>

#include "verify/kit/mount.h"

typedef enum student_walk {
    /* Right. */
    WALK_DEPTH_FIRST, /* topological order, by depth first search */
    WALK_LAST_FIRST,  /* another topological order */
    WALK_CREATION,    /* backwards through the nodes as they were made */
    WALK_COUNTING,    /* when all users are done (Kahn) */
    WALK_EVERY_PATH,  /* each path passes on its own part: slow, and right */
    /* Wrong. */
    WALK_PREORDER,
    WALK_BREADTH,
    WALK_MARKS_WAITING, /* operands are marked before the first of them is visited */
    WALK_MARKS_WAITING_LAST,
    WALK_RECURSION,
    WALK_FORWARDS,
    WALK_NO_VISITED,
    WALK_BY_VALUE,
    WALK_MARKS_STAY,
    WALK_OUTPUT_ONLY,
    WALK_COUNTS_SET, /* x * x is one use, and ticked off as two */
    WALK_COUNTS_ALL, /* uses by all nodes, and those below the output are ticked off */
    WALK_AGAIN,      /* what waits is a queue, and a node may wait again */
    WALK_COUNTS_PATHS,  /* a use is counted once for every path to it */
    WALK_SKIPS_ZERO,    /* who is given 0 is not ticked off */
    WALK_SORTED_AGAIN,  /* in order, but a node once for every path to it */
    WALK_STOPS_AT_ZERO, /* all nodes in order, down to the first without gradient */
    WALK_GIVEN_ONCE, /* what comes first goes on at once, and what comes later stays */
    WALK_PATHS_IN_SOME_ORDER, /* the same for every path */
    WALK_IN_SOME_ORDER        /* on first meeting, operands as they come out of a set */
} student_walk;

typedef enum student_slip {
    SLIP_NONE,
    SLIP_OVERWRITE, /* = for += */
    SLIP_SAME_ONCE,
    SLIP_SECOND_NOTHING,
    SLIP_NO_SEED,
    SLIP_SEED_TWICE,
    SLIP_SEED_VALUE,
    SLIP_ZERO_KEEPS_INNER,
    SLIP_ZERO_KEEPS_LEAVES,
    SLIP_KEEPS_UNARY, /* gradients of tanh and neg, in backward */
    SLIP_GRAD_IS_VALUE,
    SLIP_FLOAT,
    SLIP_ALL_FORGET,
    SLIP_EXP_FORGETS,
    SLIP_MUL_FORGETS,
    SLIP_TANH_ASSIGNS,
    SLIP_MUL_OWN, /* dx = x */
    SLIP_TANH_LINEAR,
    SLIP_TANH_OPERAND,
    SLIP_TANH_VALUE, /* forward is coth */
    SLIP_SIGMOID_VALUE,
    SLIP_POW_KEPT,
    SLIP_POW_FACTOR,
    SLIP_RELU_GRADIENT,
    SLIP_RELU_OPEN,
    SLIP_LOG_TEN,
    SLIP_LOG_ONE,
    SLIP_DIV_SQUARE,
    SLIP_DIV_INTEGER,
    SLIP_SUB_PLUS,
    SLIP_SUB_CRASHES,
    SLIP_SIN_SIGN,
    SLIP_SIN_DEGREES,
    SLIP_SQRT_HALF,
    SLIP_NEG_PLUS,
    SLIP_TIE_BOTH,   /* x >= y and y >= x: both have all of it */
    SLIP_EXP_DATA,   /* exp's rule multiplies by its result once too often */
    SLIP_TANH_COS,   /* a formula that no table has */
    SLIP_EXP_FLOAT,  /* its rule */
    SLIP_SQRT_FLOAT, /* its value */
    SLIP_CUT_ABOVE,  /* gradients, at 1 */
    SLIP_CUT_BELOW,  /* at -1 */
    SLIP_OVER_NODES,
    SLIP_OVER_OPERANDS,
    SLIP_SEED_INPUT,
    SLIP_KEYED,  /* derivatives, by operand: the second replaces the first */
    SLIP_UNKNOWN /* nobody's, in tanh */
} student_slip;

typedef struct student {
    const char *name, *code; /* what it is to be called: "G07"; NULL: it is right */
    const char *because;     /* of a right one: what makes its way legal */
    student_walk walk;
    student_slip slip, also;
    /* What is the engine's to choose. */
    enum { ANEW, LEAVES_ADD, ALL_ADD, ALL_AND_SEED_ADD } second_backward;
    bool clears_reached; /* of the first two: only what the output depends on */
    bool declares;       /* says its policy */
    bool composite;      /* a - b is a + b * -1, a / b is a * b^-1, -a is a * -1 */
    bool hides;          /* nobody clears the nodes that these are made of */
    bool single;         /* float, and says so */
    bool wide;           /* gradients are summed in long double */
    bool constants;      /* have no gradient */
    bool carries;        /* what is computed of constants alone is one, too */
    bool no_zero;        /* and no zero_grad */
    bool few;            /* operations: add, mul, tanh, pow_c */
    bool slow;           /* looks for each node in a list of all of them */
    size_t most;         /* nodes; its error() refuses more; 0: it has none */
    bool at_turn;        /* a node has what had arrived when it had its turn: what is on
                            its way is in a dictionary */
    bool forgets_inner;  /* gradients, when backward is over */
    bool says_once;      /* AD_ENGINE_ONCE */
    enum {
        NOT_FREED,
        FREED_CRASHES,
        FREED_REFUSES,
        FREED_HANGS,
        FREED_ABOVE_EXP, /* crashes, where there is one */
        FREED_NOTHING
    } freed;        /* by the first backward: what the second does then */
    double at_kink; /* relu'(0), and what the first of two equals has of min and max */
} student;

/* Valid until the next call. */
const ad_engine *student_engine(const student *traits);

/* Right ones, all different, each with what makes it legal; and wrong ones. */
extern const student legal_engines[], wrong_engines[];
extern const size_t legal_engines_count, wrong_engines_count;

#endif
