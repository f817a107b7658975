/* Lesson 7: what an engine keeps longer than it may: the caller's arrays, the order of a
 * graph that has ended. (What a rule saved at another point: kit_forward.c.) Each is held against the same
 * engine where it cannot matter, so that no other mistake is taken for it. */
#include <stdio.h>
#include <string.h>

#include "verify/kit/kit_life.h"

/* ---- The caller's arrays --------------------------------------------------------- */

enum { LENT = 3, NUMBERS = LENT + 1 };
typedef enum lent_to { TO_APPLY, TO_SUM, TO_DOT } lent_to;

static ad_op two_operands(const mount *m)
{
    return mount_has_own(m, AD_OP_mul) ? AD_OP_mul : AD_OP_add;
}

static ad_engine_node record_lent(ride *r, const ad_engine_node *x,
                                  const ad_engine_node *y)
{
    const ad_engine *e = &r->m->engine;
    switch ((lent_to)r->size) {
    case TO_SUM: return e->sum(r->record, LENT, x);
    case TO_DOT: return e->dot(r->record, LENT, x, y);
    default: return e->apply(r->record, r->m->op[two_operands(r->m)], 2, x, 0);
    }
}

/* z = x[0] + x[1] + ..., whose array is put to other use before backward, or is not. */
static void lend(ride *r, bool reused, double number[NUMBERS])
{
    ad_engine_node node[LENT], x[LENT], y[LENT];
    for (int i = 0; i < LENT; i++) x[i] = y[i] = node[i] = ride_input(r, i + 2);
    const ad_engine_node z = record_lent(r, x, y);
    for (int i = 0; i < LENT && reused; i++) x[i] = y[i] = node[1];
    ride_backward(r, z);
    number[LENT] = ride_value(r, z);
    for (int i = 0; i < LENT; i++) number[i] = ride_grad(r, node[i]);
}

/* `what` is NULL: the array is left as it is, and its numbers are noted. */
static void ride_lent(ride *r)
{
    const double *left = r->what;
    double number[NUMBERS];
    lend(r, left != NULL, number);
    for (int i = 0; i < LENT; i++) {
        char label[16];
        snprintf(label, sizeof label, "dx[%d]", i);
        if (left != NULL) ride_claim(r, label, number[i], left[i], 0);
    }
    if (left != NULL) ride_claim(r, "z", number[LENT], left[LENT], 0);
    for (int i = 0; i < NUMBERS && left == NULL; i++) ride_note(r, number[i]);
}

static void try_lent(kit *k, const char *id, const char *name, lent_to to)
{
    char title[72];
    snprintf(title, sizeof title, "the array of operands that %s is given", name);
    if (!kit_wants(k, id)) return;
    finding *f = kit_find(k, id, title);
    snprintf(f->run, sizeof f->run,
             "z = %s(x[0], x[1], ...)\nx[0] = x[2] = x[1]\n"
             "backward z",
             name);
    double left[NUMBERS];
    const bool rode = kit_ride(k, f, &(ride){.work = ride_lent, .size = to}, 2);
    memcpy(left, k->sheet->number, sizeof left);
    if (rode) kit_ride(k, f, &(ride){.work = ride_lent, .size = to, .what = left}, 2);
    if (!finding_is_bad(f->status)) return;
    strcpy(f->code, "G211");
    snprintf(f->why, sizeof f->why,
             "The array that %s is given is the caller's, who writes into it again as "
             "soon as the call is over. Copy the handles in it, not its address.",
             name);
    if (f->status == FINDING_FAIL)
        snprintf(
            f->text, sizeof f->text,
            "%s keeps the caller's array, and uses what is in it later: %s, not %s",
            name, f->got, f->expected);
}

/* What keeps the array is told so, and from then on given arrays that last: it is that
 * mistake alone then, or another one as well. */
void kit_arrays(kit *k)
{
    const mount *m = &k->engine;
    if (k->file->command != NULL) return; /* its operands come as text */
    if (mount_has_own(m, two_operands(m))) try_lent(k, "1.arrays", "apply", TO_APPLY);
    k->lasting = kit_has_failed(k, "1.arrays");
}

/* ---- The graph before ------------------------------------------------------------ */

typedef enum between { DESTROYED = LIFE_ENDED, RESET, REWOUND } between;

/* a = x x; o = a + a, or x + x: as many nodes, made in the same order. */
static ad_engine_node record_graph(ride *r, ad_engine_node x, bool through_a)
{
    const ad_engine_node a = ride_binary(r, AD_OP_mul, x, x);
    return through_a ? ride_binary(r, AD_OP_add, a, a)
                     : ride_binary(r, AD_OP_add, x, x);
}

static ad_engine_node begin_anew(ride *r, ad_engine_node x, uint64_t start)
{
    switch ((between)r->size) {
    case REWOUND: r->m->engine.rewind(r->record, start); return x;
    case RESET: r->m->engine.reset(r->record); break;
    default: ride_fresh(r);
    }
    return r->record == NULL ? 0 : ride_input(r, 3);
}

/* The graph through a, first where no other was before it and its nodes have numbers of
 * their own, then where nodes of another one stood. */
static void ride_another(ride *r)
{
    const bool rewinds = r->size == REWOUND;
    ad_engine_node x = ride_input(r, 3), o;
    const uint64_t start = rewinds ? r->m->engine.mark(r->record) : 0;
    for (int i = 0; i < 5; i++) ride_input(r, i);
    ride_backward(r, o = record_graph(r, x, true));
    const double dx = ride_grad(r, x), value = ride_value(r, o);
    x = begin_anew(r, x, start);
    if (r->record == NULL) return;
    ride_backward(r, record_graph(r, x, false));
    x = begin_anew(r, x, start);
    if (r->record == NULL) return;
    ride_backward(r, o = record_graph(r, x, true));
    ride_claim(r, "o", ride_value(r, o), value, 0);
    ride_claim(r, "dx", ride_grad(r, x), dx, 0);
}

static void try_another(kit *k, const char *id, const char *after, between way)
{
    static const ad_op needs[2] = {AD_OP_add, AD_OP_mul};
    char title[72];
    snprintf(title, sizeof title, "another graph, after %s", after);
    if (!kit_wants(k, id) ||
        (way == RESET && kit_skips_member(k, "7.reset", id, title)) ||
        (way == REWOUND && kit_skips_member(k, "7.rewind", id, title)))
        return;
    if (kit_skips(k, id, title, 2, needs, true)) return;
    finding *f = kit_find(k, id, title);
    snprintf(
        f->run, sizeof f->run,
        "x = 3\na = x * x\no = x + x\nbackward o\n%s\nx = 3\na = x * x\no = a + a\n"
        "backward o",
        after);
    kit_ride(k, f, &(ride){.work = ride_another, .size = way}, 2);
    if (f->status != FINDING_FAIL || kit_say_life(k, f, (life_way)way)) return;
    strcpy(f->code, "G212");
    snprintf(
        f->why, sizeof f->why,
        "The same graph is right where no other was recorded before it. Handles and "
        "addresses come again: what is kept under one (an order, a mark, a "
        "gradient) must end with its node.");
    snprintf(f->text, sizeof f->text,
             "after %s a new graph is walked as the one before was: %s, not %s", after,
             f->got, f->expected);
}

/* ---- The constant before --------------------------------------------------------- */

/* Constants that were there before come again, the last of them first, behind as many
 * nodes as there were: where one stood is another node now. */
static void ride_constants(ride *r)
{
    static const double constant[] = {2, 1, 0, -1};
    const bool rewinds = r->size == REWOUND;
    ad_engine_node x = ride_input(r, 3);
    const uint64_t start = rewinds ? r->m->engine.mark(r->record) : 0;
    ad_engine_node z = x;
    for (int i = 0; i < 4; i++)
        z = ride_binary(r, AD_OP_mul, z, ride_constant(r, constant[i]));
    ride_backward(r, z);
    x = begin_anew(r, x, start);
    if (r->record == NULL) return;
    const ad_engine_node y = ride_input(r, 7);
    ad_engine_node sum = ride_binary(r, AD_OP_mul, x, y);
    for (int i = 0; i < 12; i++) ride_input(r, 10 + i);
    for (int i = 3; i >= 0; i--) {
        const ad_engine_node k = ride_constant(r, constant[i]);
        ride_claim(r, "k", ride_value(r, k), constant[i], 0);
        sum = ride_binary(r, AD_OP_add, sum, ride_binary(r, AD_OP_mul, x, k));
    }
    ride_backward(r, sum);
    ride_claim(r, "dx", ride_grad(r, x), 7 + 2 + 1 + 0 - 1, 4);
}

static void try_constants(kit *k, const char *id, const char *after, between way)
{
    static const ad_op needs[2] = {AD_OP_add, AD_OP_mul};
    char title[72], room[160];
    snprintf(title, sizeof title, "the same constant again, after %s", after);
    if (!kit_wants(k, id) ||
        (way == RESET && kit_skips_member(k, "7.reset", id, title)) ||
        (way == REWOUND && kit_skips_member(k, "7.rewind", id, title)) ||
        kit_why_not(k, 2, needs, true, room) != NULL)
        return;
    finding *f = kit_find(k, id, title);
    if (kit_ride(k, f, &(ride){.work = ride_constants, .size = way}, 2)) return;
    snprintf(
        f->run, sizeof f->run,
        "x = 3\nz = x * k * ..., with constants k = 2, 1, 0, -1\n%s\nx = 3, y = 7, "
        "and 12 inputs more\nk = -1, 0, 1, 2; z = x * y + x * k + ...\nbackward z",
        after);
    if (f->status != FINDING_FAIL || strncmp(f->got, "k = ", 4) != 0) return;
    strcpy(f->code, "G305");
    for (size_t i = 0; i < k->n && f->same[0] == '\0'; i++)
        if (&k->finding[i] != f && strcmp(k->finding[i].code, "G305") == 0)
            snprintf(f->same, sizeof f->same, "%s", k->finding[i].id);
    snprintf(f->text, sizeof f->text,
             "after %s a constant is the node that it was before: %s, not %s", after,
             f->got, f->expected);
    strcpy(f->why, "Constants are looked up by their value, and the table has outlived "
                   "the record: the handle in it is another node's now.");
}

void kit_kept(kit *k)
{
    const ad_engine *e = &k->engine.engine;
    if (e->sum != NULL) try_lent(k, "7.sum.array", "sum", TO_SUM);
    if (e->dot != NULL) try_lent(k, "7.dot.array", "dot", TO_DOT);
    try_another(k, "7.again.other", "destroy and create", DESTROYED);
    if (e->reset != NULL) try_another(k, "7.reset.other", "reset", RESET);
    if (e->rewind != NULL) try_another(k, "7.rewind.other", "rewind", REWOUND);
    try_constants(k, "7.again.constant", "destroy and create", DESTROYED);
    if (e->reset != NULL) try_constants(k, "7.reset.constant", "reset", RESET);
    if (e->rewind != NULL) try_constants(k, "7.rewind.constant", "rewind", REWOUND);
    if (e->set == NULL || e->forward == NULL) return;
    kit_levels(k);
    kit_forward(k);
}
