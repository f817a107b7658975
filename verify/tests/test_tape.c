/*
 * The tape keeps its promises: those that it shares with the graph (verbs.inc), and
 * those about its memory.
 */
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>

#include "engine/tape.h"
#include "verify/tests/allocator.h"
#include "verify/tests/close.h"
#include "verify/tests/suites.h"
#include "verify/tests/volume.h"

#define ENGINE tape
#include "verify/tests/verbs.inc"

typedef ad_tape_handle handle;

/* The most that an array has room for that holds n items: 64, or twice as many while
 * there are fewer than 2^16, or an eighth more. */
static double most_room(size_t n)
{
    return n <= 64 ? (n > 0 ? 64 : 0) : (double)n * (n <= 1 << 16 ? 2 : 1.125);
}

/* One operation of each kind; the last two have 8 bytes in the side table. */
static handle record_plain(ad_tape *t, handle x, handle y)
{
    return ad_tape_mul(t, x, y);
}
static handle record_const(ad_tape *t, handle x, handle y)
{
    (void)y;
    return ad_tape_mul_c(t, x, 0.5);
}
static handle record_third(ad_tape *t, handle x, handle y)
{
    return ad_tape_fma(t, x, y, x);
}

static const struct {
    handle (*record)(ad_tape *t, handle x, handle y);
    size_t used_bytes;
} kinds[] = {{record_plain, 24}, {record_const, 32}, {record_third, 32}};

/*
 * A node is 8 bytes of value, 8 of op and operands, 8 of adjoint: 24; a constant or a
 * third operand is 8 more in the side table: 32. While there are fewer than 2^16 the
 * arrays hold up to twice what is used, then up to an eighth more: looked at after
 * every operation, since the worst moment is right after a growth.
 */
START_TEST(bytes_per_operation)
{
    const size_t used = kinds[_i].used_bytes, side = used - 24;
    const size_t operations = volume_up_to(1000000);
    test_allocator heap = {0};
    const ad_allocator memory = test_memory(&heap);
    ad_tape *t = ad_tape_new(&memory);
    const size_t empty = heap.live_bytes;
    const handle x = ad_tape_var(t, 1);
    handle y = ad_tape_var(t, 1);
    double largest_share = 0; /* of what is held, in what may be held */
    for (size_t n = 1; n <= operations; n++) {
        y = kinds[_i].record(t, x, y);
        const double held = (double)(heap.live_bytes - empty);
        const double most = 24 * most_room(n + 2) + (double)side * most_room(n);
        if (held > most)
            ck_abort_msg("after %zu operations %g bytes are held, at most %g may be", n,
                         held, most);
        if (held < (double)(24 * (n + 2) + side * n))
            ck_abort_msg("after %zu operations %g bytes are held: too few", n, held);
        if (n > 64) largest_share = fmax(largest_share, held / most);
    }
    if (operations > 1000) /* what may be held, is: the bound is no tale */
        ck_assert(largest_share > 0.99);
    ck_assert_int_eq(ad_tape_backward(t, y), AD_OK);
    ad_tape_free(t);
    assert_all_freed(&heap);
}
END_TEST

static double train_step(ad_tape *t, const handle *w, size_t n)
{
    handle y = ad_tape_constant(t, 1);
    for (size_t i = 0; i < n; i++) {
        const handle a = ad_tape_fma(t, w[i], y, w[n - 1 - i]);
        const handle operands[2] = {a, ad_tape_pow_c(t, w[i], 2)};
        y = ad_tape_custom(t, 2, operands, 1, (double[]){0.5, 0.25});
        y = ad_tape_add(t, y, ad_tape_dot(t, n, w[0], w[0]));
        y = ad_tape_mul_c(t, y, 0.125);
    }
    ck_assert_int_eq(ad_tape_backward(t, y), AD_OK);
    return ad_tape_grad(t, w[0]);
}

/* Parameters, a mark, and a rewind at every step: no step after the first allocates. */
START_TEST(steps_allocate_nothing)
{
    enum { WEIGHTS = 200 };
    test_allocator heap = {0};
    const ad_allocator memory = test_memory(&heap);
    ad_tape *t = ad_tape_new(&memory);
    handle w[WEIGHTS];
    for (int i = 0; i < WEIGHTS; i++) w[i] = ad_tape_var(t, 0.01 * i);
    const ad_tape_position start = ad_tape_mark(t);
    const double grad = train_step(t, w, WEIGHTS);
    const size_t requests = heap.requests;
    for (int step = 0; step < 200; step++) {
        ad_tape_rewind(t, start);
        assert_same(train_step(t, w, WEIGHTS), grad);
    }
    ck_assert_uint_eq(heap.requests, requests);

    ad_tape_reset(t); /* keeps the memory too */
    for (int i = 0; i < WEIGHTS; i++) w[i] = ad_tape_var(t, 0.01 * i);
    assert_same(train_step(t, w, WEIGHTS), grad);
    ck_assert_uint_eq(heap.requests, requests);
    ad_tape_free(t);
    assert_all_freed(&heap);
}
END_TEST

/* Growth is by a factor: the number of times that a tape moves is a logarithm. */
START_TEST(growth_is_amortised)
{
    test_allocator heap = {0};
    const ad_allocator memory = test_memory(&heap);
    ad_tape *t = ad_tape_new(&memory);
    for (int i = 0; i < 1000000; i++) {
        const handle h = ad_tape_var(t, i);
        if (h.index != (uint32_t)i) ck_abort_msg("node %d is %" PRIu32, i, h.index);
    }
    /* 64 doubles ten times to 2^16, then 24 eighths to 10^6: three arrays. */
    ck_assert_msg(heap.requests < 3 * 40, "%zu requests", heap.requests);
    for (uint32_t i = 0; i < 1000000; i += 999) /* and nothing was lost on the way */
        assert_same(ad_tape_value(t, (handle){(double)NAN, i}), i);
    ad_tape_free(t);
    assert_all_freed(&heap);
}
END_TEST

/* value() reads the tape, whatever the handle carries. */
START_TEST(value_is_the_tapes)
{
    ad_tape *t = ad_tape_new(NULL);
    handle x = ad_tape_var(t, 2);
    const handle kept = x;
    x.value = 99;
    assert_same(ad_tape_value(t, x), 2);
    x = ad_tape_set(t, x, 7);
    assert_same(x.value, 7);
    assert_same(ad_tape_value(t, kept), 7);
    assert_same(kept.value, 2);
    const handle y = ad_tape_mul(t, x, x);
    assert_same(y.value, 49);
    assert_same(ad_tape_value(t, y), 49);
    ad_tape_free(t);
}
END_TEST

START_TEST(reserve)
{
    test_allocator heap = {0};
    const ad_allocator memory = test_memory(&heap);
    ad_tape *t = ad_tape_new(&memory);
    handle x = ad_tape_var(t, 1);
    ck_assert_int_eq(ad_tape_reserve(t, 100000), AD_OK);
    ck_assert_uint_ge(t->room - t->nodes, 100000);
    const size_t requests = heap.requests;
    for (int i = 0; i < 100000; i++) x = ad_tape_neg(t, x);
    ck_assert_uint_eq(heap.requests, requests);
    ck_assert_int_eq(ad_tape_reserve(t, 0), AD_OK);
    ck_assert_uint_eq(heap.requests, requests);
    ck_assert_int_eq(ad_tape_backward(t, x), AD_OK);
    x = ad_tape_neg(t, x); /* one more than reserved */
    ck_assert_int_eq(ad_tape_backward(t, x), AD_OK);
    assert_same(ad_tape_value(t, x), -1);

    /* A room that is there already is no reason to shrink. */
    const size_t room = t->room;
    ck_assert_int_eq(ad_tape_reserve(t, 1), AD_OK);
    ck_assert_uint_ge(t->room, room);
    ad_tape_free(t);
    assert_all_freed(&heap);
}
END_TEST

/* The three arrays grow in turn, and the second or third may be refused: there
 * is room for what the shortest of them holds. */
START_TEST(reserve_fails_half_way)
{
    for (size_t k = 1; k <= 3; k++) {
        test_allocator heap = {0};
        const ad_allocator memory = test_memory(&heap);
        ad_tape *t = ad_tape_new(&memory);
        heap.fail_at = heap.requests + k;
        ck_assert_int_eq(ad_tape_reserve(t, 10000), AD_NO_MEMORY);
        ad_tape_reset(t);
        handle x = ad_tape_var(t, 1);
        for (int i = 0; i < 5000; i++) {
            x = ad_tape_neg(t, x);
            if (t->room * (8 + 8 + 8) > heap.live_bytes)
                ck_abort_msg("room for %zu nodes in %zu bytes", t->room,
                             heap.live_bytes);
        }
        ck_assert_int_eq(ad_tape_backward(t, x), AD_OK);
        assert_same(ad_tape_value(t, x), 1);
        ad_tape_free(t);
        assert_all_freed(&heap);
    }
}
END_TEST

/* More nodes than a 32-bit index can name are refused before memory is asked for. */
START_TEST(reserve_past_the_index)
{
    const size_t too_many[] = {UINT32_MAX, (size_t)UINT32_MAX + 1, SIZE_MAX,
                               SIZE_MAX / 8, SIZE_MAX - 1};
    for (size_t i = 0; i < sizeof too_many / sizeof *too_many; i++) {
        test_allocator heap = {0};
        const ad_allocator memory = test_memory(&heap);
        ad_tape *t = ad_tape_new(&memory);
        const handle x = ad_tape_var(t, 1);
        const size_t requests = heap.requests;
        ck_assert_int_eq(ad_tape_reserve(t, too_many[i]), AD_TOO_MANY);
        ck_assert_uint_eq(heap.requests, requests);
        ck_assert_int_eq(ad_tape_status(t), AD_TOO_MANY);
        ck_assert(isnan(ad_tape_value(t, ad_tape_neg(t, x))));
        ck_assert_int_eq(ad_tape_backward(t, x), AD_TOO_MANY);
        ad_tape_reset(t);
        ck_assert_int_eq(ad_tape_reserve(t, 10), AD_OK);
        ad_tape_free(t);
        assert_all_freed(&heap);
    }
}
END_TEST

/* The limit may cut a growth short, and stand in the middle of room that is there. */
START_TEST(limit_and_room)
{
    for (size_t limit = 60; limit < 140; limit++) {
        ad_tape *t = ad_tape_new(NULL);
        ad_tape_limit(t, limit);
        handle x = ad_tape_var(t, 1);
        for (size_t i = 1; i < limit; i++) x = ad_tape_neg(t, x);
        ck_assert_int_eq(ad_tape_status(t), AD_OK);
        ck_assert_int_eq(ad_tape_backward(t, x), AD_OK);
        ck_assert(isnan(ad_tape_neg(t, x).value));
        ck_assert_int_eq(ad_tape_status(t), AD_TOO_MANY);
        ck_assert_uint_eq(t->nodes, limit);

        ad_tape_reset(t);
        ad_tape_limit(t, 200);
        x = ad_tape_var(t, 1);
        for (size_t i = 1; i < 100; i++) x = ad_tape_neg(t, x);
        ad_tape_limit(t, 101); /* room for 128 or so is there */
        x = ad_tape_neg(t, x);
        ck_assert_int_eq(ad_tape_backward(t, x), AD_OK);
        ad_tape_neg(t, x);
        ck_assert_int_eq(ad_tape_status(t), AD_TOO_MANY);
        ck_assert_uint_eq(t->nodes, 101);
        ad_tape_free(t);
    }
}
END_TEST

/* A rewind gives the side table back too: constants and third operands end with their
 * nodes, and those before the mark stay. */
START_TEST(rewind_and_the_side_table)
{
    ad_tape *t = ad_tape_new(NULL);
    const handle x = ad_tape_var(t, 3), y = ad_tape_pow_c(t, x, 2);
    const ad_tape_position start = ad_tape_mark(t);
    ck_assert_uint_eq(start.nodes, 2);
    for (int step = 0; step < 1000; step++) {
        ad_tape_rewind(t, start);
        const handle z = ad_tape_fma(t, y, ad_tape_add_c(t, x, step), x);
        ck_assert_int_eq(ad_tape_backward(t, z), AD_OK);
        assert_same(ad_tape_value(t, z), 9 * (3.0 + step) + 3);
        assert_same(ad_tape_grad(t, x), 6 * (3.0 + step) + 9 + 1);
    }
    const ad_tape_position end = ad_tape_mark(t);
    ck_assert_uint_eq(end.nodes, 4);
    ck_assert_uint_eq(end.extras, start.extras + 2);
    ad_tape_free(t);
}
END_TEST

/* ---- Forward mode --------------------------------------------------------------- */

/* One direction at a time, through the whole record: d(xyz) along (1, 0, 2) and so on.
 */
START_TEST(tangents)
{
    ad_tape *t = ad_tape_new(NULL);
    const handle leaf[3] = {ad_tape_var(t, 2), ad_tape_var(t, 3), ad_tape_var(t, 5)};
    const handle c = ad_tape_constant(t, 7);
    const handle xy = ad_tape_mul(t, leaf[0], leaf[1]);
    const handle xyz = ad_tape_mul(t, xy, leaf[2]);
    const handle all = ad_tape_dot(t, 3, leaf[0], leaf[0]);
    const handle sum = ad_tape_sum(t, 4, leaf[0]);
    const handle y =
        ad_tape_fma(t, xyz, ad_tape_pow_c(t, c, 2), ad_tape_add(t, all, sum));
    ck_assert(isnan(ad_tape_tangent(t, xy)));
    ck_assert_int_eq(ad_tape_backward(t, y), AD_OK);
    const double direction[2][3] = {{1, 0, 2}, {-1, 3, 0}};
    for (int d = 0; d < 2; d++) {
        const double *v = direction[d];
        ck_assert_int_eq(ad_tape_tangents(t, 3, leaf, v), AD_OK);
        const double dxyz = 15 * v[0] + 10 * v[1] + 6 * v[2];
        const double dall = 4 * v[0] + 6 * v[1] + 10 * v[2], dsum = v[0] + v[1] + v[2];
        assert_same(ad_tape_tangent(t, leaf[2]), v[2]);
        assert_same(ad_tape_tangent(t, c), 0);
        assert_same(ad_tape_tangent(t, xy), 3 * v[0] + 2 * v[1]);
        assert_same(ad_tape_tangent(t, xyz), dxyz);
        assert_same(ad_tape_tangent(t, all), dall);
        assert_same(ad_tape_tangent(t, sum), dsum);
        assert_same(ad_tape_tangent(t, y), 49 * dxyz + dall + dsum);
        double inner = 0; /* <J'w, v> with w = 1, from the backward before */
        for (int i = 0; i < 3; i++) inner += ad_tape_grad(t, leaf[i]) * v[i];
        assert_same(inner, ad_tape_tangent(t, y));
    }
    /* Leaves that are not given stand still. */
    ck_assert_int_eq(ad_tape_tangents(t, 1, &leaf[1], (double[]){1}), AD_OK);
    assert_same(ad_tape_tangent(t, xy), 2);
    assert_same(ad_tape_tangent(t, leaf[0]), 0);
    ck_assert_int_eq(ad_tape_tangents(t, 0, NULL, NULL), AD_OK);
    assert_same(ad_tape_tangent(t, y), 0);

    const handle late = ad_tape_neg(t, y);
    ck_assert(isnan(ad_tape_tangent(t, late)));
    ad_tape_reset(t);
    ck_assert(isnan(ad_tape_tangent(t, ad_tape_var(t, 1))));
    ck_assert(isnan(ad_tape_tangent(t, ad_tape_nil())));
    ad_tape_free(t);
}
END_TEST

/* A step's tangents end with its nodes, and its sweep finds room where the last one
 * was. */
START_TEST(tangents_over_rewinds)
{
    test_allocator heap = {0};
    const ad_allocator memory = test_memory(&heap);
    ad_tape *t = ad_tape_new(&memory);
    const handle x = ad_tape_var(t, 3);
    const ad_tape_position start = ad_tape_mark(t);
    size_t requests = 0;
    for (int step = 1; step <= 20; step++) {
        ad_tape_rewind(t, start);
        handle y = x;
        for (int i = 0; i < 1000; i++) y = ad_tape_add(t, y, x);
        ck_assert(isnan(ad_tape_tangent(t, y)));
        ck_assert_int_eq(ad_tape_tangents(t, 1, &x, (double[]){step}), AD_OK);
        assert_same(ad_tape_tangent(t, y), 1001.0 * step);
        if (step == 1) requests = heap.requests;
        ck_assert_uint_eq(heap.requests, requests);
    }
    ad_tape_free(t);
    assert_all_freed(&heap);
}
END_TEST

/* No room for the tangents: recording has stopped, as after every failure. */
START_TEST(tangents_out_of_memory)
{
    test_allocator heap = {0};
    const ad_allocator memory = test_memory(&heap);
    ad_tape *t = ad_tape_new(&memory);
    const handle x = ad_tape_var(t, 3);
    heap.fail_at = heap.requests + 1;
    ck_assert_int_eq(ad_tape_tangents(t, 1, &x, (double[]){1}), AD_NO_MEMORY);
    ck_assert_int_eq(ad_tape_status(t), AD_NO_MEMORY);
    ck_assert(isnan(ad_tape_tangent(t, x)));
    ck_assert(isnan(ad_tape_value(t, ad_tape_neg(t, x))));
    ck_assert_int_eq(ad_tape_backward(t, x), AD_NO_MEMORY);
    ad_tape_reset(t);
    const handle y = ad_tape_var(t, 4), z = ad_tape_mul(t, y, y);
    ck_assert_int_eq(ad_tape_tangents(t, 1, &y, (double[]){1}), AD_OK);
    assert_same(ad_tape_tangent(t, z), 8);
    ad_tape_free(t);
    assert_all_freed(&heap);
}
END_TEST

/* The record of an operation is what the header says, no more. */
START_TEST(layout)
{
    ck_assert_uint_eq(sizeof(ad_tape_word), 8);
    ck_assert_uint_le(sizeof(ad_tape_handle), 16);
    ck_assert_int_lt(AD_OP_count, UINT8_MAX);
}
END_TEST

Suite *tape_suite(void)
{
    Suite *suite = suite_create("tape");
    add_verbs_tape(suite);
    TCase *room = tcase_create("memory");
    tcase_set_timeout(room, 60);
    tcase_add_loop_test(room, bytes_per_operation, 0, 3);
    tcase_add_test(room, steps_allocate_nothing);
    tcase_add_test(room, growth_is_amortised);
    tcase_add_test(room, value_is_the_tapes);
    tcase_add_test(room, reserve);
    tcase_add_test(room, reserve_fails_half_way);
    tcase_add_test(room, reserve_past_the_index);
    tcase_add_test(room, limit_and_room);
    tcase_add_test(room, rewind_and_the_side_table);
    tcase_add_test(room, layout);
    suite_add_tcase(suite, room);
    TCase *forward = tcase_create("forward");
    tcase_add_test(forward, tangents);
    tcase_add_test(forward, tangents_over_rewinds);
    tcase_add_test(forward, tangents_out_of_memory);
    suite_add_tcase(suite, forward);
    return suite;
}
