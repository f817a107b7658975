/*
 * Re-rolling: a program's loops, found again in what they left on the tape.
 *
 * A layer z = b + W x of three neurons and two inputs, written with plain mul and add,
 * is twelve nodes of the tape that have forgotten that they were a loop:
 *
 *     w00 w01 w10 w11 w20 w21 | b0 b1 b2 | x0 x1 | * + * + * + * + * + * +
 *
 * 1. roll_live.c    from the end: what no output needs is left out, uses are counted.
 *
 * 2. roll_chains.c  from the end: an add whose operand is an add that nobody else uses is
 *                   one sum, and a product that nobody else uses is one of its terms.
 *
 *         +                         z0 = b0 + w00 x0 + w01 x1
 *        / \                        z1 = b1 + w10 x0 + w11 x1
 *       +   *            -->        z2 = b2 + w20 x0 + w21 x1
 *      / \
 *     b   *
 *
 * 3. roll_groups.c  from the start: what is equally far from the leaves, and of one kind,
 *                   does not depend on each other, and is put side by side: z0 z1 z2.
 *
 * 4. roll_emit.c    places are given in that order. Within a row operands advance by a
 *                   fixed step, from row to row by another: the three rows are one loop.
 *
 *         b row 1           W row 2, step 1          x row 0, step 1
 *         +--+              +---+---+                +---+---+
 *         |b0|              |w00|w01|                |x0 |x1 |
 *         |b1|              |w10|w11|
 *         |b2|              |w20|w21|
 *
 *                   Loops inside of loops, and statements that take turns in one, are in
 *                   line with every second, third ... neighbour. What was computed before
 *                   is not computed again (roll_once.c).
 *
 * No pass knows what a layer is. A stencil's cells walk in the same way, and so do the
 * terms of a mixture, the samples of a batch, and the gates of a recurrent cell. What
 * does not walk stays an operation at a time, and costs what it did.
 *
 * Each pass is linear in the tape, and looks at few of the nodes that a loop recorded:
 * roll_bodies.c finds its body in the words' differences, and then each pass does a few
 * times round and copies the rest, having seen that they come out the same.
 *
 * 5. roll_again.c, roll_uses.c, roll_copies.c, roll_levels.c, roll_wide.c
 *                   the passes above, of a body: its items once for all times round.
 *
 * 6. roll_family.c, roll_edges.c, roll_serial.c, roll_rounds.c
 *                   what is side by side is a loop for each item; what goes on where the
 *                   time before ended is steps, or loops if there are some within each
 *                   time round, copied from time to time.
 *
 * Measured, in ns an operation and recordings, without the plan's first run: a mixture
 * of 1000 points 2.0 (1.2; every node by itself: 22), an ODE 3.3 (1.7; 35), a stencil
 * of 1000 cells 3.5 (2.2; 24), a network of width 64 2.6 (2.2), as its chains are found
 * by two subtractions each, a recurrent network 4.7 (1.2), 10000 sightings of a bundle
 * adjustment 5 (2.4). What has no loops that can be seen takes 20 to 30: 3 to 5
 * recordings of random programs, 5 of a determinant by minors, 24 of 100 sightings.
 * Below some 1000 operations what is the same for all sizes shows: 118 take 20 each
 * (10), 1600 take 6 (4.4).
 */
#include <string.h>

#include "plan_build.h"
#include "roll.h"

/* The plan as it will be run, or NULL. */
static ad_plan *finish(roll *r, const ad_tape_handle *in, const ad_tape_handle *out)
{
    if (r->plan->slots >= UINT32_MAX) return NULL;
    ad_plan *p = plan_pack(r->plan);
    const uint32_t *place = r->note;
    if (p == NULL) return NULL;
    if (r->in_line)
        memcpy(p->value, r->tape.value + in->index, p->inputs * sizeof *p->value);
    else
        for (size_t k = 0; k < p->inputs; k++) p->value[k] = r->tape.value[in[k].index];
    for (size_t k = 0; k < r->leaves; k++)
        p->value[place[r->leaf[k]]] = r->tape.value[r->leaf[k]];
    for (size_t k = r->made_first; k < r->made_room; k++)
        p->value[place[r->nodes + k]] = r->made[k];
    for (size_t k = 0; k < p->outputs; k++) p->output[k] = place[out[k].index];
    for (size_t k = 0; k < p->blocks; k++)
        if (p->block[k].kind == PLAN_STEPS && plan_is_chain(p, &p->block[k]))
            p->block[k].op = PLAN_CHAIN;
    /* They were found from the end. */
    for (size_t k = 0; 2 * k + 1 < p->guards; k++) {
        const plan_guard guard = p->guard[k];
        p->guard[k] = p->guard[p->guards - 1 - k];
        p->guard[p->guards - 1 - k] = guard;
    }
    for (size_t k = 0; k < p->guards; k++) {
        p->guard[k].a = place[p->guard[k].a];
        p->guard[k].b = place[p->guard[k].b];
    }
    memset(p->adjoint, 0, p->slots * sizeof *p->adjoint);
    p->statistics.instructions = p->steps + p->statistics.loops;
    p->statistics.bytes = p->bytes + p->steps * sizeof *p->step;
    p->changed = SIZE_MAX;
    return p;
}

static ad_plan *make(const ad_tape *t, size_t n_in, const ad_tape_handle *in,
                     size_t n_out, const ad_tape_handle *out, bool rolling)
{
    enum { BYTES_A_NODE = 128, BYTES_BESIDE = 1 << 14 };
    if (ad_tape_status(t) != AD_OK) return NULL;
    const ad_allocator memory = whole(t)->memory;
    ad_plan draft = {.memory = memory, .inputs = n_in, .outputs = n_out};
    roll r = {.tape = tape_reader_of(whole(t)),
              .nodes = t->nodes,
              .extras = whole(t)->extras,
              .plan = &draft,
              .heap.memory = memory,
              .rolling = rolling};
    draft.heap = &r.heap;
    _Alignas(PLAN_ALIGNED) unsigned char near[PLAN_NEAR];
    plan_heap_reserve(&r.heap, r.nodes * BYTES_A_NODE + BYTES_BESIDE, near);
    ad_plan *p = NULL;
    if (roll_live(&r, n_in, in, n_out, out) && roll_chains(&r) && roll_groups(&r) &&
        roll_emit(&r, in))
        p = finish(&r, in, out);
    if (p == NULL) plan_resize_steps(&draft, 0);
    plan_heap_free(&r.heap);
    return p;
}

ad_plan *ad_tape_plan(const ad_tape *t, size_t n_in, const ad_tape_handle *in,
                      size_t n_out, const ad_tape_handle *out)
{
    return make(t, n_in, in, n_out, out, true);
}

ad_plan *ad_tape_plan_unrolled(const ad_tape *t, size_t n_in, const ad_tape_handle *in,
                               size_t n_out, const ad_tape_handle *out)
{
    return make(t, n_in, in, n_out, out, false);
}
