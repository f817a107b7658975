/*
 * Which of the things that grow with a program has an end: nodes, operations, depth, uses
 * of a node? Each ride here has much of one of them, and little of the others.
 */
#include "verify/kit/kit_limit.h"

#include <stdlib.h>

enum { FEW = LIMIT_FEW, SOME = 24 };

/* Behind `fill` inputs that nobody uses: so many operations. */
typedef struct behind {
    size_t fill, operations;
} behind;

static void fill(ride *r, size_t n)
{
    for (size_t i = 0; i < n; i++) ride_input(r, (double)(i % 5));
}

/* y = x + x + x ... */
static void ride_behind(ride *r)
{
    const behind *b = r->what;
    fill(r, b->fill);
    const ad_engine_node x = ride_input(r, 3);
    ad_engine_node y = x;
    for (size_t i = 0; i < b->operations; i++) y = ride_binary(r, AD_OP_add, y, x);
    ride_backward(r, y);
    const double uses = (double)b->operations + 1;
    ride_claim(r, "y", ride_value(r, y), 3 * uses, 0);
    ride_claim(r, "dx", ride_grad(r, x), uses, 0);
}

/* The sum of n nodes, added as a tree; y is spoilt. */
static ad_engine_node sum_of(ride *r, ad_engine_node *y, size_t n)
{
    for (size_t left = n; left > 1; left = (left + 1) / 2)
        for (size_t i = 0; i < left; i += 2)
            y[i / 2] = i + 1 < left ? ride_binary(r, AD_OP_add, y[i], y[i + 1]) : y[i];
    return y[0];
}

/* The sum of so many x + x, of which none hangs on another: dx is 2 from each. */
static void ride_apart(ride *r)
{
    const behind *b = r->what;
    ad_engine_node y[LIMIT_APART];
    fill(r, b->fill);
    const ad_engine_node x = ride_input(r, 3);
    for (size_t i = 0; i < LIMIT_APART; i++) y[i] = ride_binary(r, AD_OP_add, x, x);
    ride_backward(r, sum_of(r, y, LIMIT_APART));
    ride_note(r, LIMIT_APART - ride_grad(r, x) / 2);
}

typedef enum plenty_of { OF_OPERATIONS, OF_DEPTH, OF_USES } plenty_of;

/* Over n inputs: their sum as a tree; as a chain; or of them and x + x, which all use. */
static void ride_plenty(ride *r)
{
    const plenty_of of = *(const plenty_of *)r->what;
    const size_t n = r->size;
    ad_engine_node *x = malloc(2 * n * sizeof *x), *y = x + n;
    if (x == NULL || n == 0) {
        free(x);
        return;
    }
    const ad_engine_node leaf = ride_input(r, 2),
                         all = ride_binary(r, AD_OP_add, leaf, leaf);
    size_t wrong = 0;
    for (size_t i = 0; i < n; i++) x[i] = ride_input(r, (double)(i % 7) - 3);
    for (size_t i = 0; i < n; i++)
        y[i] = of == OF_USES ? ride_binary(r, AD_OP_add, x[i], all) : x[i];
    for (size_t i = 1; i < n && of == OF_DEPTH; i++)
        y[0] = ride_binary(r, AD_OP_add, y[0], x[i]);
    ride_backward(r, of == OF_DEPTH ? y[0] : sum_of(r, y, n));
    size_t lost = 0;
    for (size_t i = 0; i < n; i++) {
        const double grad = ride_grad(r, x[i]);
        wrong += grad != 1;
        lost += grad == 0;
    }
    ride_note(r, (double)lost);
    ride_claim(r, "wrong gradients", (double)wrong, 0, 0);
    ride_claim(r, "dx", ride_grad(r, leaf), of == OF_USES ? 2 * (double)n : 0, 0);
    free(x);
}

/* ---- What they say --------------------------------------------------------------- */

static bool is_good(kit *k, ride r)
{
    finding f = {0};
    engine_file_recall(k->file); /* what has grown before is no limit any more */
    return kit_ride_once(k, &f, &r, 1);
}

static bool is_good_behind(kit *k, size_t inputs, size_t operations)
{
    const behind b = {inputs, operations};
    return is_good(k, (ride){.work = ride_behind, .what = &b});
}

static bool is_good_with(kit *k, plenty_of of, size_t n)
{
    return is_good(k, (ride){.work = ride_plenty, .what = &of, .size = n});
}

size_t kit_most_operations(kit *k, size_t right)
{
    size_t n = right + FEW;
    while (n > 1 && !is_good_behind(k, 0, n)) n--;
    return n;
}

/* Of operations that do not hang on each other, recorded as the array grows: how many pass
 * nothing on? */
static double lost_of(kit *k, size_t wrong)
{
    const behind b = {wrong > LIMIT_APART / 2 ? wrong - LIMIT_APART / 2 : 0, 0};
    return is_good(k, (ride){.work = ride_apart, .what = &b}) ? k->sheet->number[0] : 0;
}

/* Numbers of nodes that go from 9 to 10, from 99 to 100: it is so again one digit on. */
static bool is_of_digits(kit *k, size_t right, size_t wrong)
{
    for (size_t digit = 10; digit <= 1000; digit *= 10)
        if (right <= digit + 1 && wrong + 1 >= digit)
            return !is_good_behind(k, 10 * digit - FEW, 2 * FEW) &&
                   is_good_behind(k, 5 * digit, FEW);
    return false;
}

/*
 * Where an array is full it is so behind any nodes. Where it has moved, what is wrong is
 * the one operation that was recorded as it moved: let inputs, which have no operands to
 * look at, make it grow, and all is right behind them. That inputs are in the same array
 * at all is seen where they bring an operation to the limit.
 */
limit_reason kit_limit_reason(kit *k, size_t right, size_t wrong, double *lost)
{
    if (wrong < right) wrong = right;
    *lost = 0;
    const size_t short_of = right > 2 * FEW ? right - FEW : right / 2;
    /* Enough to come to the limit, and not so many that they end by themselves. */
    const size_t least = wrong - short_of + FEW;
    const size_t most = short_of < SOME ? short_of : SOME;
    const size_t some = least > most ? least : most;
    if (!is_good_behind(k, short_of, some)) {
        if (is_of_digits(k, right, wrong)) return LIMIT_TEXT;
        if (!is_good_behind(k, wrong + FEW, FEW) || !is_good_behind(k, 3 * wrong, FEW))
            return LIMIT_FULL;
        *lost = lost_of(k, wrong);
        return *lost > 2 ? LIMIT_LOST : LIMIT_MOVED;
    }
    if (!is_good_with(k, OF_OPERATIONS, wrong))
        return k->sheet->number[0] > 0 ? LIMIT_OPERATIONS : LIMIT_NONE;
    if (!is_good_with(k, OF_DEPTH, wrong)) return LIMIT_DEPTH;
    return is_good_with(k, OF_USES, wrong) ? LIMIT_UNKNOWN : LIMIT_USES;
}
