/* The search: what no list has, in the walk, in every rule, or in sums and products. */
#include <math.h>
#include <string.h>

#include "verify/kit/mistake_measure.h"
#include "verify/kit/mistake_search.h"

static bool try_flaw(search *s, explanation *x, flaw f, bool first_only)
{
    const size_t before = s->founds;
    x->flaw[0] = f;
    x->n = 1;
    search_try(s, x, first_only);
    return s->founds > before;
}

/* The first gradient that is wrong, and what is right there. */
static bool first_wrong(const search *s, double *got, double *right)
{
    for (size_t i = 0; i < s->programs; i++) {
        const size_t p = s->program[i];
        outcome o;
        mistake_run(&s->e->program[p], NULL, 0, CONDUCT_ZEROES, &o);
        const signature *program = &s->e->program[p];
        for (int k = 0; k < program->inputs - program->constants; k++) {
            *got = s->e->got[p].once[k];
            *right = o.once[k];
            if (!mistake_close(*got, *right, s->loose ? 1e-5 : 1e-9, 1e-12))
                return true;
        }
    }
    return false;
}

enum { NUMBERS = 12, ROOM_OF_NUMBERS = AD_OP_count };

static bool is_cut(mistake_kind kind)
{
    return kind == MISTAKE_OF_share_cut || kind == MISTAKE_OF_large_dropped ||
           (kind >= MISTAKE_OF_clipped_elsewhere && kind <= MISTAKE_OF_cut_below_read);
}

/* Operations that another may have the rule of: the engine's. */
static size_t rules_of(const search *s, double *number)
{
    size_t n = 0;
    for (int op = AD_FIRST_ROW; op <= AD_LAST_ROW; op++)
        if (s->e->supported[op] && ad_ops[op].constants == 0) number[n++] = op;
    return n;
}

/* Operations that are wrong by themselves, three at least: fewer are no loop's. */
static uint64_t wrong_alone(const search *s)
{
    size_t n = 0;
    const explanation right = {.first_only = true, .loose = s->loose};
    uint64_t ops = 0;
    for (size_t p = 0; p < s->e->n; p++)
        if (s->e->program[p].steps == 1 && !fit(s->e, p, &right))
            ops |= (uint64_t)1 << s->e->program[p].step[0].op;
    for (uint64_t left = ops; left != 0; left &= left - 1) n++;
    return n < 3 ? 0 : ops;
}

/* What k may be. */
static size_t numbers_of(const search *s, mistake_kind kind, double got, double right,
                         double *number)
{
    size_t n = 0;
    if (kind == MISTAKE_OF_rule_of_one || kind == MISTAKE_OF_rule_of_one_anew) {
        n = rules_of(s, number);
    } else if (kind >= MISTAKE_OF_stops_after && kind <= MISTAKE_OF_rounded) {
        for (; n < NUMBERS; n++) number[n] = (double)(n + 1);
    } else if (kind == MISTAKE_OF_values_kept) {
        for (; n < NUMBERS; n++) number[n] = (double)(n + 1);
    } else if (kind == MISTAKE_OF_small_dropped) {
        for (; n < 9; n++) number[n] = pow(10, -(double)(n + 1));
    } else if (kind == MISTAKE_OF_seed_number) {
        number[n++] = got / right;
    } else if (is_cut(kind)) {
        const double usual[] = {1, 5, 10, 100, 1000, 1e4, 1e5, 1e6, 0.5, 2, 20, 50};
        for (; n < sizeof usual / sizeof *usual; n++) number[n] = usual[n];
    } else {
        number[n++] = 1;
        for (; kind == MISTAKE_OF_cleared_in_part && n < 6; n++)
            number[n] = (double)n + 1;
        if (kind == MISTAKE_OF_zero_is_one) number[n++] = 3;
        if (kind == MISTAKE_OF_by_value) number[n++] = -1;
        const size_t most = kind == MISTAKE_OF_seed_at_input            ? 3
                            : kind == MISTAKE_OF_by_level               ? 9
                            : kind == MISTAKE_OF_passes_again           ? 11
                            : kind == MISTAKE_OF_level_of_waiting       ? 12
                            : kind == MISTAKE_OF_zero_given_none        ? 5
                            : kind == MISTAKE_OF_stops_at_zero          ? 3
                            : kind == MISTAKE_OF_visited_by_value_below ? 3
                            : kind == MISTAKE_OF_rule_by_place          ? 3
                            : kind == MISTAKE_OF_inputs_run_on          ? 8
                            : kind == MISTAKE_OF_inputs_moved           ? 14
                                                                        : 1;
        while (n < most) number[n] = (double)(n + 1), n++;
        const bool two =
            kind == MISTAKE_OF_preorder_taken || kind == MISTAKE_OF_preorder_given ||
            kind == MISTAKE_OF_no_visited_sorted || kind == MISTAKE_OF_shared_weights ||
            kind == MISTAKE_OF_first_left_out || kind == MISTAKE_OF_zero_is_one ||
            kind == MISTAKE_OF_zero_is_none || kind == MISTAKE_OF_zero_skipped ||
            kind == MISTAKE_OF_equal_walked || kind == MISTAKE_OF_keyed_by_operand ||
            kind == MISTAKE_OF_cleared_between || kind == MISTAKE_OF_negative_skipped ||
            kind == MISTAKE_OF_constant_first || kind == MISTAKE_OF_constant_last ||
            kind == MISTAKE_OF_constant_either ||
            (kind >= MISTAKE_OF_waits_for_twice && kind <= MISTAKE_OF_waits_for_zero);
        if (two) number[n++] = 2;
        if (kind == MISTAKE_OF_shared_weights) number[n++] = 3;
        while (kind == MISTAKE_OF_zero_is_none && n < 4)
            number[n] = (double)(n + 1), n++;
        while (kind == MISTAKE_OF_ready_early && n < 8)
            number[n] = (double)(n + 1), n++;
    }
    return n;
}

/* Those of one rule, which search_way has. */
static bool is_way(mistake_kind kind)
{
    flaw f;
    for (size_t i = 0; search_way(i, AD_OP_mul, &f); i++)
        if (f.kind == kind) return true;
    return false;
}

/* Those of the walk that have a number. */
static void try_later(search *s, explanation *x, bool first_only)
{
    double got = 0, right = 1;
    const bool known = first_wrong(s, &got, &right);
    const size_t before = s->founds;
    for (int kind = 0; kind < MISTAKE_KINDS; kind++) {
        if (mistake_rows[kind].place != MISTAKE_IN_LATER ||
            is_way((mistake_kind)kind) || kind == MISTAKE_OF_op_not_cleared ||
            kind == MISTAKE_OF_some_order)
            continue;
        flaw f = {.kind = (mistake_kind)kind, .op = AD_OP_count, .partial = -1};
        double number[ROOM_OF_NUMBERS];
        const bool needs_one = f.kind == MISTAKE_OF_seed_number || is_cut(f.kind);
        if (needs_one && !known) continue;
        const bool is_shared =
            f.kind == MISTAKE_OF_rule_of_one || f.kind == MISTAKE_OF_rule_of_one_anew;
        if (is_shared && (f.ops = wrong_alone(s)) == 0) continue;
        const size_t n = numbers_of(s, f.kind, got, right, number);
        for (size_t k = 0; k < n; k++) {
            f.form.k = number[k];
            measure_nice(&f.form.k, 1e-9);
            if (try_flaw(s, x, f, first_only)) break;
        }
    }
    /* At no usual number: at the one that came out. */
    for (int kind = 0; kind < MISTAKE_KINDS && known && s->founds == before; kind++)
        if (is_cut((mistake_kind)kind))
            try_flaw(s, x,
                     (flaw){.kind = (mistake_kind)kind,
                            .op = AD_OP_count,
                            .partial = -1,
                            .form = {.k = fabs(got)}},
                     first_only);
}

bool search_way(size_t i, ad_op op, flaw *f)
{
    static const struct {
        mistake_kind kind;
        size_t ways;
        bool of_two, of_all; /* of two operands alone; also of every rule at once */
    } all[] = {{MISTAKE_OF_constant_beside, 3, true, true},
               {MISTAKE_OF_zero_stops, 3, true, false},
               {MISTAKE_OF_zero_unfed, 2, true, false},
               {MISTAKE_OF_one_unfed, 2, true, true},
               {MISTAKE_OF_equal_once, 2, true, true},
               {MISTAKE_OF_given_to_zero, 3, true, false},
               {MISTAKE_OF_last_node, 3, false, true},
               {MISTAKE_OF_grad_shared, 3, false, true},
               {MISTAKE_OF_share_rounded, 12, false, false}};
    const bool every = op == AD_OP_count;
    for (size_t k = 0; k < sizeof all / sizeof *all; k++) {
        if (every ? !all[k].of_all : all[k].of_two && ad_ops[op].operands != 2)
            continue;
        if (i >= all[k].ways) {
            i -= all[k].ways;
            continue;
        }
        *f = (flaw){.kind = all[k].kind,
                    .op = op,
                    .partial = -1,
                    .form = {.k = (double)(i + 1)}};
        return true;
    }
    return false;
}

/* The same in one operation alone. */
static void try_ways(search *s, explanation *x, bool first_only)
{
    flaw f;
    for (int op = AD_FIRST_ROW; op <= AD_OP_count; op++) {
        if (op < AD_OP_count && (!search_is_core(s, (ad_op)op) || !s->e->supported[op]))
            continue;
        for (size_t i = 0; search_way(i, (ad_op)op, &f); i++)
            if (try_flaw(s, x, f, first_only)) return;
    }
}

/* Formulae that every rule has alike. */
static void try_all_rules(search *s, explanation *x, bool first_only)
{
    static const struct {
        mistake_kind kind;
        form_mode mode;
    } all[] = {{MISTAKE_OF_value_of_one, FORM_VALUE_FIRST},
               {MISTAKE_OF_value_of_one, FORM_VALUE_SECOND},
               {MISTAKE_OF_integer, FORM_INTEGER_PARTIAL},
               {MISTAKE_OF_integer, FORM_INTEGER_SHARE},
               {MISTAKE_OF_sign_lost, FORM_ABS_INCOMING},
               {MISTAKE_OF_sign_lost, FORM_ABS_SHARE},
               {MISTAKE_OF_sign_lost, FORM_ABS_PARTIAL},
               {MISTAKE_OF_sign_alone, FORM_SIGN},
               {MISTAKE_OF_scaled, FORM_TIMES}};
    double got = 0, right = 1;
    const bool known = first_wrong(s, &got, &right);
    for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
        flaw f = {.kind = all[i].kind, .op = AD_OP_count, .partial = -1};
        f.form = (form){.mode = all[i].mode, .k = 1};
        if (f.kind == MISTAKE_OF_scaled) {
            f.form.a = FORM_D;
            f.form.k = known ? got / right : 1;
            measure_nice(&f.form.k, 1e-9);
        }
        if (try_flaw(s, x, f, first_only)) break;
    }
}

/* Formulae of the sum, or of the product. */
static void try_formulae(search *s, explanation *x, bool first_only)
{
    enum { ROOM = 12 };
    flaw found[ROOM];
    for (int op = AD_FIRST_ROW; op <= AD_LAST_ROW; op++) {
        if (!search_is_core(s, (ad_op)op) || !s->e->supported[op]) continue;
        size_t n = measure_values(s->e, (ad_op)op, s->loose, found, ROOM);
        for (int i = 0; i < ad_ops[op].operands; i++)
            n += measure_shares(s->e, (ad_op)op, i, s->loose, found + n, ROOM - n);
        for (size_t k = 0; k < n; k++) try_flaw(s, x, found[k], first_only);
        for (size_t k = 0; k < n; k++) { /* and of all its partials */
            flaw f = found[k];
            f.partial = -1;
            if (found[k].partial != -1) try_flaw(s, x, f, first_only);
        }
    }
}

/* Nodes of one operation keep their gradients. */
static void try_not_cleared(search *s, explanation *x)
{
    for (int op = AD_FIRST_ROW; op <= AD_LAST_ROW; op++) {
        if (!search_is_core(s, (ad_op)op) || !s->e->supported[op]) continue;
        flaw f = {.kind = MISTAKE_OF_op_not_cleared, .op = (ad_op)op, .partial = -1};
        for (f.form.k = 1; f.form.k <= 7; f.form.k++)
            if (f.form.k != 4 && try_flaw(s, x, f, false)) return;
    }
}

void search_unlisted(search *s, explanation *x, bool first_only)
{
    try_later(s, x, first_only);
    try_ways(s, x, first_only);
    if (!first_only) try_not_cleared(s, x);
    try_formulae(s, x, first_only);
    try_all_rules(s, x, first_only);
}

void search_everywhere(search *s, const candidate *c)
{
    bool known[AD_OP_count];
    explanation x = {.loose = s->loose};
    memset(known, true, sizeof known);
    memcpy(x.way, c->x.way, sizeof x.way);
    memcpy(x.inside, c->x.inside, sizeof x.inside);
    search_choose(s, known, AD_OP_count);
    search_wrong_first(s, &(explanation){.first_only = true, .loose = s->loose});
    for (int first_only = 0; first_only < 2; first_only++) {
        const size_t before = s->founds;
        try_later(s, &x, first_only);
        try_all_rules(s, &x, first_only);
        if (s->founds > before) return;
    }
}
