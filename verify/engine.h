/*
 * engine.h: put an autograd engine of yours on the dyno.
 *
 * Fill one struct with eight functions, export it, and
 *
 *     gradyno engine ./mine.so       (or mine.c: it is compiled for you)
 *
 * says whether its gradients are right, and names the mistake where they are not:
 *
 *     static const ad_engine engine = {
 *         .abi = AD_ENGINE_ABI, .size = sizeof(ad_engine), .name = "mine",
 *         .create = create, .destroy = destroy, .resolve = resolve, .input = input,
 *         .apply = apply, .value = value, .backward = backward, .grad = grad};
 *     AD_ENGINE_EXPORT(engine)
 *
 * Everything after `grad` may be left out. What is given is tested to be true.
 */
#ifndef GRADYNO_ENGINE_H
#define GRADYNO_ENGINE_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#if defined(__GNUC__)
#define AD_ENGINE_PUBLIC __attribute__((visibility("default")))
#else
#define AD_ENGINE_PUBLIC
#endif

/* Grows when a member changes its meaning; not when one is added at the end. */
#define AD_ENGINE_ABI 1

/* A node as the engine knows it: an index, or a pointer that was cast. */
typedef uintptr_t ad_engine_node;

/* Arrays that a function takes are the caller's, and used for others as soon as it has
 * returned: copy what is in them. */

/* What a number is kept in: every bound follows from it. */
typedef enum ad_engine_precision {
    AD_ENGINE_DOUBLE = 0,
    AD_ENGINE_FLOAT
} ad_engine_precision;

/*
 * What a second backward over the same record does to the gradients: makes them anew,
 * or adds to what was there, so that each is the sum. Or there is none, for backward
 * frees the graph: it is asked for one on each record then. Each is right. Two more are
 * let pass with a note, for one backward a record is right in them: that inner nodes keep
 * what they hold and pass it on once more (leaves then get more than the sum; most small
 * engines have it so), and that what the output does not depend on keeps what another
 * output gave it. Who uses them says zero_grad before each backward.
 */
typedef enum ad_engine_policy {
    AD_ENGINE_ANY = 0, /* not said: found out, and reported */
    AD_ENGINE_ZEROES,
    AD_ENGINE_ACCUMULATES,
    AD_ENGINE_ONCE
} ad_engine_policy;

/* One step of a program for `run`: what `apply` takes, and constants. Nodes are
 * counted: the inputs from 0, then the steps in their order. */
typedef struct ad_engine_step {
    int op; /* as resolve gave it; -1: a leaf with the value `constant`, no gradient */
    uint32_t operands, operand[3];
    double constant;
} ad_engine_step;

typedef struct ad_engine {
    uint32_t abi, size; /* AD_ENGINE_ABI, sizeof(ad_engine) */
    const char *name;

    /* A record of computations, empty; NULL when it cannot be had, as where there can be
     * one at a time. What others do leaves it as it is. And its end. */
    void *(*create)(void);
    void (*destroy)(void *record);

    /* The engine's own number, 0 or more, of the operation that `gradyno ops` calls
     * so ("add", "mul", "tanh", "pow_c", ...); -1 when it has none. Asked once. */
    int (*resolve)(const char *operation);

    /* A leaf whose gradient is wanted. Nodes live until reset or destroy. */
    ad_engine_node (*input)(void *record, double value);

    /* z = op(operand[0], ...), `constant` being the c of operations that have one:
     * c is no node and has no gradient. Two operands may be the same node. */
    ad_engine_node (*apply)(void *record, int op, size_t operands,
                            const ad_engine_node *operand, double constant);

    double (*value)(void *record, ad_engine_node node);

    /* From now on grad(v) = d output / d v, for every node v; or for inputs alone, and
     * 0 for what was computed. */
    void (*backward)(void *record, ad_engine_node output);
    double (*grad)(void *record, ad_engine_node node);

    /* ---- All below may be NULL, 0 ------------------------------------------------ */

    ad_engine_precision precision;
    ad_engine_policy policy;

    /* A leaf without a gradient; without this, constants are inputs. */
    ad_engine_node (*constant)(void *record, double value);

    /* Gives a leaf another value; what was computed from it keeps its own until it is
     * recorded again, or, where there is `forward`, until that has run: it computes
     * anew whatever backward goes by. */
    void (*set)(void *record, ad_engine_node leaf, double value);
    void (*forward)(void *record, ad_engine_node output);

    /* Ends every node and keeps the record; without this: destroy, create. */
    void (*reset)(void *record);

    /* Sets every gradient to 0. */
    void (*zero_grad)(void *record);

    /* Sorts, where that is a phase of its own that backward then need not do. */
    void (*order)(void *record, ad_engine_node output);

    /* What went wrong; NULL when nothing has. The text is the engine's. */
    const char *(*error)(void *record);

    /* Nodes on the record and bytes that they take. */
    void (*statistics)(void *record, size_t *nodes, size_t *bytes);

    /* sum over x[i], and over x[i] y[i], as one operation. */
    ad_engine_node (*sum)(void *record, size_t n, const ad_engine_node *x);
    ad_engine_node (*dot)(void *record, size_t n, const ad_engine_node *x,
                          const ad_engine_node *y);

    /*
     * A whole program in one call, for an engine that would lose its speed to a call
     * for each operation: records inputs x[inputs] and then the steps, goes backward
     * from the last, and writes value[] and grad[] of all inputs + steps. 0 when done.
     */
    int (*run)(void *record, size_t inputs, const double *x, size_t steps,
               const ad_engine_step *step, double *value, double *grad);

    /*
     * The place that the record has reached; and back to it, which ends all nodes made
     * since. Those before keep their values and handles, and the next backward finds
     * their gradients 0. Both members or neither. Who trains puts the parameters once
     * then, and goes back after each step; without these: reset, and all leaves anew.
     */
    uint64_t (*mark)(void *record);
    void (*rewind)(void *record, uint64_t mark);
} ad_engine;

/* The one symbol that a shared object exports: returns a struct that outlives it. */
typedef const ad_engine *ad_engine_entry(void);
#define AD_ENGINE_SYMBOL "gradyno_engine"
AD_ENGINE_PUBLIC const ad_engine *gradyno_engine(void);
#define AD_ENGINE_EXPORT(object)                                                       \
    const ad_engine *gradyno_engine(void) { return &(object); }

#ifdef __cplusplus
}
#endif

#endif
