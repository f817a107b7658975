/*
 * The tape engine: backward. (The walk itself is in walk_back.c. Recording a row of the
 * table is inlined from tape.h, operations over ranges are recorded in tape_ranges.c;
 * tape_life.c has growth and housekeeping.)
 */
#include "tape.h"

#include <assert.h>
#include <string.h>

#include "clearing.h"
#include "streams.h"
#include "walk.h"

/*
 * Adjoints start from 0. Those in [zero_from, zero_end) are: after a walk that used
 * them up, all but the leaves', so that most of the array need not be cleared again.
 * Returns up to where that is left to the walk: the leaves that were recorded first, if
 * many, and layers may use them.
 */
static size_t clear_adjoints(tape *t)
{
    const size_t nodes = t->cursor.nodes;
    const size_t head = t->zero_from < nodes ? t->zero_from : nodes;
    const size_t leaves = head < t->leading ? head : t->leading;
    const size_t stale = t->layers && leaves >= AD_CLEAR_ON_THE_WAY ? leaves : 0;
    memset(t->adjoint + stale, 0, (head - stale) * sizeof *t->adjoint);
    if (t->zero_from <= nodes) t->zero_from = 0;
    if (t->zero_end >= nodes) return stale;
    memset(t->adjoint + t->zero_end, 0, (nodes - t->zero_end) * sizeof *t->adjoint);
    t->zero_end = nodes;
    return stale;
}

/* All but what the leaves have that took part in the last walk. */
static size_t clear_inner_adjoints(tape *t)
{
    const size_t nodes = t->cursor.nodes, walked = t->walked;
    for (size_t i = 0; i < walked; i++)
        if (word_op(t->cursor.word[i]) != AD_OP_var) t->adjoint[i] = 0;
    memset(t->adjoint + walked, 0, (nodes - walked) * sizeof *t->adjoint);
    if (t->zero_end < nodes) t->zero_end = nodes;
    return 0;
}

/* Seeds the output and walks back from it to the leaves that were recorded first. */
static ad_status backward(tape *t, ad_tape_handle output, size_t (*clear)(tape *),
                          bool keep)
{
    if (t->status != AD_OK) return t->status;
    const ad_tape *record = &t->cursor;
    const size_t nodes = record->nodes;
    assert(output.index < nodes && tape_is_sound(t));
    while (t->leading < nodes && is_leaf(record->word[t->leading])) t->leading++;
    walk back = {.value = record->value,
                 .word = record->word,
                 .side = t->cursor.extra,
                 .adjoint = t->adjoint,
                 .keep = keep,
                 .late = t->leading,
                 .stale = clear(t)};
    const size_t end = (size_t)output.index + 1;
    if (back.stale > 0) {
        tape_walk_clearing(&back, t->leading, end, t->seed);
    } else {
        t->adjoint[output.index] += t->seed;
        tape_walk_back(&back, t->leading, end);
    }
    const size_t used = keep ? nodes : back.late;
    if (t->zero_from < used) t->zero_from = used;
    t->seed = 1;
    t->walked = nodes;
    t->leaves_only = !keep;
    return AD_OK;
}

ad_status ad_tape_backward(ad_tape *t, ad_tape_handle output)
{
    return backward(whole(t), output, clear_adjoints, true);
}

ad_status ad_tape_backward_leaves(ad_tape *t, ad_tape_handle output)
{
    return backward(whole(t), output, clear_adjoints, false);
}

ad_status ad_tape_accumulate(ad_tape *t, ad_tape_handle output)
{
    return backward(whole(t), output, clear_inner_adjoints, true);
}

ad_tape_handle ad_tape_apply(ad_tape *t, ad_op op, const ad_tape_handle *operand,
                             double c)
{
    switch (op) {
/* It would join a case label to the next macro: */
/* clang-format off */
#define UNARY(name, ...)                                                               \
    case AD_OP_##name:                                                                 \
        return ad_tape_##name(t, operand[0]);
#define CONST(name, ...)                                                               \
    case AD_OP_##name:                                                                 \
        return ad_tape_##name(t, operand[0], c);
#define BINARY(name, ...)                                                              \
    case AD_OP_##name:                                                                 \
        return ad_tape_##name(t, operand[0], operand[1]);
#define TERNARY(name, ...)                                                             \
    case AD_OP_##name:                                                                 \
        return ad_tape_##name(t, operand[0], operand[1], operand[2]);
/* clang-format on */
#include "ops.def"
    default: assert(false && "a row of the table"); return ad_tape_nil();
    }
}
