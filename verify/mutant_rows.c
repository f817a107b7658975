/* The mutants, by name; and what they make of a row. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "verify/mutant.h"

static const char *const names[MISTAKES] = {
    [MISTAKE_none] = "none",
#define IN_PARTIAL(name, text) [MISTAKE_##name] = #name,
#define IN_ROW(name, text) [MISTAKE_##name] = #name,
#define IN_WALK(name, text) [MISTAKE_##name] = #name,
#include "verify/mutants.def"
};

static const char *const texts[MISTAKES] = {
    [MISTAKE_none] = "no mistake",
#define IN_PARTIAL(name, text) [MISTAKE_##name] = text,
#define IN_ROW(name, text) [MISTAKE_##name] = text,
#define IN_WALK(name, text) [MISTAKE_##name] = text,
#include "verify/mutants.def"
};

const char *mistake_name(mistake m) { return names[m]; }
const char *mistake_text(mistake m) { return texts[m]; }

/* ---- All of them ----------------------------------------------------------------- */

typedef struct mutants {
    mutant *at; /* NULL when memory was out */
    size_t n, room;
} mutants;

static mutant *append(mutants *list)
{
    if (list->n == list->room) {
        const size_t room = 2 * list->room + 64;
        mutant *moved = realloc(list->at, room * sizeof *moved);
        if (moved == NULL) return NULL;
        list->at = moved;
        list->room = room;
    }
    mutant *m = &list->at[list->n++];
    *m = (mutant){0};
    return m;
}

/* The number of partials that operation op has, x, y, w; n-ary ones by role. */
static int parts_of(ad_op op)
{
    if (op == AD_OP_dot) return 2;
    if (op == AD_OP_sum || op == AD_OP_custom) return 1;
    return ad_ops[op].operands;
}

static bool add_in_partial(mutants *list, ad_op op, mistake what)
{
    for (int i = 0; i < parts_of(op); i++) {
        mutant *m = append(list);
        if (m == NULL) return false;
        *m = (mutant){.mistake = what, .op = op, .partial = i};
        snprintf(m->name, sizeof m->name, "%s.d%c.%s", ad_ops[op].name, "xyw"[i],
                 names[what]);
    }
    return true;
}

/* Why an exchange changes nothing: the partials are the same number. */
static const char *same_when_swapped(ad_op op)
{
    const ad_op_info *row = &ad_ops[op];
    if (op == AD_OP_sum) return "every partial of a sum is 1";
    if (row->operands == 1 && strpbrk(row->partial_text[0], "xcz") == NULL)
        return "the partial depends neither on x nor on the constant";
    if (row->operands >= 2 && strcmp(row->partial_text[0], row->partial_text[1]) == 0)
        return "both partials are the same";
    return NULL;
}

static bool add_in_row(mutants *list, ad_op op, mistake what)
{
    const ad_op_info *row = &ad_ops[op];
    if (what == MISTAKE_swapped && row->operands == 1 && row->constants == 0)
        return true; /* nothing to exchange it with */
    mutant *m = append(list);
    if (m == NULL) return false;
    *m = (mutant){.mistake = what, .op = op, .partial = -1};
    if (what == MISTAKE_swapped) m->equivalent = same_when_swapped(op);
    snprintf(m->name, sizeof m->name, "%s.%s", row->name, names[what]);
    return true;
}

static bool add_in_walk(mutants *list, mistake what)
{
    mutant *m = append(list);
    if (m == NULL) return false;
    *m = (mutant){.mistake = what, .op = AD_OP_count, .partial = -1};
    if (what == MISTAKE_past_output)
        m->equivalent = "what comes after the output has the adjoint 0, and an item "
                        "whose adjoint is 0 passes nothing on";
    snprintf(m->name, sizeof m->name, "walk.%s", names[what]);
    return true;
}

mutant *mutant_list(size_t *n)
{
    mutants list = {0};
    bool added = true;
    for (int op = AD_FIRST_ROW; op < AD_OP_count && added; op++) {
#define IN_PARTIAL(name, text)                                                         \
    added = added && add_in_partial(&list, (ad_op)op, MISTAKE_##name);
#define IN_ROW(name, text)                                                             \
    added = added && add_in_row(&list, (ad_op)op, MISTAKE_##name);
#include "verify/mutants.def"
    }
#define IN_WALK(name, text) added = added && add_in_walk(&list, MISTAKE_##name);
#include "verify/mutants.def"
    if (!added) {
        free(list.at);
        list = (mutants){0};
    }
    *n = list.n;
    return list.at;
}

/* ---- A row with a mistake -------------------------------------------------------- */

int mutant_part(ad_op op, size_t i, size_t n)
{
    if (op == AD_OP_sum || op == AD_OP_custom) return 0;
    if (op == AD_OP_dot) return i < n / 2 ? 0 : 1;
    return (int)i;
}

static void right_partials(const dag *d, size_t k, const double *x, double z,
                           double *partial)
{
    const dag_item *v = &d->item[k];
    for (size_t i = 0; i < v->n && v->op >= AD_OP_sum; i++)
        partial[i] = v->op == AD_OP_sum   ? 1
                     : v->op == AD_OP_dot ? x[(i + v->n / 2) % v->n]
                                          : dag_partials(d, k)[i];
    if (ad_ops[v->op].partials != NULL) ad_ops[v->op].partials(x, v->c, z, partial);
}

/* x and y trade places; with one operand, x and the constant; with many, end and start.
 */
static void swap(const dag_item *v, const double *x, double z, double *partial)
{
    if (v->op == AD_OP_dot) {
        for (size_t i = 0; i < v->n; i++) partial[i] = x[i];
    } else if (v->n >= 2) {
        const size_t last = v->op == AD_OP_custom ? v->n - 1 : 1;
        const double kept = partial[0];
        partial[0] = partial[last];
        partial[last] = kept;
    } else if (v->n == 1 && ad_ops[v->op].constants > 0) {
        ad_ops[v->op].partials(&v->c, x[0], z, partial);
    }
}

void mutant_partials(const mutant *m, const dag *d, size_t k, const double *x, double z,
                     double *partial)
{
    const dag_item *v = &d->item[k];
    right_partials(d, k, x, z, partial);
    if (m->op != v->op) return;
    if (m->mistake == MISTAKE_swapped) swap(v, x, z, partial);
    for (size_t i = 0; i < v->n; i++) {
        if (mutant_part(v->op, i, v->n) != m->partial) continue;
        switch (m->mistake) {
        case MISTAKE_sign: partial[i] = -partial[i]; break;
        case MISTAKE_factor: partial[i] *= 2; break;
        case MISTAKE_dropped: partial[i] = 0; break;
        case MISTAKE_off: partial[i] *= 1 + 1e-7; break;
        default: break; /* of the value, or of the walk */
        }
    }
}
