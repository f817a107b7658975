/*
 * A workload at a size: the program, its right gradient from other means than the
 * engines', and what stands on a record before a gradient begins.
 */
#ifndef GRADYNO_PROBLEM_H
#define GRADYNO_PROBLEM_H

#include "bench/cell.h"
#include "bench/clock.h"
#include "verify/programs/mlp.h"
#include "verify/programs/program.h"

/* The perceptron's numbers. Its record verbs keep handles of their own, so the runner
 * (runner.inc) calls them, and not a kind's. */
typedef struct mlp_problem {
    struct mlp_shape shape;
    struct mlp_samples samples;
    double *x, *y, *scratch, *gradient;
    struct mlp_primal *primal;
    const double *loaded; /* what the primal's parameters are */
} mlp_problem;

typedef struct problem {
    program program;
    const mlp_problem *mlp; /* NULL for every other program */
    /* Its value and gradient in plain C, `iterations` times; NULL where there is none
     * but the witness. */
    void (*hand)(const program *p, size_t iterations);
    double value, value_bound;
    double *gradient, *bound; /* [inputs] */
} problem;

/* What a workload is. Its `record_...` may be NULL: mlp's are. */
typedef struct workload {
    const program_kind *kind;
    const program_kind *control; /* raced beside it as "normal"; NULL: none */
    bool is_default;
    const char *data; /* a file that the point is read from; NULL: it is drawn */
} workload;

/* H-H-H-H-1, tanh, one sample: see verify/programs/mlp.h. */
extern const program_kind bench_mlp_kind;
void mlp_hand(const program *p, size_t iterations);

/*
 * A demonstration: f = t x_1 ... x_n, left to right, with t = 1e-310, so that every
 * adjoint on the way back is subnormal; and the same with t = 1.
 */
extern const program_kind subnormal_kind, normal_kind;

/*
 * Opens the program and computes its right gradient. False when memory is out or the
 * size is none that the program has.
 */
bool problem_start(problem *p, const program_kind *kind, size_t size, uint64_t seed);

/* The same from a file, whose size is the program's. What is wrong is said in
 * *error. */
bool problem_read(problem *p, const program_kind *kind, const char *path,
                  program_error *error);
void problem_end(problem *p);

/*
 * The witness against differences of the plain value: all coordinates of a small
 * program; of a large one some, and some directions, which every coordinate has a part
 * in. False when memory is out.
 */
bool problem_verify(problem *p, judgement *j);

/* What stands on a record before a gradient: the inputs, and the perceptron's
 * sample. */
size_t problem_leaves(const problem *p);

/* A claimed value and gradient against the witness, whose bound may be exceeded `slack`
 * times (0: once; see engines.h). */
judgement problem_judge(const problem *p, const char *engine, double slack,
                        double value, const double *gradient);

/* All adjoints of a gradient, by the tape, the program's own leaves included. False
 * when memory is out. */
bool problem_audit(const problem *p, audit *a);

#endif
