/* Lesson 7: what the engine says that it can do beyond the minimum. */
#include <stdio.h>
#include <string.h>

#include "verify/kit/kit.h"
#include "verify/kit/kit_fused.h"
#include "verify/kit/kit_life.h"

/* z = (x y + x) y: every gradient is claimed. */
typedef struct small {
    ad_engine_node x, y, z, a, b;
} small;

static small record_small(ride *r, double x, double y)
{
    small s = {.x = ride_input(r, x)};
    s.y = ride_input(r, y);
    s.a = ride_binary(r, AD_OP_mul, s.x, s.y);
    s.b = ride_binary(r, AD_OP_add, s.a, s.x);
    s.z = ride_binary(r, AD_OP_mul, s.b, s.y);
    return s;
}

static void claim_small(ride *r, small s, double x, double y)
{
    ride_claim(r, "z", ride_value(r, s.z), (x * y + x) * y, 4);
    ride_claim(r, "dx", ride_grad(r, s.x), (y + 1) * y, 4);
    ride_claim(r, "dy", ride_grad(r, s.y), 2 * x * y + x, 4);
}

static void ride_reset(ride *r)
{
    for (int i = 0; i < 3; i++) {
        const small s = record_small(r, 3 + i, 2);
        ride_backward(r, s.z);
        claim_small(r, s, 3 + i, 2);
        r->m->engine.reset(r->record);
    }
}

/* Where marks count nodes; less than none, too. */
static double nodes_since(uint64_t mark, uint64_t start)
{
    return mark >= start ? (double)(mark - start) : -(double)(start - mark);
}

/* The same leaves, used by three records in turn, of different lengths. */
static void ride_rewind(ride *r)
{
    const ad_engine *e = &r->m->engine;
    const double x = 3, y = -1.5;
    const ad_engine_node leaf[2] = {ride_input(r, x), ride_input(r, y)};
    const uint64_t start = e->mark(r->record);
    for (int i = 0; i < 3; i++) {
        ad_engine_node z = ride_binary(r, AD_OP_mul, leaf[0], leaf[1]);
        for (int k = 0; k < i; k++) z = ride_binary(r, AD_OP_add, z, leaf[0]);
        z = ride_binary(r, AD_OP_mul, z, leaf[0]); /* (y + i) x^2 */
        ride_backward(r, z);
        ride_claim(r, "z", ride_value(r, z), (y + i) * x * x, 4);
        ride_claim(r, "dx", ride_grad(r, leaf[0]), 2 * (y + i) * x, 4);
        ride_claim(r, "dy", ride_grad(r, leaf[1]), x * x, 4);
        e->rewind(r->record, start);
        ride_claim(r, "x, after rewind,", ride_value(r, leaf[0]), x, 0);
        ride_claim(r, "mark, after rewind,", nodes_since(e->mark(r->record), start), 0,
                   0);
    }
}

/* What is on the record grows with it: the same program again is as many nodes more. */
static void ride_statistics(ride *r)
{
    const ad_engine *e = &r->m->engine;
    size_t nodes[3] = {0}, bytes[3] = {0};
    for (int i = 0; i < 3; i++) {
        e->statistics(r->record, &nodes[i], &bytes[i]);
        record_small(r, 3, 2);
    }
    const double more = (double)nodes[1] - (double)nodes[0];
    ride_claim(r, "nodes of the same again", (double)nodes[2] - (double)nodes[1], more,
               0);
    ride_claim(r, "at least 5 nodes, which are there,", more >= 5, 1, 0);
    ride_claim(r, "more nodes, as many bytes or more,",
               bytes[1] > 0 && bytes[2] >= bytes[1], 1, 0);
}

static void ride_order(ride *r)
{
    const small s = record_small(r, 3, 2);
    r->m->engine.order(r->record, s.z);
    ride_backward(r, s.z);
    claim_small(r, s, 3, 2);
}

/* A leaf set anew, and recorded from again. */
static void ride_set(ride *r)
{
    const ad_engine *e = &r->m->engine;
    const ad_engine_node x = ride_input(r, 3);
    e->set(r->record, x, 5);
    ride_claim(r, "x", ride_value(r, x), 5, 0);
    const ad_engine_node z = ride_binary(r, AD_OP_mul, x, x);
    ride_backward(r, z);
    ride_claim(r, "z", ride_value(r, z), 25, 0);
    ride_claim(r, "dx", ride_grad(r, x), 10, 0);
}

static void ride_forward(ride *r)
{
    const ad_engine *e = &r->m->engine;
    const small s = record_small(r, 3, 2);
    e->set(r->record, s.x, 5);
    e->set(r->record, s.y, -1.5);
    e->forward(r->record, s.z);
    ride_note(r, ride_value(r, s.a)); /* for kit_say_member: what it computed anew */
    ride_note(r, ride_value(r, s.b));
    ride_backward(r, s.z);
    claim_small(r, s, 5, -1.5);
}

enum { TERMS = 5 };

/* sum and dot over operands of which one stands there twice; weighed by x[0]. */
static void ride_sum(ride *r)
{
    const ad_engine *e = &r->m->engine;
    kit_ride_lengths(r, false);
    ad_engine_node x[TERMS];
    for (int i = 0; i < TERMS; i++) x[i] = ride_input(r, i + 2);
    x[TERMS - 1] = x[1];
    const ad_engine_node s = e->sum(r->record, TERMS, x);
    ride_claim(r, "sum", ride_value(r, s), 2 + 3 + 4 + 5 + 3, 0);
    ride_backward(r, ride_binary(r, AD_OP_mul, s, x[0]));
    ride_claim(r, "dx[0]", ride_grad(r, x[0]), 2 + 17, 0);
    ride_claim(r, "dx[1], which is there twice,", ride_grad(r, x[1]), 4, 0);
    ride_claim(r, "dx[2]", ride_grad(r, x[2]), 2, 0);
}

static void ride_dot(ride *r)
{
    const ad_engine *e = &r->m->engine;
    kit_ride_lengths(r, true);
    ad_engine_node x[3], y[3];
    for (int i = 0; i < 3; i++) {
        x[i] = ride_input(r, i + 2);
        y[i] = ride_input(r, 7 - i);
    }
    y[2] = x[0]; /* 2 7 + 3 6 + 4 2 */
    const ad_engine_node s = e->dot(r->record, 3, x, y);
    ride_claim(r, "dot", ride_value(r, s), 40, 0);
    ride_backward(r, ride_binary(r, AD_OP_mul, s, x[1]));
    ride_claim(r, "dx[0], which is there twice,", ride_grad(r, x[0]), 3 * (7 + 4), 0);
    ride_claim(r, "dx[1]", ride_grad(r, x[1]), 3 * 6 + 40, 0);
    ride_claim(r, "dy[1]", ride_grad(r, y[1]), 3 * 3, 0);
}

/* The same as record_small, in one call. */
static void ride_run_member(ride *r)
{
    const mount *m = r->m;
    const double x[2] = {3, 2};
    double value[5] = {0}, grad[5] = {0};
    const ad_engine_step step[3] = {{m->op[AD_OP_mul], 2, {0, 1}, 0},
                                    {m->op[AD_OP_add], 2, {2, 0}, 0},
                                    {m->op[AD_OP_mul], 2, {3, 1}, 0}};
    const int status = m->engine.run(r->record, 2, x, 3, step, value, grad);
    ride_claim(r, "run's status", status, 0, 0);
    ride_claim(r, "z", value[4], 18, 4);
    ride_claim(r, "dx", grad[0], 6, 4);
    ride_claim(r, "dy", grad[1], 15, 4);
}

bool kit_has_failed(const kit *k, const char *id)
{
    for (size_t i = 0; i < k->n; i++)
        if (strcmp(k->finding[i].id, id) == 0)
            return finding_is_bad(k->finding[i].status);
    return false;
}

bool kit_skips_member(kit *k, const char *member, const char *id, const char *title)
{
    const bool skips = kit_has_failed(k, member);
    if (skips) kit_skip(k, id, title, "%s is wrong", member + strlen("7."));
    return skips;
}

static void try_member(kit *k, const char *name, bool given, ride_work *work)
{
    static const ad_op needs[2] = {AD_OP_add, AD_OP_mul};
    char id[24], title[72];
    snprintf(id, sizeof id, "7.%s", name);
    snprintf(title, sizeof title, "the optional member %s, as engine.h has it", name);
    if (!given || !kit_wants(k, id)) return;
    if (kit_skips(k, id, title, 2, needs, true)) return;
    finding *f = kit_find(k, id, title);
    const bool lives = work == ride_reset || work == ride_rewind;
    const life_way way = work == ride_reset ? LIFE_RESET : LIFE_REWOUND;
    const bool good = kit_ride(k, f, &(ride){.work = work}, 2);
    if ((good || f->status == FINDING_FAIL) && lives && kit_say_life(k, f, way)) return;
    if (good || f->status != FINDING_FAIL) return;
    strcpy(f->code, work == ride_reset ? "G213" : "G224");
    const bool is_fused = work == ride_sum || work == ride_dot;
    if (is_fused && kit_say_lengths(k, f, work == ride_dot)) return;
    kit_say_member(k, f, name);
    if (work != ride_reset) return;
    if (f->why[0] == '\0')
        snprintf(f->why, sizeof f->why,
                 "After reset the record must be as a new one. What does yours keep: "
                 "gradients, marks, a list of nodes?");
}

void kit_members(kit *k)
{
    const ad_engine *e = &k->engine.engine;
    const bool own =
        mount_has_own(&k->engine, AD_OP_add) && mount_has_own(&k->engine, AD_OP_mul);
    try_member(k, "reset", e->reset != NULL, ride_reset);
    try_member(k, "rewind", e->rewind != NULL, ride_rewind);
    try_member(k, "statistics", e->statistics != NULL, ride_statistics);
    try_member(k, "order", e->order != NULL, ride_order);
    try_member(k, "set", e->set != NULL, ride_set);
    try_member(k, "forward", e->forward != NULL && e->set != NULL, ride_forward);
    try_member(k, "sum", e->sum != NULL, ride_sum);
    try_member(k, "dot", e->dot != NULL, ride_dot);
    try_member(k, "run", e->run != NULL && own, ride_run_member);
}
