/*
 * Runs: a loop of multiply and add, recognised by two subtractions.
 *
 *     node      i-5       i-4       i-3       i-2       i-1       i
 *     word     w0 x0   (i-6)+(i-5)  w1 x1  (i-4)+(i-3)  w2 x2  (i-2)+(i-1)
 *
 * A word holds an operation and two indices, so where indices advance in arithmetic
 * progressions, so do words: every add is the last one plus the same number, and so is
 * every mul. That is one compare for each, and nothing to decode. Found in this way, a
 * dot product of any length is one term for all passes: the plan of a 64-64-64-64-1
 * perceptron is made in 0.3 of the time that it takes node by node. Numbers that are
 * added one by one are a run as well, of adds alone.
 */
#include <string.h>

#include "roll.h"

enum { SHORTEST = 3 };

/*
 * A factor must not lie inside of the run. How long may one be that ends at node i,
 * with `unit` nodes a product, if the last product's factor is x and from one to the
 * next it is d? The run begins at i + 1 - n unit, and the first product's factor is x -
 * (n - 1) d. (Asked before counting, so that no run is counted in vain, and again from
 * its next add.)
 */
static size_t longest(size_t i, size_t unit, uint32_t x, int64_t d)
{
    const size_t room = i - x, back = d < 0 ? (size_t)-d : 0;
    if (back == 0) return unit == 1 ? room : room / 2;
    return (room + back) / (unit + back) < room / unit ? (room + back) / (unit + back)
                                                       : room / unit;
}

/* Nobody uses nodes i and i + 1. */
static inline bool unused_both(const uint8_t *uses, size_t i)
{
    uint16_t both;
    memcpy(&both, uses + i, sizeof both);
    return both == 0;
}

/* Whether node i adds the mul before it to the node before that. */
static bool adds_product(const ad_tape_word *word, size_t i)
{
    const uint32_t before = (uint32_t)i - 2;
    return (word[i] == ad_tape_pack(AD_OP_add, before, before + 1) ||
            word[i] == ad_tape_pack(AD_OP_add, before + 1, before)) &&
           word_op(word[i - 1]) == AD_OP_mul;
}

/* What node i, an add, adds to the node before it; PLAIN if it does not. */
static uint32_t added_to_last(const ad_tape_word *word, size_t i)
{
    if (word_x(word[i]) == i - 1) return word_y(word[i]);
    return word_y(word[i]) == i - 1 ? word_x(word[i]) : PLAIN;
}

/* How many products, `most` at the most, end in the add i, `step` apart. */
static size_t count_adds(const roll *r, size_t i, size_t most, ad_tape_word step)
{
    const ad_tape_word *word = r->tape.word, add = word[i], mul = word[i - 1];
    const ad_tape_word two = ad_tape_pack(0, 2, 2);
    size_t n = 1;
    while (n < most && word[i - 2 * n] == add - n * two &&
           word[i - 2 * n - 1] == mul - n * step && unused_both(r->uses, i - 2 * n - 1))
        n++;
    return n;
}

/* The same of what adds to the node before it: muladd, or add. */
static size_t count_steps(const roll *r, size_t i, size_t most, ad_tape_word step)
{
    const ad_tape_word *word = r->tape.word;
    size_t n = 1;
    while (n < most && word[i - n] == word[i] - n * step && r->uses[i - n] == UNUSED)
        n++;
    return n;
}

/* Numbers, each added to the sum of those before: i and i - 1 are adds. */
static roll_term numbers_at(const roll *r, size_t i)
{
    const roll_term none = {0, 0, 0, 0, 0};
    const ad_tape_word *word = r->tape.word;
    const uint32_t x = added_to_last(word, i), before = added_to_last(word, i - 1);
    if (x == PLAIN || before == PLAIN) return none;
    const int64_t d = (int64_t)x - (int64_t)before;
    const size_t most = longest(i, 1, x, d);
    if (most < SHORTEST) return none;
    const size_t n = count_steps(r, i, most, word[i] - word[i - 1]);
    const uint32_t first = added_to_last(word, i + 1 - n);
    if (n < SHORTEST || last_of(first, n, (int32_t)d) != x) return none;
    return (roll_term){first, PLAIN, (uint32_t)n, (int32_t)d, 0};
}

/* The term that ends in node i, an add or muladd whose node before nobody else uses,
 * from its first product on; n is 0 if there is none. */
roll_term roll_run_at(const roll *r, size_t i)
{
    const roll_term none = {0, 0, 0, 0, 0};
    const ad_tape_word *word = r->tape.word;
    if (i < 2 * SHORTEST) return none;
    const unsigned op = word_op(word[i]), other = word_op(word[i - 1]);
    if (op == AD_OP_add && other == AD_OP_add) return numbers_at(r, i);
    if (op == AD_OP_add ? !adds_product(word, i) : other != op) return none;

    const size_t unit = nodes_of_run(other);
    const ad_tape_word last = word[i + 1 - unit], before = word[i + 1 - 2 * unit];
    if (word_op(last) != word_op(before)) return none;
    const int64_t dx = (int64_t)word_x(last) - (int64_t)word_x(before);
    const int64_t dy = (int64_t)word_y(last) - (int64_t)word_y(before);
    const size_t x_most = longest(i, unit, word_x(last), dx);
    const size_t y_most = longest(i, unit, word_y(last), dy);
    const size_t most = x_most < y_most ? x_most : y_most;
    if (most < SHORTEST) return none;
    const size_t n = unit == 1 ? count_steps(r, i, most, last - before)
                               : count_adds(r, i, most, last - before);
    if (n < SHORTEST) return none;

    const ad_tape_word first = word[i + 1 - n * unit];
    const roll_term t = {word_x(first), word_y(first), (uint32_t)n, (int32_t)dx,
                         (int32_t)dy};
    /* No index has run over into the other. */
    return last_of(t.x, n, t.dx) == word_x(last) &&
                   last_of(t.y, n, t.dy) == word_y(last)
               ? t
               : none;
}

/* The same of a run that was noted; *begin is its first node. */
roll_term roll_noted_run(const roll *r, size_t i, uint32_t *begin)
{
    const ad_tape_word *word = r->tape.word;
    const size_t unit = nodes_of_run(word_op(word[i - 1]));
    const uint32_t n = r->note[i - 1];
    *begin = (uint32_t)(i + 1 - n * unit);
    const ad_tape_word first = word[*begin], second = word[*begin + unit];
    const uint32_t x = word_x(first), y = word_y(first);
    const uint32_t dx = word_x(second) - x, dy = word_y(second) - y;
    if (word_op(first) != AD_OP_add)
        return (roll_term){x, y, n, (int32_t)dx, (int32_t)dy};
    const bool left = word_y(second) == *begin; /* it is added to the sum so far */
    return (roll_term){left ? x : y, PLAIN, n, (int32_t)(left ? dx : dy), 0};
}
