/* The signature programs. */
#include "verify/mutant_programs.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "verify/dag_check.h"

enum { MOST_INPUTS = 4, BUILT = 6, CHAIN = 70000 };

/* Text, and its inputs in order of appearance. */
static const struct {
    const char *text;
    double input[MOST_INPUTS];
} texts[] = {
    {"x", {3}},
    {"x + x", {3}},
    {"x * x", {3}},
    {"x - y", {3, 5}},
    {"(a * b + c) * f", {2, -3, 10, -2}},
    {"x + x + x + x + x", {3}},
    {"a = x + x; a + a", {3}},
    {"a = x + x; b = x + a; a + b", {3}},
    {"a = x + x; b = x + a; c = x + a; b + c", {3}},
    {"a = x + x; b = x + a; c = a + b; d = a + c; d + b", {3}},
    {"a = x * y; b = a * a; c = b * a; c + a", {1.5, -0.5}},
    {"(x * x) * (x * x)", {3}},
    {"a = x + x; relu(a)", {3}},
    {"a = x * y; b = x + y; c = a * b; e = a - b; g = c / e; g * g", {2, 5}},
    {"a = tanh(x); b = exp(a); c = a * b; d = c / b; d - x", {0.5}},
    {"a = x * y; b = a + x; x", {3, 4}},
    {"d = sqrt(z); a = x * x; a + z", {0, 3}},
    {"d = log(z); e = x / z; x * y", {0, 3, 2}},
    {"a = y * y; x * x", {3, 2}},
    {"3 * x + 2", {5}},
    {"c = 3; a = x * c; b = y * c; a * b * c", {2, 5}},
    {"a = x * x; b = a + y; a * y", {3, 4}},
};
enum { TEXTS = sizeof texts / sizeof texts[0] };

/* ---- Making them ----------------------------------------------------------------- */

bool signature_finish(signature *s)
{
    const dag *d = &s->d;
    s->second = d->n / 2;
    while (d->item[s->second].dead) s->second--;
    return !d->out_of_memory && dag_judge(d, d->output, 1, 0, &s->first_right) &&
           dag_judge(d, s->second, 1, 0, &s->second_right);
}

static bool read_text(signature *s, size_t i)
{
    expr_error error;
    expr *e = expr_parse(texts[i].text, &error);
    if (e == NULL) return false;
    snprintf(s->name, sizeof s->name, "%s", texts[i].text);
    const bool read = dag_from_expr(&s->d, e, texts[i].input);
    expr_free(e);
    return read && signature_finish(s);
}

/* What the grammar has no words for. */
static bool build(signature *s, size_t which, uint64_t seed)
{
    static const char *const names[BUILT] = {"sum of a range",
                                             "dot of two ranges that overlap",
                                             "dot of a range and itself",
                                             "custom of x, y, x",
                                             "sum and dot of nothing",
                                             "a chain of 70000"};
    static const size_t range[] = {0, 1, 2, 1, 2, 3}, itself[] = {0, 1, 2, 0, 1, 2};
    static const size_t repeated[] = {0, 1, 0};
    static const double partial[] = {2, -3, 0.5};
    dag *d = &s->d;
    snprintf(s->name, sizeof s->name, "%s", names[which]);
    dag_clear(d);
    for (size_t i = 0; i < 4; i++) dag_leaf(d, AD_OP_var, (double)i * 1.5 - 2);
    size_t a = 0;
    switch (which) {
    case 0: a = dag_apply(d, AD_OP_sum, 3, range, 0); break;
    case 1: a = dag_apply(d, AD_OP_dot, 6, range, 0); break;
    case 2: a = dag_apply(d, AD_OP_dot, 6, itself, 0); break;
    case 3: a = dag_custom(d, 3, repeated, partial, 1); break;
    case 4:
        a = dag_apply(d, AD_OP_sum, 0, NULL, 0);
        dag_apply(d, AD_OP_dot, 0, NULL, 0);
        break;
    default: {
        random_source random = {seed};
        dag_chain(d, CHAIN, &random);
        s->deep = true;
        return signature_finish(s);
    }
    }
    const size_t square[] = {a, a};
    const size_t squared = dag_apply(d, AD_OP_mul, 2, square, 0);
    const size_t last[] = {squared, 2};
    d->output = dag_apply(d, AD_OP_add, 2, last, 0);
    return signature_finish(s);
}

signature *signatures_new(size_t *n, uint64_t seed)
{
    *n = TEXTS + BUILT;
    signature *list = calloc(*n, sizeof *list);
    if (list == NULL) return NULL;
    bool made = true;
    for (size_t i = 0; i < *n && made; i++)
        made = i < TEXTS ? read_text(&list[i], i) : build(&list[i], i - TEXTS, seed);
    if (made) return list;
    signatures_free(list, *n);
    return NULL;
}

void signatures_free(signature *list, size_t n)
{
    for (size_t i = 0; i < n && list != NULL; i++) {
        dag_free(&list[i].d);
        dag_judgement_free(&list[i].first_right);
        dag_judgement_free(&list[i].second_right);
    }
    free(list);
}

/* ---- Walking back ---------------------------------------------------------------- */

/* What is in an item after a walk: its share of the output times this. */
typedef struct times {
    double inner, leaf;
} times;

static bool is_right(const signature *p, const subject *s, const dag_judgement *right,
                     times by, const char *when, char *why, size_t size)
{
    for (size_t k = 0; k < p->d.n; k++) {
        const ad_op op = p->d.item[k].op;
        const double factor = op == AD_OP_var        ? by.leaf
                              : op == AD_OP_constant ? 0
                                                     : by.inner;
        const double expected = factor * (double)right->at[k].derivative;
        /* Times 3, or added to what was there: a rounding more. */
        const double bound =
            fabs(factor) * right->at[k].bound + 0x1p-52 * fabs(expected);
        const double grad = s->grad(s->engine, k);
        if (dag_is_within(grad, expected, bound)) continue;
        snprintf(why, size, "%s: %s, the gradient of item %zu (%s) is %.17g, not %.17g",
                 p->name, when, k, ad_ops[op].name, grad, expected);
        return false;
    }
    return true;
}

static bool has_values(const signature *p, const subject *s, char *why, size_t size)
{
    for (size_t k = 0; k < p->d.n; k++) {
        const double value = s->value(s->engine, k), right = p->d.item[k].value;
        if (dag_same(value, right)) continue;
        snprintf(why, size, "%s: item %zu (%s) is %.17g, not %.17g", p->name, k,
                 ad_ops[p->d.item[k].op].name, value, right);
        return false;
    }
    return true;
}

typedef struct step {
    const char *when;
    bool (*const *walk)(void *engine, size_t output);
    double seed; /* 0: none is set */
    bool second;
    times by;
} step;

bool signature_holds(const signature *p, const subject *s, char *why, size_t size)
{
    const step steps[] = {
        {"after backward", &s->backward, 0, false, {1, 1}},
        {"after a second backward", &s->backward, 0, false, {1, 1}},
        {"with a seed of 3", &s->backward, 3, false, {3, 3}},
        {"without it again", &s->backward, 0, false, {1, 1}},
        {"accumulated", &s->accumulate, 0, false, {1, 2}},
        {"accumulated again", &s->accumulate, 0, false, {1, 3}},
        {"from another output", &s->backward, 0, true, {1, 1}},
        {"from the first output again", &s->backward, 0, false, {1, 1}},
    };
    const size_t n = p->deep ? 1 : sizeof steps / sizeof steps[0];
    snprintf(why, size, "out of memory");
    if (!s->record(s->engine, &p->d) || !has_values(p, s, why, size)) return false;
    for (size_t i = 0; i < n; i++) {
        const step *now = &steps[i];
        const dag_judgement *right = now->second ? &p->second_right : &p->first_right;
        if (now->seed != 0) s->seed(s->engine, now->seed);
        if (!(*now->walk)(s->engine, now->second ? p->second : p->d.output))
            return false;
        if (!is_right(p, s, right, now->by, now->when, why, size)) return false;
    }
    return true;
}
