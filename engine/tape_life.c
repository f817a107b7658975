/*
 * The tape's housekeeping: its growth, its life, its leaves, and reading it.
 */
#include <assert.h>

#include "streams.h"
#include "tape.h"

enum { FIRST_ROOM = 64, BIG_ROOM = 1 << 16 };

/*
 * Doubling while the tape is small. Past BIG_ROOM by an eighth, which keeps it
 * amortised and the memory within 9/8 of what is used (malloc moves such blocks by
 * remapping pages).
 */
static size_t grown(size_t room)
{
    if (room < FIRST_ROOM) return FIRST_ROOM;
    return room < BIG_ROOM ? 2 * room : room + room / 8;
}

/*
 * How far recording may go before it must ask: to the end of the arrays, to the limit
 * or to the last node that is near; nowhere once it has stopped. With no room, a push
 * goes by ad_tape_push_slowly.
 */
static void set_room(tape *t)
{
    size_t room = t->adjoint_room < t->limit ? t->adjoint_room : t->limit;
    if (room > t->near) room = t->near;
    const bool open = t->status == AD_OK && room > t->cursor.nodes;
    t->cursor.room = open ? room : t->cursor.nodes;
    t->cursor.extra_room = t->status == AD_OK ? t->side_room : t->cursor.extras;
}

static bool stop(tape *t, ad_status status)
{
    t->status = status;
    set_room(t);
    return false;
}

/* Room for `wanted` items in one array, or `return stop(...)`. */
#define GROW(array, room, wanted)                                                      \
    do {                                                                               \
        if ((wanted) <= (room)) break;                                                 \
        if ((wanted) > SIZE_MAX / sizeof *(array)) return stop(t, AD_NO_MEMORY);       \
        void *moved =                                                                  \
            t->memory.resize(t->memory.ctx, (array), (room) * sizeof *(array),         \
                             (wanted) * sizeof *(array));                              \
        if (moved == NULL) return stop(t, AD_NO_MEMORY);                               \
        (array) = moved;                                                               \
        (room) = (wanted);                                                             \
    } while (0)

static bool make_room(tape *t, size_t wanted)
{
    if (wanted > t->limit) wanted = t->limit;
    GROW(t->cursor.value, t->value_room, wanted);
    GROW(t->cursor.word, t->word_room, wanted);
    GROW(t->adjoint, t->adjoint_room, wanted);
    set_room(t);
    return true;
}

bool tape_make_room(tape *t, size_t n)
{
    const size_t nodes = t->cursor.nodes;
    if (t->status != AD_OK) return false;
    if (nodes > t->limit || n > t->limit - nodes) return stop(t, AD_TOO_MANY);
    if (nodes + n <= t->adjoint_room) return true;
    return make_room(t, nodes + n > grown(nodes) ? nodes + n : grown(nodes));
}

static bool extra_make_room(tape *t, size_t n)
{
    if (t->status != AD_OK) return false;
    const size_t wanted = t->cursor.extras + n;
    if (n >= TAPE_NEAR || wanted > TAPE_NEAR) return stop(t, AD_TOO_MANY);
    if (wanted <= t->side_room) return true;
    const size_t room =
        wanted > grown(t->cursor.extras) ? wanted : grown(t->cursor.extras);
    GROW(t->cursor.extra, t->side_room, room);
    set_room(t);
    return true;
}

ad_tape_extra *tape_side(tape *t, size_t n)
{
    if (!extra_make_room(t, n)) return NULL;
    t->cursor.extras += n;
    return n > 0 ? t->cursor.extra + t->cursor.extras - n : NULL;
}

uint32_t ad_tape_extra_slowly(ad_tape *t, ad_tape_extra entry)
{
    ad_tape_extra *place = tape_side(whole(t), 1);
    if (place == NULL) return UINT32_MAX;
    *place = entry;
    return (uint32_t)(place - t->extra);
}

ad_tape_handle ad_tape_push_slowly(ad_tape *tape_, ad_op op, double z, uint32_t x,
                                   uint32_t y)
{
    tape *t = whole(tape_);
    const size_t i = t->cursor.nodes;
    if (!tape_make_room(t, 1)) return ad_tape_nil();
    ad_tape_word word = ad_tape_pack(op, x, y);
    if (x >= t->near || y >= t->near) {
        word = ad_tape_pack(TAPE_FAR, op, ad_tape_extra_pair(tape_, x, y));
        if (t->status != AD_OK) return ad_tape_nil();
    }
    t->cursor.value[i] = z;
    t->cursor.word[i] = word;
    t->cursor.nodes++;
    set_room(t);
    return (ad_tape_handle){z, (uint32_t)i};
}

ad_tape *ad_tape_new(const ad_allocator *memory)
{
    if (memory == NULL) memory = &ad_malloc;
    tape *t = memory->resize(memory->ctx, NULL, 0, sizeof *t);
    if (t == NULL) return NULL;
    *t = (tape){
        .memory = *memory, .limit = UINT32_MAX - 1, .near = TAPE_NEAR, .seed = 1};
    return &t->cursor;
}

void ad_tape_free(ad_tape *tape_)
{
    if (tape_ == NULL) return;
    tape *t = whole(tape_);
    const ad_allocator memory = t->memory;
#define FREE(array, room)                                                              \
    if ((array) != NULL) memory.resize(memory.ctx, (array), (room) * sizeof *(array), 0)
    FREE(t->cursor.value, t->value_room);
    FREE(t->cursor.word, t->word_room);
    FREE(t->adjoint, t->adjoint_room);
    FREE(t->tangent, t->tangent_room);
    FREE(t->cursor.extra, t->side_room);
    memory.resize(memory.ctx, t, sizeof *t, 0);
}

ad_status ad_tape_status(const ad_tape *t) { return whole(t)->status; }

void ad_tape_reset(ad_tape *tape_)
{
    tape *t = whole(tape_);
    t->status = AD_OK;
    t->seed = 1;
    t->cursor.nodes = t->cursor.extras = t->leading = t->walked = t->swept = 0;
    t->layers = false;
    set_room(t);
}

ad_tape_position ad_tape_mark(const ad_tape *t)
{
    return (ad_tape_position){t->nodes, t->extras};
}

void ad_tape_rewind(ad_tape *tape_, ad_tape_position mark)
{
    tape *t = whole(tape_);
    assert(mark.nodes <= t->cursor.nodes && mark.extras <= t->cursor.extras);
    t->cursor.nodes = mark.nodes;
    t->cursor.extras = mark.extras;
    if (t->leading > mark.nodes) t->leading = mark.nodes;
    if (t->walked > mark.nodes) t->walked = mark.nodes;
    if (t->swept > mark.nodes) t->swept = mark.nodes;
    set_room(t);
}

void ad_tape_limit(ad_tape *tape_, size_t nodes)
{
    tape *t = whole(tape_);
    t->limit = nodes < UINT32_MAX - 1 ? nodes : UINT32_MAX - 1;
    set_room(t);
}

ad_status ad_tape_reserve(ad_tape *tape_, size_t nodes)
{
    tape *t = whole(tape_);
    if (t->status != AD_OK) return t->status;
    if (nodes == 0) return AD_OK;
    if (nodes > t->limit || t->cursor.nodes > t->limit - nodes)
        stop(t, AD_TOO_MANY);
    else
        make_room(t, t->cursor.nodes + nodes);
    return t->status;
}

ad_tape_handle ad_tape_set(ad_tape *t, ad_tape_handle h, double v)
{
    if (h.index == UINT32_MAX) return h;
    assert(h.index < t->nodes && is_leaf(t->word[h.index]));
    t->value[h.index] = h.value = v;
    return h;
}

double ad_tape_value(const ad_tape *t, ad_tape_handle h)
{
    if (h.index == UINT32_MAX) return (double)NAN;
    assert(h.index < t->nodes);
    return t->value[h.index];
}

void ad_tape_seed(ad_tape *t, double w) { whole(t)->seed = w; }

double ad_tape_grad(const ad_tape *t, ad_tape_handle h)
{
    assert(h.index < t->nodes || h.index == UINT32_MAX);
    const tape *full = whole(t);
    if (h.index >= full->walked) return (double)NAN;
    const ad_tape_word w = t->word[h.index];
    if (full->leaves_only && !is_leaf(w)) return (double)NAN;
    return word_op(w) == AD_OP_constant ? 0 : full->adjoint[h.index];
}

void ad_tape_grads(const ad_tape *t, ad_tape_handle first, size_t n, double *out)
{
    /* Where recording stopped within the n handles, the rest of them are nil. */
    const size_t room = first.index < t->nodes ? t->nodes - first.index : 0;
    for (size_t k = 0; k < n; k++) {
        ad_tape_handle h = ad_tape_nil();
        if (k < room) h.index = first.index + (uint32_t)k;
        out[k] = ad_tape_grad(t, h);
    }
}
