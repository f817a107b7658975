/*
 * One mistake at a time in the walk back over an expression.
 *
 * Of the mistakes that give the same number, the one named is the first in the order of
 * `slips`: what is commonest comes first.
 */
#include "verify/expr_mistake.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { MOST_NODES = 300, MOST_DIGITS = 10, PIECE = 40 };

typedef enum slip {
    USE_LOST,     /* what goes along one arrow is not added */
    USE_ALONE,    /* of all arrows into a value one counts: = for += */
    PARTIAL_LOST, /* the local partial is taken as 1 */
    ABOVE_LOST,   /* the local partial alone is added, without the gradient above */
    PARTIAL_FLIPPED,
    PARTIALS_SWAPPED,
    SLIPS
} slip;

/* The arrow from operand k of node to node, and what is wrong with it. */
typedef struct attempt {
    slip slip;
    uint32_t node;
    int operand;
} attempt;

typedef struct search {
    const expr *e;
    const struct expr_step *step;
    size_t input;
    double claimed, doubt, truth;
    double *right;   /* the adjoints, without a mistake */
    double *adjoint; /* with one */
    ad_check_mistake *mistake;
    char *text;
} search;

static uint32_t source_of(const search *s, uint32_t node, int k)
{
    return expr_resolve(s->step, s->e->node[node].operand[k]);
}

static int operands_of(const search *s, uint32_t node)
{
    return s->step[node].role == EXPR_APPLIED ? ad_ops[s->e->node[node].op].operands
                                              : 0;
}

/* What node `i` adds to its operand k. */
static double contribution(uint32_t i, int k, const double *partial, double above,
                           const attempt *wrong)
{
    const double p = partial[k];
    if (wrong == NULL || wrong->node != i) return above * p;
    if (wrong->slip == PARTIALS_SWAPPED && k < 2) return above * partial[1 - k];
    if (wrong->operand != k) return above * p;
    switch (wrong->slip) {
    case USE_LOST: return 0;
    case PARTIAL_LOST: return above;
    case ABOVE_LOST: return p;
    case PARTIAL_FLIPPED: return -above * p;
    default: return above * p;
    }
}

/* The walk back with that mistake, or with none; d output / d input. */
static double walk(const search *s, const struct expr_step *step, const attempt *wrong,
                   double *adjoint)
{
    const expr *e = s->e;
    const bool alone = wrong != NULL && wrong->slip == USE_ALONE;
    const uint32_t target =
        alone ? source_of(s, wrong->node, wrong->operand) : (uint32_t)e->nodes;
    for (size_t i = 0; i < e->nodes; i++) adjoint[i] = 0;
    adjoint[expr_resolve(step, e->output)] = 1;
    for (uint32_t i = (uint32_t)e->nodes; i-- > 0;) {
        if (adjoint[i] == 0 || step[i].role != EXPR_APPLIED) continue;
        double partial[EXPR_MAX_OPERANDS];
        expr_partials(e, step, i, partial);
        for (int k = 0; k < operands_of(s, i); k++) {
            const uint32_t to = source_of(s, i, k);
            if (to == target && (i != wrong->node || k != wrong->operand)) continue;
            adjoint[to] += contribution(i, k, partial, adjoint[i], wrong);
        }
    }
    for (size_t i = 0; i < e->nodes; i++)
        if (e->node[i].kind == EXPR_INPUT && e->node[i].which == s->input)
            return adjoint[i];
    return 0;
}

static bool fits(const search *s, double predicted)
{
    /* told from the right answer a thousand times over */
    const double off = 1e-3 * fabs(s->claimed - s->truth),
                 bar = fmin(1e-9 * fabs(predicted) + s->doubt, off);
    return isfinite(predicted) && predicted != 0 && s->doubt < off &&
           fabs(s->claimed - predicted) <= bar;
}

/* ---- Words ---------------------------------------------------------------------- */

/* How many arrows lead into it, and whether this is the first with that head. */
static size_t uses_of(const search *s, uint32_t value)
{
    size_t uses = 0;
    for (uint32_t i = 0; i < s->e->nodes; i++)
        for (int k = 0; k < operands_of(s, i) && s->right[i] != 0; k++)
            uses += source_of(s, i, k) == value;
    return uses;
}

/* "y = " where the partial is the other operand of a product, and that has a name. */
static void name_factor(const search *s, const attempt *a, double p,
                        char factor[PIECE + 4])
{
    const struct expr_node *v = &s->e->node[a->node];
    const uint32_t other = source_of(s, a->node, 1 - a->operand);
    factor[0] = '\0';
    if (strcmp(ad_ops[v->op].name, "mul") != 0 || !s->e->node[other].varies) return;
    expr_write_node(s->e, other, true, factor, PIECE);
    if (s->step[other].value == p)
        strcat(factor, " = ");
    else
        factor[0] = '\0';
}

/* One sentence, once it is known that the attempt gives the claimed number. */
static void say(const search *s, const attempt *a)
{
    const expr *e = s->e;
    const uint32_t from = source_of(s, a->node, a->operand);
    const size_t uses = uses_of(s, from);
    double partial[EXPR_MAX_OPERANDS];
    char node[PIECE], operand[PIECE], factor[PIECE + 4], line[256] = "";
    expr_write_node(e, a->node, false, node, sizeof node);
    expr_write_node(e, from, true, operand, sizeof operand);
    expr_partials(e, s->step, a->node, partial);
    const double p = partial[a->operand], above = s->right[a->node];
    const char *kind = a->node == expr_resolve(s->step, e->output)
                           ? "derivative "
                           : "inner derivative ";
    switch (a->slip) {
    case USE_LOST:
        *s->mistake = uses > 1 ? AD_CHECK_NOT_ACCUMULATED : AD_CHECK_TERM;
        if (uses > 1)
            snprintf(line, sizeof line,
                     "%s is used %zu times, and its use in %s (%.6g of %.6g) is not "
                     "accumulated, or its term is lost",
                     operand, uses, node, above * p, s->right[from]);
        else
            snprintf(line, sizeof line,
                     "a term is lost: what comes through %s in %s; %.10g is left",
                     operand, node, s->claimed);
        break;
    case USE_ALONE:
        *s->mistake = AD_CHECK_NOT_ACCUMULATED;
        snprintf(line, sizeof line,
                 "%s is used %zu times, and only its use in %s counts (%.6g of %.6g): "
                 "= for +=",
                 operand, uses, node, above * p, s->right[from]);
        break;
    case PARTIAL_LOST:
        *s->mistake = AD_CHECK_INNER_FACTOR;
        name_factor(s, a, p, factor);
        snprintf(line, sizeof line,
                 "the %s%s%.10g, %s%s by %s, is missing: %.10g instead of %.10g",
                 factor[0] != '\0' ? "factor " : "", factor[0] != '\0' ? factor : kind,
                 p, factor[0] != '\0' ? "the derivative of " : "of ", node, operand,
                 s->claimed, s->truth);
        break;
    case ABOVE_LOST:
        *s->mistake = AD_CHECK_FACTOR_INCOMING;
        snprintf(line, sizeof line,
                 "the gradient that arrives at %s, %.10g, is not multiplied in", node,
                 above);
        break;
    case PARTIAL_FLIPPED:
        *s->mistake = AD_CHECK_SIGN_FLIPPED;
        snprintf(line, sizeof line,
                 "sign flipped in one term: the derivative of %s by %s is %.10g", node,
                 operand, p);
        break;
    case PARTIALS_SWAPPED:
        *s->mistake = AD_CHECK_SWAPPED;
        snprintf(line, sizeof line,
                 "operands swapped in %s: its derivatives are %.10g and %.10g", node,
                 partial[0], partial[1]);
        break;
    case SLIPS: break;
    }
    snprintf(s->text, EXPR_MISTAKE_TEXT, "%.159s", line);
}

/* ---- The search ----------------------------------------------------------------- */

/* Whether the slip could show at that arrow at all. */
static bool applies(const search *s, const attempt *a)
{
    const uint32_t from = source_of(s, a->node, a->operand);
    if (s->right[a->node] == 0 || !s->e->node[from].varies) return false;
    if (a->slip == USE_ALONE) return uses_of(s, from) > 2;
    if (a->slip == PARTIALS_SWAPPED)
        return a->operand == 0 && operands_of(s, a->node) == 2;
    if (a->slip == PARTIAL_LOST) { /* a lost -1 is a sign */
        double partial[EXPR_MAX_OPERANDS];
        expr_partials(s->e, s->step, a->node, partial);
        return fabs(partial[a->operand]) != 1;
    }
    return true;
}

static bool try_slip(const search *s, slip kind)
{
    for (uint32_t i = 0; i < s->e->nodes; i++)
        for (int k = 0; k < operands_of(s, i); k++) {
            const attempt a = {kind, i, k};
            if (!applies(s, &a) || !fits(s, walk(s, s->step, &a, s->adjoint))) continue;
            say(s, &a);
            return true;
        }
    return false;
}

/* `number` rounded or cut after that many decimals. */
static double shortened(double number, int digits, bool nearest)
{
    const double scale = pow(10, digits);
    return (nearest ? round(number * scale) : trunc(number * scale)) / scale;
}

/* The values again, with another number for a constant node. */
static void replace(const search *s, struct expr_step *trial, size_t node, double by)
{
    for (size_t i = 0; i < s->e->nodes; i++) {
        const struct expr_node *v = &s->e->node[i];
        trial[i] = s->step[i];
        if (i == node) {
            trial[i].value = by;
            continue;
        }
        if (trial[i].role == EXPR_SAME_AS)
            trial[i].value = trial[trial[i].same_as].value;
        if (trial[i].role != EXPR_APPLIED) continue;
        const ad_op_info *row = &ad_ops[v->op];
        double x[EXPR_MAX_OPERANDS] = {0};
        for (int k = 0; k < v->operands; k++) x[k] = trial[v->operand[k]].value;
        trial[i].value = row->value(x, row->constants > 0 ? x[row->operands] : 0);
    }
}

static bool try_numbers(const search *s, struct expr_step *trial)
{
    for (uint32_t i = 0; i < s->e->nodes; i++) {
        const double number = s->step[i].value;
        if (s->e->node[i].varies || s->step[i].role == EXPR_SKIPPED) continue;
        for (int digits = 1; digits <= MOST_DIGITS; digits++)
            for (int way = 0; way < 2; way++) {
                const double by = shortened(number, digits, way == 0);
                if (by == 0 || fabs(by / number - 1) < 1e-11) continue;
                replace(s, trial, i, by);
                const double predicted = walk(s, trial, NULL, s->adjoint);
                if (!fits(s, predicted)) continue;
                *s->mistake = AD_CHECK_CONSTANT_TRUNCATED;
                snprintf(s->text, EXPR_MISTAKE_TEXT,
                         "a constant is cut short: as if %.10g were %.*g, which gives "
                         "%.10g instead of %.10g",
                         number, digits + 4, by, predicted, s->truth);
                return true;
            }
    }
    return false;
}

bool expr_mistake_find(const expr *e, const struct expr_step *step, size_t i,
                       double claimed, double doubt, ad_check_mistake *mistake,
                       char text[EXPR_MISTAKE_TEXT])
{
    if (e->nodes > MOST_NODES || !isfinite(claimed)) return false;
    search s = {.e = e,
                .step = step,
                .input = i,
                .claimed = claimed,
                .doubt = doubt,
                .right = malloc(e->nodes * sizeof *s.right),
                .adjoint = malloc(e->nodes * sizeof *s.adjoint),
                .mistake = mistake,
                .text = text};
    struct expr_step *trial = malloc(e->nodes * sizeof *trial);
    bool found = false;
    if (s.right != NULL && s.adjoint != NULL && trial != NULL) {
        s.truth = walk(&s, step, NULL, s.right);
        for (int kind = 0; kind < SLIPS && !found; kind++)
            found = try_slip(&s, (slip)kind);
        found = found || try_numbers(&s, trial);
    }
    free(s.right);
    free(s.adjoint);
    free(trial);
    return found;
}
