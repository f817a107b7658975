/* A workload at a size: opened, verified, audited. */
#include "bench/problem.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "verify/check.h"

/* The right gradient, for a program that is open. */
static bool complete(problem *p)
{
    const program *f = &p->program;
    p->gradient = calloc(f->inputs + 1, sizeof(double));
    p->bound = calloc(f->inputs + 1, sizeof(double));
    if (p->gradient != NULL && p->bound != NULL &&
        f->kind->gradient(f, &p->value, &p->value_bound, p->gradient, p->bound))
        return true;
    problem_end(p);
    return false;
}

bool problem_start(problem *p, const program_kind *kind, size_t size, uint64_t seed)
{
    *p = (problem){0};
    if (!kind->open(&p->program, kind, size, seed)) return false;
    if (kind == &bench_mlp_kind) {
        p->mlp = p->program.data;
        p->hand = mlp_hand;
    }
    return complete(p);
}

bool problem_read(problem *p, const program_kind *kind, const char *path,
                  program_error *error)
{
    *p = (problem){0};
    if (!kind->open_file(&p->program, kind, path, error)) return false;
    if (complete(p)) return true;
    snprintf(error->text, sizeof error->text, "out of memory");
    return false;
}

void problem_end(problem *p)
{
    if (p->program.kind != NULL) p->program.kind->close(&p->program);
    free(p->gradient);
    free(p->bound);
    *p = (problem){0};
}

size_t problem_leaves(const problem *p)
{
    const size_t inputs = p->program.inputs;
    if (p->mlp == NULL) return inputs;
    return inputs + p->mlp->shape.inputs + mlp_outputs(&p->mlp->shape);
}

static double value_at(const double *x, void *ctx)
{
    const program *p = ctx;
    return p->kind->primal(p, x);
}

bool problem_verify(problem *p, judgement *j)
{
    /* A large one costs some 15 values a coordinate. */
    const bool large = p->program.operations > 1000000;
    const ad_check_options options = {.directions = large ? 1 : 3,
                                      .coordinates = large ? 2 : 6,
                                      .exhaustive_up_to = large ? 2 : 64};
    ad_check_report report;
    if (ad_check_gradient(value_at, &p->program, p->program.inputs, p->program.x,
                          p->gradient, &options, &report) != AD_CHECK_OK)
        return false;
    *j = judgement_start(p->hand != NULL ? "hand" : "witness", "differences");
    for (size_t i = 0; i < report.n_rows; i++) {
        const ad_check_partial *row = &report.rows[i];
        if (row->verdict != AD_CHECK_INCONCLUSIVE)
            judgement_add(j, row->claimed, row->numerical, row->error);
    }
    if (j->part < 0) j->residual = j->bound = (double)NAN; /* nothing could be said */
    /* check.h's verdict is the verdict: it knows more than |claimed - numerical|. */
    j->passed = report.failed == 0;
    ad_check_report_free(&report);
    return true;
}

judgement problem_judge(const problem *p, const char *engine, double slack,
                        double value, const double *gradient)
{
    const double times = slack == 0 ? 1 : slack;
    judgement j =
        judgement_start(engine, p->hand != NULL ? "hand" : p->program.kind->witness);
    judgement_add(&j, value, p->value, times * p->value_bound);
    for (size_t i = 0; i < p->program.inputs; i++)
        judgement_add(&j, gradient[i], p->gradient[i], times * p->bound[i]);
    return j;
}

/* ---- Audit ----------------------------------------------------------------------- */

static void audit_add(audit *a, double adjoint)
{
    const double size = fabs(adjoint);
    a->adjoints++;
    switch (fpclassify(adjoint)) {
    case FP_ZERO: a->zeros++; return;
    case FP_SUBNORMAL: a->subnormals++; break;
    case FP_NORMAL: break;
    default: a->not_finite++; return;
    }
    a->smallest = fmin(a->smallest, size); /* of NaN and a number, the number */
    a->largest = fmax(a->largest, size);
}

/* What is on the tape up to the output, constants apart: nobody asks for theirs. */
static void audit_tape(audit *a, const ad_tape *t, ad_tape_handle output)
{
    for (uint32_t i = 0; i <= output.index; i++)
        if ((t->word[i] & 0xff) != AD_OP_constant) /* see ad_tape_pack */
            audit_add(a, ad_tape_grad(t, (ad_tape_handle){0, i}));
}

bool problem_audit(const problem *p, audit *a)
{
    const program *f = &p->program;
    *a = (audit){.smallest = (double)NAN, .largest = (double)NAN};
    ad_tape *t = ad_tape_new(NULL);
    ad_tape_handle *x = malloc((f->inputs + 1) * sizeof *x), output = {0, 0};
    struct mlp_tape *mlp = NULL;
    bool ok = t != NULL && x != NULL;
    if (ok && p->mlp != NULL) {
        mlp = mlp_new_tape(t, &p->mlp->shape, p->mlp->samples, f->x);
        ok = mlp != NULL;
        if (ok) output = mlp_record_tape(mlp, 0, 1);
    } else if (ok) {
        for (size_t i = 0; i < f->inputs; i++) x[i] = ad_tape_var(t, f->x[i]);
        output = f->kind->record_tape(f, t, x);
    }
    ok = ok && ad_tape_backward(t, output) == AD_OK;
    if (ok) audit_tape(a, t, output);
    mlp_free_tape(mlp);
    ad_tape_free(t);
    free(x);
    return ok;
}
