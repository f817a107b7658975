/*
 * Lesson 7: what a node is reused for. After reset, rewind, or destroy and create its place
 * may be another node's, and what the former one had (operands, a gradient, a mark, a
 * value) must have gone with it. Each is looked for by itself, and named.
 */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "verify/kit/kit_life.h"

/* Of a = x y, z = a + x in the former life; each number is like no other. */
static const double old_x = 17, old_y = 31, new_x = 5, new_y = 7;
enum { NODES = 4, NUMBERS = 3 }; /* x, y, a, z: their values; dx, dy in each ride */

static void anew(ride *r, uint64_t start, ad_engine_node leaf[2], double x, double y)
{
    switch ((life_way)r->size) {
    case LIFE_REWOUND: r->m->engine.rewind(r->record, start); return;
    case LIFE_RESET: r->m->engine.reset(r->record); break;
    default: ride_fresh(r);
    }
    if (r->record == NULL) return;
    leaf[0] = ride_input(r, x);
    leaf[1] = ride_input(r, y);
}

/* What was thrown away was never gone back through: so it has left no gradient. */
static void ride_wired(ride *r)
{
    ad_engine_node leaf[2] = {ride_input(r, old_x), ride_input(r, old_y)};
    const bool rewinds = r->size == LIFE_REWOUND;
    const uint64_t start = rewinds ? r->m->engine.mark(r->record) : 0;
    ride_value(r, ride_binary(r, AD_OP_mul, leaf[0], leaf[0])); /* sent, if it is */
    anew(r, start, leaf, old_x, old_y);
    if (r->record == NULL) return;
    const ad_engine_node a = ride_binary(r, AD_OP_mul, leaf[1], leaf[1]);
    const ad_engine_node z = ride_binary(r, AD_OP_add, a, leaf[0]);
    ride_claim(r, "z", ride_value(r, z), old_y * old_y + old_x, 4);
    ride_backward(r, z);
    ride_claim(r, "dx", ride_grad(r, leaf[0]), 1, 4);
    ride_claim(r, "dy", ride_grad(r, leaf[1]), 2 * old_y, 4);
}

/* The program twice, from other numbers where the leaves are new, and otherwise first with
 * x * x for x * y. */
static void ride_used_again(ride *r)
{
    ad_engine_node leaf[2] = {ride_input(r, old_x), ride_input(r, old_y)};
    const bool rewinds = r->size == LIFE_REWOUND;
    const double x = rewinds ? old_x : new_x, y = rewinds ? old_y : new_y;
    const uint64_t start = rewinds ? r->m->engine.mark(r->record) : 0;
    for (int life = 0; life < 2; life++) {
        const ad_engine_node second = leaf[rewinds && life == 0 ? 0 : 1],
                             a = ride_binary(r, AD_OP_mul, leaf[0], second),
                             z = ride_binary(r, AD_OP_add, a, leaf[0]);
        const ad_engine_node all[NODES] = {leaf[0], leaf[1], a, z};
        if (life == 1) { /* before backward, which may fail of what is wrong here */
            const double right[NODES] = {x, y, x * y, x * y + x};
            static const char *const name[NODES] = {"x", "y", "a", "z"};
            for (int i = 0; i < NODES; i++)
                ride_claim(r, name[i], ride_value(r, all[i]), right[i], 4);
        }
        ride_backward(r, z);
        if (life == 1) {
            ride_claim(r, "dx", ride_grad(r, leaf[0]), y + 1, 4);
            ride_claim(r, "dy", ride_grad(r, leaf[1]), x, 4);
            return;
        }
        ride_grad(r, leaf[0]);
        anew(r, start, leaf, x, y);
        if (r->record == NULL) return;
    }
}

/* ---- What it means --------------------------------------------------------------- */

/* An engine that is another process sees programs, and no records. */
static const char *between(const kit *k, life_way way)
{
    if (way == LIFE_ENDED && k->file->command != NULL) return "another program";
    static const char *const text[] = {"destroy and create", "reset", "rewind"};
    return text[way];
}

static const claim *first_wrong(const sheet *s)
{
    for (size_t i = 0; i < s->claims; i++)
        if (!claim_holds(&s->claim[i])) return &s->claim[i];
    return NULL;
}

/* What nodes begin with. */
typedef struct begun {
    double x, y, a, z;
} begun;

/* Gradients that nodes begin with are 0, or what some node had before; z may be set. */
static bool has_old_gradients(const sheet *s, life_way way, begun *with)
{
    static const double before[] = {0, 1, 17, 32};
    enum { MANY = sizeof before / sizeof *before };
    const double x = way == LIFE_REWOUND ? old_x : new_x,
                 y = way == LIFE_REWOUND ? old_y : new_y;
    const claim *dx = &s->claim[NODES], *dy = dx + 1;
    const int leaves =
        way == LIFE_REWOUND ? 1 : MANY; /* what stays is another matter */
    for (int i = 0; i < MANY * MANY; i++)
        for (int j = 0; j < leaves * leaves; j++) {
            const double dz = 1 + before[i % MANY], da = dz + before[i / MANY];
            const double at_x = da * y + dz + before[j % leaves],
                         at_y = da * x + before[j / leaves];
            *with = (begun){before[j % leaves], before[j / leaves], before[i / MANY],
                            before[i % MANY]};
            if (fabs(dx->got - at_x) < 1e-3 && fabs(dy->got - at_y) < 1e-3) return true;
        }
    return false;
}

/* z alone, or a alone, passes nothing on. */
static bool is_marked(const sheet *s)
{
    const double dx = s->claim[NODES].got, dy = s->claim[NODES + 1].got;
    return (dx == 0 || dx == 1) && dy == 0;
}

static bool is_old_value(const claim *c)
{
    const double a[] = {old_x * old_x, old_x * old_y};
    bool is_old = c->got == old_x || c->got == old_y;
    for (int i = 0; i < 2; i++) is_old |= c->got == a[i] || c->got == a[i] + old_x;
    return is_old;
}

/* It is told once: of reset, and not of rewind as well. */
static void share(const kit *k, finding *f)
{
    f->same[0] = '\0';
    for (size_t i = 0; i < k->n && f->same[0] == '\0'; i++) {
        const finding *g = &k->finding[i];
        if (g != f && finding_is_bad(g->status) && strcmp(g->code, f->code) == 0)
            snprintf(f->same, sizeof f->same, "%s", g->id);
    }
}

static void put(const kit *k, finding *f, const claim *c, const char *code,
                life_way way, const char *what, const char *why)
{
    f->status = FINDING_FAIL;
    strcpy(f->code, code);
    snprintf(f->expected, sizeof f->expected, "%s = %.10g", c->label, c->expected);
    snprintf(f->got, sizeof f->got, "%s = %.10g", c->label, c->got);
    snprintf(f->text, sizeof f->text, "after %s %s: %s is %.10g, not %.10g",
             between(k, way), what, c->label, c->got, c->expected);
    snprintf(f->why, sizeof f->why, "%s", why);
}

static void put_run(const kit *k, finding *f, life_way way, const char *before,
                    const char *after, bool others)
{
    char leaves[48] = "";
    if (way != LIFE_REWOUND)
        snprintf(leaves, sizeof leaves, "x = %g, y = %g\n", others ? new_x : old_x,
                 others ? new_y : old_y);
    snprintf(f->run, sizeof f->run, "x = %g, y = %g\n%s%s\n%s\n%s%s", old_x, old_y,
             way == LIFE_REWOUND ? "mark\n" : "", before, between(k, way), leaves,
             after);
}

/* On paper: da = dz + what a begins with, dx = da * y + dz + what x does. */
static void put_begun(finding *f, const claim *c, const begun *b, double x, double y)
{
    const bool of_x = c->label[1] == 'x';
    const double dz = 1 + b->z, da = dz + b->a;
    char sum[64] = "";
    if (of_x) snprintf(sum, sizeof sum, " + %g", dz);
    snprintf(
        f->why, sizeof f->why,
        "Before backward, nodes have what others had there: dz %g, da %g, %s %g. So "
        "da is %g in the end, and %s = %g * %g%s + %g = %g.",
        b->z, b->a, c->label, of_x ? b->x : b->y, da, c->label, da, of_x ? y : x, sum,
        of_x ? b->x : b->y, c->got);
}

static bool is_wired(kit *k, finding *f, life_way way)
{
    finding unused = {0};
    ride r = {.work = ride_wired, .size = way};
    engine_file_recall(k->file);
    if (kit_ride_once(k, &unused, &r, 1) || k->sheet->claims != NUMBERS) return false;
    /* The old operands may have gone into the value, too: x * x for y * y. */
    const claim *c = k->sheet->claim, *wrong = first_wrong(k->sheet);
    if (wrong == NULL || (wrong == c && c->got != old_x * old_x + old_x)) return false;
    for (c++; c < k->sheet->claim + NUMBERS - 1 && claim_holds(c);) c++;
    if (claim_holds(c) || !isfinite(c->got)) return false;
    put(k, f, c, "G363", way, "what was there before still takes part",
        "The first x * x was never gone back through: it has left no gradient. Its "
        "operands, or its rule, are still there, and the new program's backward runs "
        "them with its own.");
    put_run(k, f, way, "a = x * x", "a = y * y; z = a + x; backward z", false);
    return true;
}

static bool is_used_again(kit *k, finding *f, life_way way)
{
    static const char program[] = "a = x * y; z = a + x; backward z";
    finding unused = {0};
    ride r = {.work = ride_used_again, .size = way};
    engine_file_recall(k->file);
    if (kit_ride_once(k, &unused, &r, 1) || k->sheet->claims != NODES + 2) return false;
    const claim *c = first_wrong(k->sheet);
    begun with;
    if (c == NULL) return false;
    if (c->label[0] != 'd' && is_old_value(c))
        put(k, f, c, "G366", way, "a node has a value of its former life",
            "That number was on the record before, and nowhere in this program.");
    else if (c->label[0] != 'd')
        return false;
    else if (is_marked(k->sheet))
        put(k, f, c, "G365", way, "a node counts as visited, as in its former life",
            "Values are right, and so is the program on a new record: here a node that "
            "is used again passes nothing on.");
    else if (has_old_gradients(k->sheet, way, &with)) {
        put(k, f, c, "G364", way, "a node begins with the gradient of its former life",
            "");
        put_begun(f, c, &with, way == LIFE_REWOUND ? old_x : new_x,
                  way == LIFE_REWOUND ? old_y : new_y);
    } else
        return false;
    put_run(k, f, way,
            way == LIFE_REWOUND ? "a = x * x; z = a + x; backward z" : program, program,
            way != LIFE_REWOUND);
    return true;
}

bool kit_say_life(kit *k, finding *f, life_way way)
{
    static const ad_op needs[2] = {AD_OP_add, AD_OP_mul};
    char room[160];
    const sheet seen = *k->sheet;
    if (kit_why_not(k, 2, needs, true, room) != NULL) return false;
    const bool is_told = is_wired(k, f, way) || is_used_again(k, f, way);
    if (is_told) share(k, f);
    *k->sheet = seen;
    return is_told;
}
