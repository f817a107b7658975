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

/* The term that ends in the add i, x and y of its first product; n is 0 if there is none. */
roll_term roll_run_at(const roll *r, size_t i)
{
    const roll_term none = {0, 0, 0, 0, 0};
    const ad_tape_word *word = r->tape.word;
    const uint8_t *uses = r->uses;
    if (i < 2 * SHORTEST || uses[i - 1] != UNUSED) return none;
    const ad_tape_word add = word[i], mul = word[i - 1];
    const uint32_t before = (uint32_t)i - 2;
    if (add != ad_tape_pack(AD_OP_add, before, before + 1) &&
        add != ad_tape_pack(AD_OP_add, before + 1, before))
        return none;
    const ad_tape_word step = mul - word[i - 3], two = ad_tape_pack(0, 2, 2);
    if (word_op(mul) != AD_OP_mul || word_op(word[i - 3]) != AD_OP_mul) return none;

    size_t n = 1;
    while (2 * n < i && word[i - 2 * n] == add - n * two &&
           word[i - 2 * n - 1] == mul - n * step && unused_both(uses, i - 2 * n - 1))
        n++;
    if (n < SHORTEST) return none;
    const ad_tape_word first = word[i - 2 * n + 1], second = word[i - 2 * n + 3];
    const roll_term t = {word_x(first), word_y(first), (uint32_t)n,
                         (int32_t)(word_x(second) - word_x(first)),
                         (int32_t)(word_y(second) - word_y(first))};
    /* No factor lies inside of the run; and no index has run over into the other. */
    const size_t begin = i - 2 * n + 1;
    if (!stays_below(t.x, n, t.dx, begin) || !stays_below(t.y, n, t.dy, begin))
        return none;
    if (last_of(t.x, n, t.dx) != word_x(mul) || last_of(t.y, n, t.dy) != word_y(mul))
        return none;
    return t;
}
