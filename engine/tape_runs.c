/*
 * Runs: a sum of products backward, s = s + x y again and again, as `muladd` or as
 * `mul` and `add` record it. The adjoint of s, which is the same all the way down while
 * nobody else uses an s, stays in a register; through memory each step would wait for
 * the last one's store. Both ways return one past the node where the walk goes on.
 *
 * Measured on an MLP of width 64, step by step: backward takes 0.5 of the time of node
 * by node, and with `muladd` 0.85 of that; kernel_runs.inc takes many steps at once.
 */
#include "kernels.h"
#include "walk.h"

/*
 * As many steps as can be taken at once, from the sum i on. Returns of how many nodes
 * they were: mostly 0, at a first, cheap look. No operand may be one of these nodes,
 * which those of the top step say: others are lower, or rise as the walk goes down.
 * (Below half of TAPE_NEAR no operand that falls below 0 gives a word that is one.)
 */
static size_t steps_at_once(const walk *back, size_t i, size_t period, double g)
{
    enum { FEW = 4 }; /* that are a run */
    if (is_zero(g) || i < AD_RUN_GROUP + period || i >= TAPE_NEAR / 2) return 0;
    const ad_tape_word *product = back->word + i + 1 - period;
    const ad_tape_word top = product[0], next = product[-(ptrdiff_t)period];
    if (top - product[-(ptrdiff_t)(FEW * period)] != FEW * (top - next)) return 0;
    if (word_op(top) != word_op(next) || word_op(top) == TAPE_FAR) return 0;
    const size_t x = word_x(top), y = word_y(top), apart = x > y ? x - y : y - x;
    const ptrdiff_t dx = (ptrdiff_t)(x - word_x(next)),
                    dy = (ptrdiff_t)(y - word_y(next));
    const ad_run run = {
        .nodes = i - (x > y ? x : y),
        .period = period,
        .word = back->word + i,
        .step = {top - next, period == 1 ? top - next : ad_tape_pack(0, 2, 2)},
        .adjoint = back->adjoint + i,
        .x = back->value + x,
        .y = back->value + y,
        .ax = back->adjoint + x,
        .ay = back->adjoint + y,
        .dx = dx,
        .dy = dy,
        .abreast = dx == 1 && dy == 1 && apart >= AD_RUN_GROUP,
    };
    return ad_kernel_run_back(&run, g, back->keep);
}

/* Looking for steps at once pays at the top of a run, and then now and again. */
static size_t look_again(size_t i)
{
    enum { NODES = 32 };
    return i < NODES ? 0 : i - NODES;
}

/* A run of `muladd` from node i down, whose adjoint is g. Returns the node below it. */
static size_t run_of_muladds(const walk *back, size_t i, double g)
{
    const double *value = back->value;
    const ad_tape_word *word = back->word;
    double *adjoint = back->adjoint;
    tape_node node = node_of(word[i], back->side);
    for (size_t look = i;;) {
        size_t done = i <= look ? steps_at_once(back, i, 1, g) : 0;
        if (i <= look) look = look_again(i - done);
        if (done == 0) {
            const double dx = value[node.y], dy = value[node.x];
            adjoint[node.x] += g * dx;
            adjoint[node.y] += g * dy;
            done = 1;
        }
        i -= done;
        node = near_node(word[i]);
        if (node.op != AD_OP_muladd || bits_at(adjoint + i) != 0) break;
        if (back->keep) adjoint[i] = g;
    }
    adjoint[i] += g;
    return i;
}

/* One node a step. What a run began from is often a copy, and before that the next run
 * ends: the neurons of a layer go back without leaving. */
size_t tape_muladds_back(const walk *back, size_t i, double g)
{
    double *adjoint = back->adjoint;
    for (;;) {
        i = run_of_muladds(back, i, g);
        const tape_node s = near_node(back->word[i]);
        if (s.op != AD_OP_sum || s.y != 1 || is_zero(adjoint[i])) return i + 1;
        adjoint[s.x] += adjoint[i];
        if (!back->keep) adjoint[i] = 0;
        g = adjoint[--i];
        if (word_op(back->word[i]) != AD_OP_muladd || is_zero(g)) return i + 1;
        if (!back->keep) adjoint[i] = 0;
    }
}

/* From the sum i on, two nodes a step: the product and the sum. One compare knows
 * it. */
size_t tape_products_back(const walk *back, size_t i, double grad)
{
    const double *value = back->value;
    const ad_tape_word *word = back->word;
    double *adjoint = back->adjoint;
    for (size_t look = i;;) {
        size_t done = i <= look ? steps_at_once(back, i, 2, grad) : 0;
        if (i <= look) look = look_again(i - done);
        if (done == 0) {
            const double g = adjoint[i - 1] + grad;
            const ad_tape_word product = word[i - 1];
            adjoint[i - 1] = back->keep ? g : 0;
            if (!is_zero(g)) {
                const uint32_t x = word_x(product), y = word_y(product);
                adjoint[x] += g * value[y];
                adjoint[y] += g * value[x];
            }
            done = 2;
        }
        i -= done;
        grad += adjoint[i];
        if (!is_step(back->word, i)) break;
        adjoint[i] = back->keep ? grad : 0;
    }
    adjoint[i] = grad;
    return i + 1;
}
