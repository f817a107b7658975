/*
 * First pass, a body: what one time round uses, all others use, a length further.
 */
#include "roll_uses.h"

/* What the copies of a node of a body use before the body. */
static void use_before(roll *r, const roll_body *b, size_t node, size_t time)
{
    const ad_tape_word v = r->tape.word[node], u = r->tape.word[node - b->length];
    const uint32_t x = word_x(v), dx = x - word_x(u);
    const size_t n = time - FIRST_COPY;
    if (x < b->begin && dx != 0)
        use_range(r->uses, x - (uint32_t)n * dx, n, (int32_t)dx);
    if (operands_of_row(word_op(v)) == 1) return;
    const uint32_t y = word_y(v), dy = y - word_y(u);
    if (y < b->begin && dy != 0)
        use_range(r->uses, y - (uint32_t)n * dy, n, (int32_t)dy);
}

/*
 * Whether something after the body needs a node of a time round that will be copied.
 * The first copy speaks for all that roll_until_same sees to be alike; but those that
 * it does one by one here may be copied by the next pass, which sees no more than that
 * they are used often. Only the last two copies, whose results are noted at all events,
 * may be used without.
 */
static void note_outside(const roll *r, const roll_body *b)
{
    const size_t times = b->times, alike = SAME_TRIES + 2, noted = 4;
    for (size_t k = 0; k < b->length; k++)
        b->at[k].outside = r->uses[roll_time(b, FIRST_COPY) + k] != UNUSED;
    if (times < LEAST_TIMES) return;
    for (size_t time = times - alike; time <= times - noted; time++)
        for (size_t k = 0; k < b->length; k++)
            b->at[k].outside |= r->uses[roll_time(b, time) + k] != UNUSED;
}

size_t roll_live_body(roll *r, roll_body *b, size_t i, roll_down *down)
{
    size_t time;
    note_outside(r, b);
    i = roll_until_same(r, b, i, down, &time);
    if (time == 0) {
        b->times = 0;
        return i;
    }
    const size_t begin = roll_time(b, time), copies = time - FIRST_COPY;
    size_t live = 0, constants = 0, sums = 0;
    for (size_t k = 0; k < b->length; k++) {
        if (r->uses[begin + k] == UNUSED) continue;
        const unsigned op = word_op(r->tape.word[begin + k]);
        live++;
        constants += has_constant(op) && r->uses[begin + k] != NO_ITEM;
        sums += op == AD_OP_muladd;
        use_before(r, b, begin + k, time);
    }
    roll_copy_state(r, b, time);
    r->live += copies * live;
    r->operations += copies * b->length;
    r->made_room += (copies + LEAST_TIMES) * constants; /* (and of times not copied) */
    r->many += copies * sums;
    return roll_time(b, FIRST_COPY);
}
