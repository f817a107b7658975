/* The four checks that every mutant runs. */
#include "verify/mutant_checks.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "verify/check.h"
#include "verify/dag_check.h"
#include "verify/expr_mpfr.h"
#include "verify/mutant_cases.h"
#include "verify/mutant_programs.h"

enum { MOST_OPERATIONS = 40 }; /* of a random program */

typedef struct random_program {
    dag d;
    dag_judgement right;
} random_program;

struct mutant_checks {
    dag_witness *witness;
    op_case *cases;
    size_t n_cases;
    signature *signatures, *of_ops; /* f(x), a + a, + x: one for each case */
    size_t n_signatures;
    random_program *dags;
    size_t n_dags;
    dag moved; /* a case with its leaves elsewhere */
};

const char *mutant_check_name(mutant_check check)
{
    static const char *const names[MUTANT_CHECKS] = {"differences", "ulps", "programs",
                                                     "dags"};
    return names[check];
}

/* ---- Made once ------------------------------------------------------------------- */

/* a = f(x, ...); b = a + a; b + x: the incoming gradient is 2, and x has another user.
 */
static bool make_signature(signature *s, const op_case *c)
{
    if (!dag_copy(&s->d, &c->d)) return false;
    const size_t a = s->d.output;
    const size_t b = dag_apply(&s->d, AD_OP_add, 2, (const size_t[]){a, a}, 0);
    s->d.output = dag_apply(&s->d, AD_OP_add, 2, (const size_t[]){b, 0}, 0);
    s->d.seed = 1;
    snprintf(s->name, sizeof s->name, "a = %s(x); b = a + a; b + x",
             ad_ops[c->op].name);
    return signature_finish(s);
}

static bool make_dags(mutant_checks *c, uint64_t seed)
{
    c->dags = calloc(c->n_dags, sizeof *c->dags);
    for (size_t i = 0; i < c->n_dags && c->dags != NULL; i++) {
        random_source random = {(seed + i) * 0x9e3779b97f4a7c15u};
        dag *d = &c->dags[i].d;
        dag_random(d, MOST_OPERATIONS, &random);
        if (d->out_of_memory || !dag_judge(d, d->output, d->seed, 0, &c->dags[i].right))
            return false;
    }
    return c->dags != NULL;
}

mutant_checks *mutant_checks_new(uint64_t seed, size_t dags)
{
    mutant_checks *c = calloc(1, sizeof *c);
    if (c == NULL) return NULL;
    c->n_dags = dags;
    c->witness = dag_witness_new();
    c->cases = op_cases_new(c->witness, seed, &c->n_cases);
    c->signatures = signatures_new(&c->n_signatures, seed);
    c->of_ops = calloc(c->n_cases, sizeof *c->of_ops);
    bool made = (c->witness != NULL || expr_mpfr_missing() != NULL) &&
                c->cases != NULL && c->signatures != NULL && c->of_ops != NULL;
    for (size_t i = 0; i < c->n_cases && made; i++)
        made = make_signature(&c->of_ops[i], &c->cases[i]);
    if (made && make_dags(c, seed)) return c;
    mutant_checks_free(c);
    return NULL;
}

void mutant_checks_free(mutant_checks *c)
{
    if (c == NULL) return;
    op_cases_free(c->cases, c->n_cases);
    signatures_free(c->signatures, c->n_signatures);
    signatures_free(c->of_ops, c->n_cases);
    for (size_t i = 0; i < c->n_dags && c->dags != NULL; i++) {
        dag_free(&c->dags[i].d);
        dag_judgement_free(&c->dags[i].right);
    }
    free(c->dags);
    dag_free(&c->moved);
    dag_witness_free(c->witness);
    free(c);
}

bool mutant_checks_are_exact(const mutant_checks *c) { return c->witness != NULL; }

/* ---- Each operation alone -------------------------------------------------------- */

typedef struct moved_case {
    const subject *s;
    const op_case *c;
    dag *moved;
} moved_case;

/* 3 f(leaves), as the subject computes it. */
static double subject_value(const double *x, void *context)
{
    const moved_case *m = context;
    if (!dag_copy(m->moved, &m->c->d)) return (double)NAN;
    for (size_t i = 0; i < m->c->leaves; i++) m->moved->item[i].value = x[i];
    dag_evaluate(m->moved);
    if (!m->s->record(m->s->engine, m->moved)) return (double)NAN;
    return 3 * m->s->value(m->s->engine, m->moved->output);
}

static bool gradient(const subject *s, const op_case *c, double *grad)
{
    if (!s->record(s->engine, &c->d)) return false;
    s->seed(s->engine, 3);
    if (!s->backward(s->engine, c->d.output)) return false;
    for (size_t i = 0; i < c->leaves; i++) grad[i] = s->grad(s->engine, i);
    return true;
}

static mutant_answer by_differences(mutant_checks *c, const op_case *o,
                                    const subject *s, char *why)
{
    double x[MOST_LEAVES], grad[MOST_LEAVES];
    if (!gradient(s, o, grad)) return NO_MEMORY;
    for (size_t i = 0; i < o->leaves; i++) x[i] = o->d.item[i].value;
    moved_case moved = {s, o, &c->moved};
    const ad_check_options options = {.incoming = 3};
    ad_check_report report = {0};
    mutant_answer answer = NO_MEMORY;
    if (ad_check_gradient(subject_value, &moved, o->leaves, x, grad, &options,
                          &report) == AD_CHECK_OK) {
        answer = report.verdict == AD_CHECK_FAIL ? REJECTED : ACCEPTED;
        snprintf(why, MUTANT_WHY, "%s: %s", ad_ops[o->op].name, report.text);
    }
    ad_check_report_free(&report);
    return answer;
}

/* 3 times a partial that may be off by DAG_PARTIAL_ULPS. */
static mutant_answer by_ulps(const op_case *o, const subject *s, char *why)
{
    double grad[MOST_LEAVES];
    if (!gradient(s, o, grad)) return NO_MEMORY;
    const double z = s->value(s->engine, o->d.output),
                 right = o->d.item[o->d.output].value;
    if (!dag_same(z, right)) {
        snprintf(why, MUTANT_WHY, "%s is %.17g, not %.17g", ad_ops[o->op].name, z,
                 right);
        return REJECTED;
    }
    for (size_t i = 0; i < o->leaves; i++) {
        const double expected = 3 * o->partial[i];
        const double bound =
            (2 * DAG_PARTIAL_ULPS + 2) * 0x1p-53 * fabs(expected) + 3 * o->bound[i];
        if (dag_is_within(grad[i], expected, bound)) continue;
        snprintf(why, MUTANT_WHY, "%s: the gradient of operand %zu is %.17g, not %.17g",
                 ad_ops[o->op].name, i, grad[i], expected);
        return REJECTED;
    }
    return ACCEPTED;
}

static mutant_answer ask_case(mutant_checks *c, mutant_check check, size_t i,
                              const subject *s, char *why)
{
    switch (check) {
    case BY_DIFFERENCES: return by_differences(c, &c->cases[i], s, why);
    case BY_ULPS: return by_ulps(&c->cases[i], s, why);
    case BY_PROGRAMS:
        return signature_holds(&c->of_ops[i], s, why, MUTANT_WHY) ? ACCEPTED : REJECTED;
    case BY_DAGS:
    case MUTANT_CHECKS: break;
    }
    return ACCEPTED;
}

/* ---- All of a check -------------------------------------------------------------- */

static mutant_answer by_dags(const mutant_checks *c, const subject *s, char *why)
{
    for (size_t i = 0; i < c->n_dags; i++) {
        dag_verdict verdict;
        if (dag_check_subject(s, &c->dags[i].d, &c->dags[i].right, &verdict)) continue;
        snprintf(why, MUTANT_WHY, "%s", verdict.text);
        return verdict.out_of_memory ? NO_MEMORY : REJECTED;
    }
    return ACCEPTED;
}

mutant_answer mutant_checks_ask(mutant_checks *c, mutant_check check, const subject *s,
                                ad_op op, char *why)
{
    if (check == BY_DAGS) return by_dags(c, s, why);
    for (size_t i = 0; i < c->n_cases; i++) {
        if (op != AD_OP_count && c->cases[i].op != op) continue;
        const mutant_answer answer = ask_case(c, check, i, s, why);
        if (answer != ACCEPTED) return answer;
    }
    for (size_t i = 0; check == BY_PROGRAMS && i < c->n_signatures; i++) {
        if (op != AD_OP_count && c->signatures[i].deep) continue;
        if (!signature_holds(&c->signatures[i], s, why, MUTANT_WHY)) return REJECTED;
    }
    return ACCEPTED;
}
