/* What ends at a number of nodes: an array that is full, or one that has moved? */
#include <stdio.h>
#include <string.h>

#include "verify/kit/kit.h"

/* Behind `fill` inputs that nobody uses: y = x + x + x ..., of so many operations. */
typedef struct behind {
    size_t fill, operations;
} behind;

enum { FEW = 6, SOME = 24 };

static void ride_behind(ride *r)
{
    const behind *b = r->what;
    for (size_t i = 0; i < b->fill; i++) ride_input(r, (double)(i % 5));
    const ad_engine_node x = ride_input(r, 3);
    ad_engine_node y = x;
    for (size_t i = 0; i < b->operations; i++) y = ride_binary(r, AD_OP_add, y, x);
    ride_backward(r, y);
    const double uses = (double)b->operations + 1;
    ride_claim(r, "y", ride_value(r, y), 3 * uses, 0);
    ride_claim(r, "dx", ride_grad(r, x), uses, 0);
}

static bool is_good(kit *k, size_t fill, size_t operations)
{
    finding f = {0};
    const behind b = {fill, operations};
    return kit_ride(k, &f, &(ride){.work = ride_behind, .what = &b}, 1);
}

/*
 * Where the array is full it is so behind any nodes. Where it has moved, what is wrong is
 * the one operation that was recorded as it moved: let inputs, which have no operands to
 * look at, make it grow, and all is right behind them. That inputs are in the same array
 * at all is seen where they bring an operation to the limit.
 */
static const char *growth(kit *k, size_t right, size_t wrong)
{
    if (wrong < right) wrong = right;
    const size_t short_of = right > 2 * FEW ? right - FEW : right / 2;
    if (is_good(k, short_of, SOME)) return NULL;
    return is_good(k, wrong + FEW, FEW) && is_good(k, 3 * wrong, FEW) ? "G250" : "G251";
}

static bool is_limit(const char *code)
{
    return strcmp(code, "G192") == 0 || strcmp(code, "G250") == 0 ||
           strcmp(code, "G251") == 0;
}

/* "an index of 8 bits?", where it ends where one does; NULL elsewhere. */
static const char *index_ends(size_t right, size_t wrong)
{
    for (int bits = 8; bits <= 16; bits += 8)
        for (size_t limit = (size_t)1 << (bits - 1); limit <= (size_t)1 << bits;
             limit *= 2)
            if (right <= limit + 1 && wrong + 2 >= limit)
                return bits == 8 ? "an index of 8 bits?" : "an index of 16 bits?";
    return NULL;
}

static void put_limit(finding *f, size_t right, size_t wrong, const char *code)
{
    const bool moved = code != NULL && strcmp(code, "G250") == 0;
    const char *what = moved ? NULL : index_ends(right, wrong);
    if (what != NULL) code = NULL;
    if (what == NULL)
        what = moved          ? "a pointer is kept while its array grows and moves"
               : code != NULL ? "an array has room for no more, and is not grown"
                              : "an array of fixed size, or one that has moved?";
    if (wrong > right)
        snprintf(f->text, sizeof f->text, "right with %zu nodes, wrong with %zu: %s",
                 right, wrong, what);
    else
        snprintf(f->text, sizeof f->text, "right with %zu nodes, wrong with more: %s",
                 right, what);
    if (code != NULL || f->status == FINDING_FAIL)
        strcpy(f->code, code != NULL ? code : "G192");
    if (code == NULL) return;
    snprintf(f->why, sizeof f->why, "Behind %zu inputs that nobody uses %s",
             (wrong > right ? wrong : right) + FEW,
             moved ? "a few operations are right: there is room. Wrong is the one that "
                     "is recorded just as the array grows."
                   : "even a few operations are wrong: it is the number of nodes, "
                     "whatever they are.");
}

void kit_find_limit(kit *k, finding *f, ride_work *work, size_t before, size_t size)
{
    for (size_t i = 0; i < k->n; i++) /* found already, in another shape */
        if (is_limit(k->finding[i].code)) {
            snprintf(f->same, sizeof f->same, "%s", k->finding[i].id);
            return;
        }
    const size_t hung = k->hung, crashed = k->crashed;
    size_t right = 0, wrong = 0;
    if (before == 0 && k->options.only != NULL) return; /* this one is asked for */
    if (before == 0) before = 2; /* as large as those of lesson 3 */
    if (strstr(f->got, "the stack is full") != NULL) return; /* recursion */
    if (f->status == FINDING_NOTE || f->status == FINDING_HANG ||
        k->file->command != NULL || size > 131072)
        return;
    while (size - before > 1) {
        const size_t middle = before + (size - before) / 2;
        finding g = {0};
        ride r = {.work = work, .size = middle};
        const bool good = kit_ride(k, &g, &r, 1);
        if (g.status == FINDING_HANG) break;
        (good ? &right : &wrong)[0] = k->sheet->recorded;
        (good ? &before : &size)[0] = middle;
    }
    const bool found = right > 0 && wrong > 0 && size - before <= 1;
    const char *code = found ? growth(k, right, wrong) : NULL;
    k->hung = hung;
    k->crashed = crashed;
    if (found) put_limit(f, right, wrong, code);
}
