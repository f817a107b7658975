/*
 * Lesson 7: how far a new value comes. Leaves are set and forward runs, in graphs of some
 * levels; what each node has then says which nodes forward has computed, and which not.
 */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "verify/kit/kit.h"

/* x and y are nodes 0 and 1; the rest are sums and products of two before them. */
enum { LEAVES = 2, NODES = 6, EVENTS = 4, END = -1 };
static const char *const name_of[NODES] = {"x", "y", "a", "b", "c", "z"};

typedef struct event {
    int set;     /* a leaf, or END: it is a forward */
    double to;   /* its new value */
    int forward; /* the node */
} event;

typedef struct levels {
    struct {
        char op;
        int of[2];
    } node[NODES]; /* from LEAVES on */
    event event[EVENTS];
    size_t events;
} levels;

static const levels programs[] = {
    /* a = x x; b = a + a; c = b y; z = c + b */
    {{{0}, {0}, {'*', {0, 0}}, {'+', {2, 2}}, {'*', {3, 1}}, {'+', {4, 3}}},
     {{0, 5, 0}, {END, 0, 5}},
     2},
    /* Two leaves: a = x x; b = y y; c = a + b; z = c a */
    {{{0}, {0}, {'*', {0, 0}}, {'*', {1, 1}}, {'+', {2, 3}}, {'*', {4, 2}}},
     {{0, 5, 0}, {1, 7, 0}, {END, 0, 5}},
     3},
    /* x x is what it was: b = a + x; c = y + x; z = c b */
    {{{0}, {0}, {'*', {0, 0}}, {'+', {2, 0}}, {'+', {1, 0}}, {'*', {4, 3}}},
     {{0, -3, 0}, {END, 0, 5}},
     2},
    /* To a, and then to z: b = a + y; c = y b; z = c a */
    {{{0}, {0}, {'*', {0, 0}}, {'+', {2, 1}}, {'*', {1, 3}}, {'*', {4, 2}}},
     {{0, 5, 0}, {END, 0, 2}, {END, 0, 5}},
     3},
    /* Once more: b = a + y; c = y b; z = c a */
    {{{0}, {0}, {'*', {0, 0}}, {'+', {2, 1}}, {'*', {1, 3}}, {'*', {4, 2}}},
     {{0, 5, 0}, {END, 0, 5}, {0, 7, 0}, {END, 0, 5}},
     4}};
enum { PROGRAMS = sizeof programs / sizeof *programs };

/* ---- What each way of forward gives ---------------------------------------------- */

typedef enum way {
    WAY_RIGHT,
    WAY_NOTHING,
    WAY_DIRECT,
    WAY_TWO_LEVELS,
    WAY_LAST_LEAF,
    WAY_FIRST_LEAF,
    WAY_OUTPUT,
    WAY_NOT_OUTPUT,
    WAY_UNCHANGED,
    WAY_FIRST_OPERAND,
    WAY_LAST_OPERAND,
    WAY_REVERSED,
    WAY_FIRST_FORWARD,
    WAYS
} way;

static const char *const text_of[WAYS] = {
    [WAY_NOTHING] = "forward computes nothing anew",
    [WAY_DIRECT] = "forward computes only the direct users of a leaf anew",
    [WAY_TWO_LEVELS] = "forward computes only two levels above a leaf anew",
    [WAY_LAST_LEAF] = "of several leaves that were set, only the last one counts",
    [WAY_FIRST_LEAF] = "of several leaves that were set, only the first one counts",
    [WAY_OUTPUT] = "forward computes only the output anew",
    [WAY_NOT_OUTPUT] = "forward computes all but the output anew",
    [WAY_UNCHANGED] = "forward ends at the first node whose value does not change",
    [WAY_FIRST_OPERAND] = "forward looks for changes at the first operand only",
    [WAY_LAST_OPERAND] = "forward looks for changes at the last operand only",
    [WAY_REVERSED] = "forward computes a result before what it is made of",
    [WAY_FIRST_FORWARD] = "only the first forward computes anything anew"};

static double computed(const levels *p, const double *value, int i)
{
    const double x = value[p->node[i].of[0]], y = value[p->node[i].of[1]];
    return p->node[i].op == '*' ? x * y : x + y;
}

/* How many operations above the nearest leaf that was set; NODES: none of them below. */
static int level_of(const levels *p, const bool *set, int i)
{
    if (i < LEAVES) return set[i] ? 0 : NODES;
    /* cppcheck-suppress arrayIndexOutOfBoundsCond ; the last node is NODES - 1 */
    const int *of = p->node[i].of;
    const int x = level_of(p, set, of[0]), y = level_of(p, set, of[1]);
    const int least = x < y ? x : y;
    return least < NODES ? least + 1 : NODES;
}

/* Whether it is found by one of its operands alone, all the way from a leaf. */
static bool is_found(const levels *p, const bool *set, int i, int operand)
{
    if (i < LEAVES) return set[i];
    /* cppcheck-suppress arrayIndexOutOfBoundsCond ; the last node is NODES - 1 */
    return is_found(p, set, p->node[i].of[operand], operand);
}

static bool is_computed(const levels *p, way w, const bool *set, int last, int i,
                        int output)
{
    bool one[LEAVES] = {false};
    switch (w) {
    case WAY_DIRECT: return level_of(p, set, i) == 1;
    case WAY_TWO_LEVELS: return level_of(p, set, i) <= 2;
    case WAY_LAST_LEAF: one[last] = true; return level_of(p, one, i) < NODES;
    case WAY_FIRST_LEAF: one[set[0] ? 0 : 1] = true; return level_of(p, one, i) < NODES;
    case WAY_OUTPUT: return i == output;
    case WAY_NOT_OUTPUT: return i != output;
    case WAY_FIRST_OPERAND: return is_found(p, set, i, 0);
    case WAY_LAST_OPERAND: return is_found(p, set, i, 1);
    default: return true;
    }
}

/* One forward; nodes that the output does not use come to no harm. */
static void go_forward(const levels *p, way w, const bool *set, int last, int output,
                       double *value)
{
    for (int k = LEAVES; k <= output; k++) {
        const int i = w == WAY_REVERSED ? output + LEAVES - k : k;
        if (!is_computed(p, w, set, last, i, output)) continue;
        const double before = value[i];
        value[i] = computed(p, value, i);
        if (w == WAY_UNCHANGED && value[i] == before) return;
    }
}

static void simulate(const levels *p, way w, double value[NODES])
{
    bool set[LEAVES] = {false};
    int last = 0, forwards = 0;
    value[0] = 3;
    value[1] = 2;
    for (int i = LEAVES; i < NODES; i++) value[i] = computed(p, value, i);
    for (size_t e = 0; e < p->events; e++) {
        const event *at = &p->event[e];
        if (at->set != END) {
            value[last = at->set] = at->to;
            set[last] = true;
            continue;
        }
        if (w != WAY_NOTHING && !(w == WAY_FIRST_FORWARD && forwards++ > 0))
            go_forward(p, w, set, last, at->forward, value);
    }
}

/* ---- The ride -------------------------------------------------------------------- */

static void ride_levels(ride *r)
{
    const ad_engine *e = &r->m->engine;
    for (int n = 0; n < PROGRAMS; n++) {
        const levels *p = &programs[n];
        double right[NODES];
        ad_engine_node node[NODES];
        if (n > 0) ride_fresh(r);
        if (r->record == NULL) return;
        for (int i = 0; i < NODES; i++)
            node[i] = i < LEAVES
                          ? ride_input(r, 3 - i)
                          : ride_binary(r, p->node[i].op == '*' ? AD_OP_mul : AD_OP_add,
                                        node[p->node[i].of[0]], node[p->node[i].of[1]]);
        for (size_t k = 0; k < p->events; k++)
            if (p->event[k].set != END)
                e->set(r->record, node[p->event[k].set], p->event[k].to);
            else
                e->forward(r->record, node[p->event[k].forward]);
        simulate(p, WAY_RIGHT, right);
        for (int i = 0; i < NODES; i++)
            ride_claim(r, name_of[i], ride_value(r, node[i]), right[i], 16);
    }
}

/* ---- What it means --------------------------------------------------------------- */

/* In all programs: one of them alone looks alike in several ways. */
static bool is_as(const claim *c, way w)
{
    double value[NODES];
    for (int n = 0; n < PROGRAMS; n++, c += NODES) {
        simulate(&programs[n], w, value);
        for (int i = 0; i < NODES; i++)
            if (!(fabs(c[i].got - value[i]) <= 1e-5 * fabs(value[i]))) return false;
    }
    return true;
}

static void put_program(finding *f, const levels *p)
{
    size_t n = 0;
    n += (size_t)snprintf(f->run, sizeof f->run, "x = 3, y = 2");
    for (int i = LEAVES; i < NODES; i++)
        n += (size_t)snprintf(f->run + n, sizeof f->run - n, "%s%s = %s %c %s",
                              i % 2 == 0 ? "\n" : "; ", name_of[i],
                              name_of[p->node[i].of[0]], p->node[i].op,
                              name_of[p->node[i].of[1]]);
    for (size_t e = 0; e < p->events; e++)
        n += p->event[e].set != END
                 ? (size_t)snprintf(f->run + n, sizeof f->run - n, "\nset %s = %g",
                                    name_of[p->event[e].set], p->event[e].to)
                 : (size_t)snprintf(f->run + n, sizeof f->run - n, "\nforward %s",
                                    name_of[p->event[e].forward]);
}

/* Which nodes have which number: the new one, that of before, or neither. */
static void put_why(finding *f, const claim *c, const levels *p)
{
    double before[NODES] = {3, 2};
    char news[32] = "", olds[32] = "";
    for (int i = LEAVES; i < NODES; i++) {
        before[i] = computed(p, before, i);
        char *to = claim_holds(&c[i]) ? news : c[i].got == before[i] ? olds : NULL;
        if (to != NULL) strcat(strcat(to, " "), name_of[i]);
    }
    snprintf(f->why, sizeof f->why, "Right after forward:%s. As before:%s.",
             news[0] != '\0' ? news : " none", olds[0] != '\0' ? olds : " none");
}

static void put_levels(const kit *k, finding *f)
{
    size_t at = 0;
    while (at < k->sheet->claims && claim_holds(&k->sheet->claim[at])) at++;
    if (at >= k->sheet->claims || k->sheet->claims != (size_t)PROGRAMS * NODES) return;
    const levels *p = &programs[at / NODES];
    const claim *c = &k->sheet->claim[at / NODES * NODES], *wrong = c + at % NODES;
    int w = WAY_NOTHING;
    while (w < WAYS && !is_as(k->sheet->claim, (way)w)) w++;
    strcpy(f->code, w == WAY_REVERSED ? "G252" : "G361");
    snprintf(f->text, sizeof f->text, "%s: %s is %.10g, not %.10g",
             w < WAYS ? text_of[w] : "forward does not come to all that a leaf changes",
             wrong->label, wrong->got, wrong->expected);
    put_program(f, p);
    put_why(f, c, p);
}

void kit_levels(kit *k)
{
    static const ad_op needs[2] = {AD_OP_add, AD_OP_mul};
    const char *id = "7.forward.levels", *title = "how far a value that is set comes";
    if (!kit_wants(k, id) || kit_skips_member(k, "7.forward", id, title) ||
        kit_skips_member(k, "7.set", id, title))
        return;
    if (kit_skips(k, id, title, 2, needs, true)) return;
    finding *f = kit_find(k, id, title);
    if (!kit_ride(k, f, &(ride){.work = ride_levels}, 2) && f->status == FINDING_FAIL &&
        !finding_is_unsteady(f))
        put_levels(k, f);
}
