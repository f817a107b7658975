/*
 * Bodies of loops, found in the words: the same differences, again and again.
 *
 *     node      b     b+1   b+2 | b+3   b+4   b+5 | b+6   b+7   b+8 | ...
 *     word      mul   exp   add | mul   exp   add | mul   exp   add | ...
 *                 \_____ d0 _____/ \_____ d0 _____/        each word is the one a length
 *                       \_____ d1 _____/                   before it plus the same number
 *
 * A word holds an operation and two indices, so where each operand of a loop's body
 * walks in an arithmetic progression, so do the words, length apart. What a pass does
 * with one time round is then what it did with the time before, a length further: the
 * passes do two of them, see that they came out the same, and copy the rest. That is
 * what makes a plan of a loop cost a few recordings: 1.5 instead of 14 for a mixture of
 * 1000 points. Looking for bodies takes 0.4 ns an operation in one, and 3 to 6 where
 * there are none (a sixth of what is done there).
 *
 * An operand is in the body, or in the time before; or it is before all of them.
 */
#include <string.h>

#include "roll_bodies.h"

enum {
    LEAST_NODES = 64,
    MANY_TIMES = 16, /* fewer only if they are half of what is left of the tape */
    BLOCK = 16
};

/* Where the words that repeat with `length` from b on end. */
static size_t end_of(const ad_tape_word *word, size_t b, size_t length, size_t nodes)
{
    size_t i = b + 2 * length;
    for (; i + BLOCK <= nodes; i += BLOCK) {
        const ad_tape_word *w = word + i, *v = w - length, *u = v - length;
        ad_tape_word other = 0;
        for (size_t k = 0; k < BLOCK; k++) other |= (w[k] - v[k]) ^ (v[k] - u[k]);
        if (other != 0) break;
    }
    for (; i < nodes; i++)
        if (word[i] - word[i - length] != word[i - length] - word[i - 2 * length])
            break;
    return i;
}

static bool repeats(const ad_tape_word *word, size_t b, size_t length)
{
    const ad_tape_word step = word[b + length] - word[b];
    return (step & 0xff) == 0 && word[b + 2 * length] - word[b + length] == step;
}

/* Operations that have all of themselves in their word, and its constant. */
static bool is_plain(unsigned op)
{
    const int operands = operands_of_row(op);
    return operands == 1 || operands == 2 || op == AD_OP_muladd;
}

/* Of an operand that stands at x in the first time round, and then moves by d. */
typedef enum reach { NEAR, BEFORE, ASTRAY } reach;

static reach reach_of(const roll_body *b, int64_t x, int64_t d)
{
    const int64_t last = x + d * ((int64_t)b->times - 1);
    if (x < 0 || last < 0 || last >= TAPE_NEAR) return ASTRAY;
    if (x < b->begin && last < b->begin) return BEFORE;
    if (d == b->length && x + d >= b->begin) return NEAR;
    return ASTRAY;
}

static bool is_sound(const roll *r, const roll_body *b)
{
    for (size_t i = b->begin; i < b->begin + b->length; i++) {
        const ad_tape_word v = r->tape.word[i], w = r->tape.word[i + b->length];
        const unsigned op = word_op(v);
        if (!is_plain(op) || word_op(w) != op) return false;
        const int64_t dx = (int64_t)word_x(w) - (int64_t)word_x(v);
        const int64_t dy = (int64_t)word_y(w) - (int64_t)word_y(v);
        if (reach_of(b, word_x(v), dx) == ASTRAY) return false;
        if (has_constant(op) && word_y(v) + dy * (b->times - 1) >= TAPE_NEAR)
            return false;
        if (operands_of_row(op) != 1 && reach_of(b, word_y(v), dy) == ASTRAY)
            return false;
    }
    return true;
}

/* How far the words from i on walk with steps of `unit` nodes: as far as the last run
 * did, or else by halving. What is in between is not looked at. */
static size_t far_end(const roll *r, size_t i, size_t unit, size_t last)
{
    const ad_tape_word *word = r->tape.word, step = word[i] - word[i - unit];
    const size_t most = (r->nodes - 1 - i) / unit, likely = last / unit;
    size_t m = 0, further = 1;
    if (likely > 0 && likely < most &&
        word[i + likely * unit] == word[i] + likely * step &&
        word[i + (likely + 1) * unit] != word[i] + (likely + 1) * step)
        return i + likely * unit + 1;
    while (m + further <= most &&
           word[i + (m + further) * unit] == word[i] + (m + further) * step) {
        m += further;
        further *= 2;
    }
    for (; further > 0; further /= 2)
        if (m + further <= most &&
            word[i + (m + further) * unit] == word[i] + (m + further) * step)
            m += further;
    return m == 0 ? 0 : i + m * unit + 1;
}

size_t roll_end_of_run(const roll *r, size_t i, uint64_t window, size_t last)
{
    const ad_tape_word *word = r->tape.word;
    if ((window & 0xff) == AD_OP_muladd) return far_end(r, i, 1, last);
    const ad_tape_word mul = word[i], before = word[i - 2];
    if (word_x(mul) - word_x(before) == 2 || word_y(mul) - word_y(before) == 2)
        return 0;
    return far_end(r, i, 2, last);
}

bool roll_body_at(const roll *r, size_t from, size_t b, size_t length, size_t *end,
                  roll_body *body)
{
    const ad_tape_word *word = r->tape.word;
    if (b < from) b = from;
    *end = b;
    if (b + LEAST_TIMES * length > r->nodes || !repeats(word, b, length)) return false;
    *end = end_of(word, b, length, r->nodes);
    if (*end - b < (LEAST_TIMES - 2) * length) return false;
    while (b > from && repeats(word, b - 1, length)) b--;
    roll_body c = {.begin = (uint32_t)b, .length = (uint32_t)length};
    c.times = (uint32_t)((*end - b) / length);
    for (int shifts = 0; shifts < 3; shifts++, c.begin += c.length, c.times--) {
        const size_t nodes = (size_t)c.times * length;
        if (c.times < LEAST_TIMES || nodes < LEAST_NODES) return false;
        if (c.times < MANY_TIMES && 2 * nodes < r->nodes - b) return false;
        if (!is_sound(r, &c)) continue;
        *body = c;
        return true;
    }
    return false;
}
