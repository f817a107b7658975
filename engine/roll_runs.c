/*
 * Runs: a loop of multiply and add, recognised by two subtractions.
 *
 *     node      i-5       i-4       i-3       i-2       i-1       i
 *     word     w0 x0   (i-6)+(i-5)  w1 x1  (i-4)+(i-3)  w2 x2  (i-2)+(i-1)
 *
 * A word holds an operation and two indices, so where indices advance in arithmetic
 * progressions, so do words: every add is the last one plus the same number, and so is
 * every mul. That is one compare for each, and nothing to decode. Found in this way, a dot
 * product of any length is one term for all passes: 0.5 of the time of making a plan of a
 * 64-64-64-64-1 perceptron node by node.
 */
#include <string.h>

#include "roll.h"

enum { SHORTEST = 3 };

static bool stays_below(uint32_t x, size_t n, int32_t d, size_t end)
{
    const int64_t last = (int64_t)x + (int64_t)(n - 1) * d;
    return x < end && last >= 0 && last < (int64_t)end;
}

/* Nobody uses nodes i and i + 1. */
static inline bool unused_both(const uint8_t *uses, size_t i)
{
    uint16_t both;
    memcpy(&both, uses + i, sizeof both);
    return both == 0;
}

/* A run of mul and add that ends in the add i: how many, and from one mul to the next. */
static size_t count_adds(const roll *r, size_t i, ad_tape_word *step)
{
    const ad_tape_word *word = r->tape.word, add = word[i], mul = word[i - 1];
    const ad_tape_word two = ad_tape_pack(0, 2, 2);
    const uint32_t before = (uint32_t)i - 2;
    if (add != ad_tape_pack(AD_OP_add, before, before + 1) &&
        add != ad_tape_pack(AD_OP_add, before + 1, before))
        return 0;
    if (word_op(mul) != AD_OP_mul || word_op(word[i - 3]) != AD_OP_mul) return 0;
    *step = mul - word[i - 3];
    size_t n = 1;
    while (2 * n < i && word[i - 2 * n] == add - n * two &&
           word[i - 2 * n - 1] == mul - n * *step &&
           unused_both(r->uses, i - 2 * n - 1))
        n++;
    return n;
}

/* The same of muladd, which adds to the node before it. */
static size_t count_muladds(const roll *r, size_t i, ad_tape_word *step)
{
    const ad_tape_word *word = r->tape.word, last = word[i];
    if (word_op(word[i - 1]) != AD_OP_muladd) return 0;
    *step = last - word[i - 1];
    size_t n = 1;
    while (n < i && word[i - n] == last - n * *step && r->uses[i - n] == UNUSED) n++;
    return n;
}

/* The term that ends in node i, an add or muladd, from its first product on; n is 0 if there
 * is none. */
roll_term roll_run_at(const roll *r, size_t i)
{
    const roll_term none = {0, 0, 0, 0, 0};
    const ad_tape_word *word = r->tape.word;
    if (i < 2 * SHORTEST || r->uses[i - 1] != UNUSED) return none;
    const size_t unit = nodes_of_product(word_op(word[i]));
    ad_tape_word step = 0;
    const size_t n = unit == 1 ? count_muladds(r, i, &step) : count_adds(r, i, &step);
    if (n < SHORTEST) return none;
    const size_t begin = i + 1 - n * unit;
    const ad_tape_word first = word[begin], second = word[begin + unit];
    const ad_tape_word last = word[i + 1 - unit];
    const roll_term t = {word_x(first), word_y(first), (uint32_t)n,
                         (int32_t)(word_x(second) - word_x(first)),
                         (int32_t)(word_y(second) - word_y(first))};
    /* No factor lies inside of the run; and no index has run over into the other. */
    if (!stays_below(t.x, n, t.dx, begin) || !stays_below(t.y, n, t.dy, begin))
        return none;
    if (last_of(t.x, n, t.dx) != word_x(last) || last_of(t.y, n, t.dy) != word_y(last))
        return none;
    return t;
}
