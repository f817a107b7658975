/*
 * The plan: a tape recorded once, run many times with new inputs, and nothing recorded.
 *
 *     ad_plan *p = ad_tape_plan(t, 2, in, 1, &out);   // in: two leaves, out: any node
 *     ad_plan_forward(p, (double[]){3, 4}, &y);       // y = f(3, 4)
 *     ad_plan_backward(p, NULL, gradient);            // gradient[i] = df / d in[i]
 *     ad_plan_free(p);
 *
 * Making the plan reads the tape and writes it shorter (roll.c): what the outputs do
 * not need is left out, chains of multiply and add become sums of products over ranges,
 * equal operations side by side become loops, and what is recorded twice is computed
 * once: single operations and whole loops, if not too much was recorded in between
 * (roll_once.c). The tape is not altered, and may be freed.
 *
 * What is frozen. Leaves that are no inputs keep the value that they had. A `custom`
 * operation keeps its partials, and is replayed as the linear function that they are.
 * Which operations are recorded is the program's decision, made once: an `if` in C on a
 * value stays as it fell. Operations with kinks (abs, relu, min, max) decide anew,
 * because they are operations. A program that decides by ad_tape_less tells the plan
 * what it decided, and forward says when that would now fall otherwise.
 *
 * Values and gradients are the tape's up to the order of summation (a sum of n terms t
 * is off by at most 2 n 2^-53 sum |t|, and a sum that is 0 may have the other sign),
 * and up to the ulps of the functions in maps.def, which over ranges are computed by
 * vectors. Adjoints are such sums: where terms much larger than a gradient cancel, its
 * error is theirs, on tape and plan alike, and not the same. As on the tape, a node
 * whose adjoint is exactly 0 passes nothing on; the adjoint of what is computed once is
 * the sum over its copies, so those may cancel where each would not.
 *
 * A plan is used by one thread at a time; two plans share nothing.
 */
#ifndef GRADYNO_PLAN_H
#define GRADYNO_PLAN_H

#include "tape.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct ad_plan ad_plan;

/*
 * The plan of out[0 ... n_out-1] as functions of in[0 ... n_in-1], which are leaves of
 * the tape, each given once. Memory comes from the tape's allocator (making it takes up
 * to 24 MiB more for a while, which an arena has back only when it ends). NULL when it is
 * out, when recording had stopped, or when a handle is nil.
 */
ad_plan *ad_tape_plan(const ad_tape *t, size_t n_in, const ad_tape_handle *in,
                      size_t n_out, const ad_tape_handle *out);

/* The same, operation by operation as recorded: what re-rolling is measured against. */
ad_plan *ad_tape_plan_unrolled(const ad_tape *t, size_t n_in, const ad_tape_handle *in,
                               size_t n_out, const ad_tape_handle *out);

/* NULL is allowed. */
void ad_plan_free(ad_plan *p);

/*
 * y[k] = out[k] at in = x. x[n_in] NULL: at what ad_plan_inputs holds; y[n_out] NULL:
 * not wanted. AD_BRANCH_CHANGED when a recorded comparison would now fall otherwise
 * (ad_plan_changed says which): the figures are then those of the branch that was
 * recorded.
 */
ad_status ad_plan_forward(ad_plan *p, const double *x, double *y);

/*
 * gradient[i] = sum_k w[k] d out[k] / d in[i] at the point of the last forward. Before
 * the first, that is run, at what ad_plan_inputs holds: the recorded point. w[n_out]
 * NULL: all 1. gradient[n_in] NULL: read it with ad_plan_gradient. AD_OK always.
 */
ad_status ad_plan_backward(ad_plan *p, const double *w, double *gradient);

/*
 * The plan's own arrays [n_in]: inputs to write before a forward with x = NULL, and the
 * gradient of the last backward. They save the copies.
 */
double *ad_plan_inputs(ad_plan *p);
const double *ad_plan_gradient(const ad_plan *p);

/*
 * a < b, recorded: a plan watches that it stays so. It is a comparison of the program
 * and no operation: nothing flows back through it.
 */
bool ad_tape_less(ad_tape *t, ad_tape_handle a, ad_tape_handle b);

/*
 * The comparison that changed in the last forward, the first if several did: its number
 * in the order of recording, from 0. SIZE_MAX when none did.
 */
size_t ad_plan_changed(const ad_plan *p);

/* What became of the tape. */
struct ad_plan_statistics {
    size_t operations;   /* recorded, leaves apart */
    size_t live;         /* of them needed for the outputs */
    size_t rolled;       /* of them inside an instruction over ranges */
    size_t copies;       /* of them computed with another that is the same */
    size_t customs;      /* of them custom: replayed as linear functions */
    size_t instructions; /* of the plan: single operations, and loops over ranges */
    size_t loops;        /* of them over ranges */
    size_t bytes;        /* held: values and adjoints included */
};

void ad_plan_statistics(const ad_plan *p, struct ad_plan_statistics *s);

#ifdef __cplusplus
}
#endif

#endif
