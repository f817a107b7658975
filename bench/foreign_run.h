/*
 * A foreign engine's record with a program's leaves on it, in the engine's own process.
 *
 *     foreign_run *r = foreign_run_open(&m, problem, 0);
 *     for (...) {
 *         e->backward(r->r.record, foreign_run_record(r));
 *         foreign_run_renew(r);
 *     }
 *     foreign_run_close(r);
 */
#ifndef GRADYNO_FOREIGN_RUN_H
#define GRADYNO_FOREIGN_RUN_H

#include "bench/problem.h"
#include "verify/programs/mounted.h"

typedef struct foreign_run {
    const problem *problem;
    ad_mounted r;
    ad_mounted_handle *x;    /* [inputs] */
    const double *at;        /* [inputs]: what they are put at; the program's own */
    struct mlp_mounted *mlp; /* on x; NULL for every other program */
    uint64_t start;          /* where the leaves end, of an engine that can go back */
    void *pad;
} foreign_run;

/* Behind a pad of so many bytes. NULL: no memory, or create gave none. */
foreign_run *foreign_run_open(const mount *m, const problem *p, size_t pad);
void foreign_run_close(foreign_run *r);

ad_mounted_handle foreign_run_record(foreign_run *r);

/* The record with its leaves, and nothing else on it; without mark and rewind they are
 * put anew. */
void foreign_run_renew(foreign_run *r);

/*
 * The two moons, from their first weights, MOONS_STEPS steps, `times` times; the problem
 * is their loss (moons_loss_kind, all points). What the clock said is added to *ns; loss
 * has the last time's [MOONS_STEPS].
 */
void foreign_train(foreign_run *r, size_t times, const stopwatch *clock, double *ns,
                   double *loss);

#endif
