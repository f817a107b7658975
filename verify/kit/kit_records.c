/*
 * Lesson 7: what records have of one another: numbers that another record changes, and
 * counts that go on from one to the next, until they overflow.
 */
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "verify/kit/kit.h"

/* ---- Another record, after backward ---------------------------------------------- */

enum { CLAIMS_EACH = 4 };

static void claim_first(ride *r, const ad_engine_node node[3])
{
    ride_claim(r, "z", ride_value(r, node[2]), 8, 0);
    ride_claim(r, "x", ride_value(r, node[0]), 2, 0);
    ride_claim(r, "dx", ride_grad(r, node[0]), 4, 0);
    ride_claim(r, "dy", ride_grad(r, node[1]), 2, 0);
}

static ad_engine_node record_one(ride *r, double x, double y, ad_engine_node leaf[2])
{
    leaf[0] = ride_input(r, x);
    leaf[1] = ride_input(r, y);
    const ad_engine_node a = ride_binary(r, AD_OP_mul, leaf[0], leaf[1]);
    return ride_binary(r, AD_OP_add, a, leaf[0]);
}

static void ride_after(ride *r)
{
    ad_engine_node node[3], other[2];
    void *first = r->record;
    node[2] = record_one(r, 2, 3, node);
    ride_backward(r, node[2]);
    claim_first(r, node);
    void *second = r->m->engine.create();
    if (second == NULL) return; /* one at a time: then there is no other */
    r->record = second;
    const ad_engine_node z = record_one(r, 11, 13, other);
    ride_value(r, z);
    r->record = first;
    claim_first(r, node);
    r->record = second;
    ride_backward(r, z);
    ride_grad(r, other[0]);
    r->record = first;
    claim_first(r, node);
    r->m->engine.destroy(second);
    claim_first(r, node);
}

static void put_after(const kit *k, finding *f)
{
    static const char *const what[] = {"", "recording on another record",
                                       "backward on another record",
                                       "the end of another record"};
    static const char program[] =
        "r = create(): x = 2, y = 3\nz = x * y + x\nbackward z\n"
        "s = create(): u = 11, v = 13\nw = u * v + u\nbackward w\ndestroy(s)";
    size_t at = 0;
    while (at < k->sheet->claims && claim_holds(&k->sheet->claim[at])) at++;
    strcpy(f->run, program);
    if (at < CLAIMS_EACH || at >= k->sheet->claims) return;
    const claim *c = &k->sheet->claim[at];
    strcpy(f->code, "G362");
    snprintf(f->text, sizeof f->text,
             "%s changes the %s of this one: %s is %.10g, not %.10g",
             what[at / CLAIMS_EACH], c->label[0] == 'd' ? "gradients" : "values",
             c->label, c->got, c->expected);
    snprintf(f->why, sizeof f->why, "%s was %.10g until then.", c->label, c->expected);
}

static void try_after(kit *k)
{
    static const ad_op needs[2] = {AD_OP_add, AD_OP_mul};
    const char *id = "7.two.after", *title = "what another record leaves as it is";
    if (!kit_wants(k, id) || kit_skips_member(k, "7.two", id, title)) return;
    if (kit_skips(k, id, title, 2, needs, true)) return;
    finding *f = kit_find(k, id, title);
    if (!kit_ride(k, f, &(ride){.work = ride_after}, 2) && f->status == FINDING_FAIL &&
        !finding_is_unsteady(f))
        put_after(k, f);
}

/* ---- Many records, many backwards ------------------------------------------------ */

enum { COUNT_BYTE = 300, COUNT_MOST = 66000 };

/* r->size: how the programs hang together. */
typedef enum many { MANY_RECORDS, MANY_UNWALKED, MANY_BACKWARDS } many;
typedef struct many_work {
    size_t most;
    double seconds; /* after COUNT_BYTE of them */
} many_work;

/* z = x y, until one of them is wrong; its number, from 1, is on the sheet, should it not
 * come back. */
static void ride_many(ride *r)
{
    const many_work *w = r->what;
    const double start = seconds_now();
    r->sheet->numbers = 1;
    for (size_t i = 1; i <= w->most; i++) {
        const bool last = i == w->most;
        const double seconds = seconds_now() - start;
        if (seconds > (i <= COUNT_BYTE ? 0.5 : w->seconds) && !last) return;
        if (r->size != MANY_BACKWARDS && i > 1) ride_fresh(r);
        if (r->record == NULL) return;
        r->sheet->number[0] = (double)i;
        const ad_engine_node x = ride_input(r, 3), y = ride_input(r, 2);
        const ad_engine_node z = ride_binary(r, AD_OP_mul, x, y);
        if (r->size == MANY_UNWALKED && !last) continue;
        ride_backward(r, z);
        const double dx = ride_grad(r, x), dy = ride_grad(r, y);
        if (dx == 2 && dy == 3) continue;
        ride_claim(r, dx == 2 ? "dy" : "dx", dx == 2 ? dy : dx, dx == 2 ? 3 : 2, 0);
        return;
    }
}

static const char *width_of(size_t n)
{
    static const struct {
        size_t count;
        const char *text;
    } all[] = {{128, ": a counter of one byte, with a sign?"},
               {256, ": a counter of one byte?"},
               {32768, ": a counter of two bytes, with a sign?"},
               {65536, ": a counter of two bytes?"}};
    for (size_t i = 0; i < sizeof all / sizeof *all; i++)
        if (n + 1 >= all[i].count && n <= all[i].count + 1) return all[i].text;
    return ": is there room for so many?";
}

/* Whether it is wrong where none of the records before has been gone back through. */
static bool is_by_record(kit *k, size_t n)
{
    finding unused = {0};
    const many_work w = {.most = n, .seconds = 2};
    const sheet seen = *k->sheet;
    ride r = {.work = ride_many, .what = &w, .size = MANY_UNWALKED};
    const bool right = kit_ride_once(k, &unused, &r, 3);
    *k->sheet = seen;
    return !right;
}

static const char *ending_of(size_t n)
{
    const size_t tens = n % 100;
    if (tens >= 11 && tens <= 13) return "th";
    return n % 10 == 1 ? "st" : n % 10 == 2 ? "nd" : n % 10 == 3 ? "rd" : "th";
}

static void put_many(kit *k, finding *f, many how)
{
    const size_t n = (size_t)k->sheet->number[0];
    const bool by_record = how == MANY_RECORDS && is_by_record(k, n);
    strcpy(f->code, "G360");
    f->same[0] = '\0';
    snprintf(f->run, sizeof f->run, "%zu times%s:\nx = 3, y = 2\nz = x * y\nbackward z",
             n, how == MANY_RECORDS ? ", each on a record of its own" : "");
    if (f->status != FINDING_FAIL) strcpy(f->expected, "as before");
    snprintf(f->text, sizeof f->text, "right %zu time%s, wrong at the %zu%s %s%s",
             n - 1, n == 2 ? "" : "s", n, ending_of(n),
             by_record ? "record" : "backward", width_of(n));
    snprintf(f->why, sizeof f->why,
             "It is the same program each time. %s, so something is counted from one "
             "to the next.",
             how == MANY_BACKWARDS ? "On records of their own it is right"
             : by_record ? "Without backward on the records before it is wrong as well"
                         : "Without backward on the records before it is right");
}

static void try_many(kit *k)
{
    static const ad_op needs[1] = {AD_OP_mul};
    const char *id = "7.many", *title = "one program many times";
    char room[160];
    if (!kit_wants(k, id)) return;
    const char *why_not = kit_why_not(k, 1, needs, true, room);
    if (why_not == NULL && k->unsteady[0] != '\0')
        why_not = "it changes from run to run";
    if (why_not != NULL) {
        kit_skip(k, id, title, "%s", why_not);
        return;
    }
    const bool spoken = k->file->command != NULL;
    const many_work w = {.most = spoken && k->options.quick ? COUNT_BYTE : COUNT_MOST,
                         .seconds = k->options.quick ? 0.1 : 1.5};
    finding *f = kit_find(k, id, title);
    for (many how = MANY_RECORDS; how <= MANY_BACKWARDS; how += 2) {
        ride r = {.work = ride_many, .what = &w, .size = how};
        if (how == MANY_BACKWARDS && k->once) return;
        if (kit_ride(k, f, &r, 4)) continue;
        if (finding_is_bad(f->status) && f->status != FINDING_HANG &&
            !finding_is_unsteady(f) && k->sheet->sentence[0] == '\0' &&
            k->sheet->number[0] >= 2)
            put_many(k, f, how);
        return;
    }
}

void kit_records(kit *k)
{
    try_after(k);
    try_many(k);
}
