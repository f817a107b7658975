/* Engines held against a program. */
#include "verify/dag_check.h"

#include <float.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "verify/expr_mpfr.h"

struct dag_checker {
    subject subject[3]; /* the tape is the last */
    dag_judgement adjoint, tangent, loose;
    dag_witness *witness;
    size_t room;
    double *direction, *along;
    ad_tape_handle *leaf;
    dag_tangent *exact;
};

enum { ENGINES = 3, TAPE = 2 };

bool dag_same(double a, double b) { return a == b || (isnan(a) && isnan(b)); }

bool dag_is_within(double actual, double expected, double bound)
{
    const double size = fabs(expected), ulp = nextafter(size, HUGE_VAL) - size;
    return dag_same(actual, expected) || fabs(actual - expected) <= bound + ulp / 2;
}

dag_checker *dag_checker_new(void)
{
    dag_checker *c = calloc(1, sizeof *c);
    if (c == NULL) return NULL;
    if (!subject_graph(&c->subject[0]) ||
        !subject_graph_in_creation_order(&c->subject[1]) ||
        !subject_tape(&c->subject[TAPE])) {
        dag_checker_free(c);
        return NULL;
    }
    c->witness = dag_witness_new();
    if (c->witness == NULL && expr_mpfr_missing() == NULL) {
        dag_checker_free(c);
        return NULL;
    }
    return c;
}

void dag_checker_free(dag_checker *c)
{
    if (c == NULL) return;
    for (int e = 0; e < ENGINES; e++) subject_free(&c->subject[e]);
    dag_judgement_free(&c->adjoint);
    dag_judgement_free(&c->tangent);
    dag_judgement_free(&c->loose);
    dag_witness_free(c->witness);
    free(c->direction);
    free(c->along);
    free(c->leaf);
    free(c->exact);
    free(c);
}

bool dag_checker_has_mpfr(const dag_checker *c) { return c->witness != NULL; }

const dag_judgement *dag_checker_adjoints(const dag_checker *c) { return &c->adjoint; }

static bool make_room(dag_checker *c, size_t n)
{
    if (n <= c->room) return true;
    c->room = 0; /* nothing in the arrays is kept */
    free(c->direction);
    free(c->along);
    free(c->leaf);
    free(c->exact);
    c->direction = malloc(2 * n * sizeof *c->direction);
    c->along = malloc(2 * n * sizeof *c->along);
    c->leaf = malloc(2 * n * sizeof *c->leaf);
    c->exact = malloc(2 * n * sizeof *c->exact);
    if (c->direction == NULL || c->along == NULL || c->leaf == NULL || c->exact == NULL)
        return false;
    c->room = 2 * n;
    return true;
}

/* ---- Sentences ------------------------------------------------------------------- */

static bool run_out(dag_verdict *v)
{
    *v = (dag_verdict){.out_of_memory = true, .text = "out of memory"};
    return false;
}

static bool disagree(dag_verdict *v, const char *who, const char *what, const dag *d,
                     size_t k, double actual, double expected, double bound)
{
    v->agrees = false;
    snprintf(v->text, sizeof v->text,
             "%s: the %s of item %zu (%s) of %zu, output %zu, is %.17g, expected %.17g "
             "within %.3g: off by %.3g",
             who, what, k, ad_ops[d->item[k].op].name, d->n, d->output, actual,
             expected, bound, fabs(actual - expected));
    return false;
}

/* ---- Backward -------------------------------------------------------------------- */

bool dag_check_subject(const subject *s, const dag *d, const dag_judgement *j,
                       dag_verdict *verdict)
{
    *verdict = (dag_verdict){.agrees = true};
    if (!s->record(s->engine, d)) return run_out(verdict);
    s->seed(s->engine, d->seed);
    if (!s->backward(s->engine, d->output)) return run_out(verdict);
    for (size_t k = 0; k < d->n; k++) {
        const double value = s->value(s->engine, k), grad = s->grad(s->engine, k);
        if (!dag_same(value, d->item[k].value))
            return disagree(verdict, s->name, "value", d, k, value, d->item[k].value,
                            0);
        const bool constant = d->item[k].op == AD_OP_constant;
        const double expected = constant ? 0 : (double)j->at[k].derivative;
        const double bound = constant ? 0 : j->at[k].bound;
        if (!dag_is_within(grad, expected, bound))
            return disagree(verdict, s->name, "derivative", d, k, grad, expected,
                            bound);
    }
    return true;
}

/* ---- Forward --------------------------------------------------------------------- */

/* The tape's forward sweep over what the last check has recorded there. */
static bool sweep(const dag_checker *c, const dag *d)
{
    size_t leaves = 0;
    for (size_t k = 0; k < d->n; k++) {
        if (d->item[k].op != AD_OP_var) continue;
        c->leaf[leaves] = (ad_tape_handle){(double)NAN, (uint32_t)k};
        c->along[leaves++] = c->direction[k];
    }
    ad_tape *t = subject_tape_of(&c->subject[TAPE]);
    return ad_tape_tangents(t, leaves, c->leaf, c->along) == AD_OK;
}

static double swept(const dag_checker *c, size_t k)
{
    return ad_tape_tangent(subject_tape_of(&c->subject[TAPE]),
                           (ad_tape_handle){(double)NAN, (uint32_t)k});
}

static bool check_tangents(dag_checker *c, const dag *d, dag_verdict *verdict)
{
    for (size_t k = 0; k < d->n; k++) {
        const dag_judged *right = &c->tangent.at[k];
        if (d->item[k].dead) continue; /* forwards, they are reached */
        if (!dag_is_within(swept(c, k), (double)right->derivative, right->bound))
            return disagree(verdict, "tape, forwards", "tangent", d, k, swept(c, k),
                            (double)right->derivative, right->bound);
    }
    return true;
}

/*
 * <w, Jv> = <J'w, v> to 16 eps of its terms, sum over all uses |adjoint partial
 * tangent|. Where more contributions than that meet in an item, their sum's rounding is
 * more, too: then to the judges' bounds.
 */
static bool check_products(dag_checker *c, const dag *d, dag_verdict *verdict)
{
    long double back = 0, leaves = 0, allowed = 0;
    const subject *tape = &c->subject[TAPE];
    for (size_t k = 0; k < d->n; k++) {
        if (d->item[k].op != AD_OP_var) continue;
        const long double v = (long double)c->direction[k];
        const long double g = (long double)tape->grad(tape->engine, k);
        back += v * g;
        leaves += fabsl(v * g);
        allowed += fabsl(v) * (long double)c->adjoint.at[k].bound;
    }
    const double w = d->seed, jv = swept(c, d->output);
    const double terms = dag_judge_terms(d, &c->adjoint, &c->tangent) + (double)leaves;
    allowed += (long double)(fabs(w) * c->tangent.at[d->output].bound);
    double bound = 16 * DBL_EPSILON * terms + 0x1p-1000;
    size_t most = 0;
    for (size_t k = 0; k < d->n; k++) {
        const size_t n = c->adjoint.at[k].contributions + d->item[k].n;
        if (n > most) most = n;
    }
    if (most > 24 && bound < (double)allowed) bound = (double)allowed;
    if (fabs(w * jv - (double)back) <= bound) return true;
    return disagree(verdict, "<w, Jv> and <J'w, v>", "product", d, d->output, w * jv,
                    (double)back, bound);
}

/* ---- MPFR ------------------------------------------------------------------------ */

static bool check_exactly(dag_checker *c, const dag *d, dag_verdict *verdict)
{
    size_t at;
    if (!dag_judge_forward(d, c->direction, DAG_PARTIAL_ULPS, &c->loose))
        return run_out(verdict);
    switch (dag_witness_tangents(c->witness, d, c->direction, c->exact, &at)) {
    case DAG_OUT_OF_MEMORY: return run_out(verdict);
    case DAG_UNRESOLVED: return true;
    case DAG_WRONG_VALUE:
        return disagree(verdict, "MPFR", "value", d, at, d->item[at].value,
                        c->exact[at].value, c->exact[at].bound);
    case DAG_RESOLVED: break;
    }
    verdict->resolved = true;
    for (size_t k = 0; k < d->n; k++) {
        const dag_tangent *right = &c->exact[k];
        const double bound = right->bound + c->loose.at[k].bound;
        if (right->known && !dag_is_within(swept(c, k), right->value, bound))
            return disagree(verdict, "MPFR and the tape forwards", "tangent", d, k,
                            swept(c, k), right->value, bound);
    }

    if (!dag_judge(d, d->output, d->seed, DAG_PARTIAL_ULPS, &c->loose))
        return run_out(verdict);
    const double right = d->seed * c->exact[d->output].value;
    for (int e = 0; e < ENGINES; e++) {
        const subject *s = &c->subject[e];
        long double along = 0;
        long double bound = (long double)fabs(d->seed * c->exact[d->output].bound);
        for (size_t k = 0; k < d->n; k++) {
            if (d->item[k].op != AD_OP_var) continue;
            const long double v = (long double)c->direction[k];
            along += v * (long double)s->grad(s->engine, k);
            bound += fabsl(v) * (long double)c->loose.at[k].bound +
                     fabsl(v) * 0x1p-53L * fabsl(c->loose.at[k].derivative);
        }
        if (!dag_is_within((double)along, right, (double)bound))
            return disagree(verdict, s->name, "derivative along a direction, by MPFR,",
                            d, d->output, (double)along, right, (double)bound);
    }
    return true;
}

bool dag_check(dag_checker *c, const dag *d, uint64_t seed, bool exact,
               dag_verdict *verdict)
{
    *verdict = (dag_verdict){.agrees = true};
    if (!make_room(c, d->n) || !dag_judge(d, d->output, d->seed, 0, &c->adjoint))
        return run_out(verdict);
    for (int e = 0; e < ENGINES; e++)
        if (!dag_check_subject(&c->subject[e], d, &c->adjoint, verdict)) return false;

    random_source random = {seed};
    for (size_t k = 0; k < d->n; k++)
        c->direction[k] =
            d->item[k].op == AD_OP_var ? random_uniform(&random, -2, 2) : 0;
    if (!sweep(c, d) || !dag_judge_forward(d, c->direction, 0, &c->tangent))
        return run_out(verdict);
    if (!check_tangents(c, d, verdict) || !check_products(c, d, verdict)) return false;
    return !exact || c->witness == NULL || check_exactly(c, d, verdict);
}

/* ---- A disagreement, made small ------------------------------------------------- */

typedef struct disagreement {
    dag_checker *checker;
    uint64_t seed;
    bool exact;
} disagreement;

static bool still_disagrees(const dag *d, void *context)
{
    const disagreement *was = context;
    dag_verdict verdict;
    return !dag_check(was->checker, d, was->seed, was->exact, &verdict) &&
           !verdict.out_of_memory;
}

void dag_check_shrink(dag_checker *c, dag *d, uint64_t seed, bool exact, size_t budget,
                      dag_verdict *verdict)
{
    disagreement was = {c, seed, exact};
    dag_shrink(d, still_disagrees, &was, budget);
    dag_check(c, d, seed, exact, verdict);
}
