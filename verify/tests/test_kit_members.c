/*
 * The optional members of engine.h: what is given is held to what it says. The tape with
 * every member passes; with one of them spoilt, that one's row fails, and no other.
 */
#include <stdio.h>
#include <string.h>

#include "engine/tape.h"
#include "verify/kit/own_engine.h"
#include "verify/tests/kit_ride.h"
#include "verify/tests/suites.h"

static const ad_engine *const tape = &own_engine_tape;

/* ---- Members that the tape has not, of those that it has ------------------------- */

static ad_engine_node two(void *r, ad_op op, ad_engine_node x, ad_engine_node y)
{
    return tape->apply(r, (int)op, 2, (ad_engine_node[]){x, y}, 0);
}

static ad_engine_node sum(void *r, size_t n, const ad_engine_node *x)
{
    ad_engine_node s = x[0];
    for (size_t i = 1; i < n; i++) s = two(r, AD_OP_add, s, x[i]);
    return s;
}

static ad_engine_node dot(void *r, size_t n, const ad_engine_node *x,
                          const ad_engine_node *y)
{
    ad_engine_node s = two(r, AD_OP_mul, x[0], y[0]);
    for (size_t i = 1; i < n; i++)
        s = two(r, AD_OP_add, s, two(r, AD_OP_mul, x[i], y[i]));
    return s;
}

static int run(void *r, size_t inputs, const double *x, size_t steps,
               const ad_engine_step *step, double *value, double *grad)
{
    ad_engine_node node[16];
    size_t n = 0;
    for (; n < inputs; n++) node[n] = tape->input(r, x[n]);
    for (size_t k = 0; k < steps; k++, n++) {
        ad_engine_node operand[3];
        for (uint32_t i = 0; i < step[k].operands; i++)
            operand[i] = node[step[k].operand[i]];
        node[n] =
            tape->apply(r, step[k].op, step[k].operands, operand, step[k].constant);
    }
    tape->backward(r, node[n - 1]);
    for (size_t i = 0; i < n; i++) value[i] = tape->value(r, node[i]);
    for (size_t i = 0; i < n; i++) grad[i] = tape->grad(r, node[i]);
    return 0;
}

/* Of operations whose words say all, but for a constant or two operands. */
static void forward(void *r, ad_engine_node output)
{
    ad_tape *t = r;
    for (size_t i = 0; i <= output; i++) {
        const uint64_t word = t->word[i]; /* see ad_tape_pack */
        const size_t x = word >> 8 & 0xfffffff, y = word >> 36;
        const int op = (int)(word & 0xff);
        if (op < AD_FIRST_ROW || op > AD_LAST_ROW) continue;
        const int n = ad_ops[op].operands;
        const bool has_c = ad_ops[op].constants > 0;
        const size_t second = n == 3 ? t->extra[y].pair[0] : n == 2 ? y : x;
        const size_t third = n == 3 ? t->extra[y].pair[1] : x;
        const double of[] = {t->value[x], t->value[second], t->value[third]};
        t->value[i] = ad_ops[op].value(of, has_c ? t->extra[y].real : 0);
    }
}

static void order(void *r, ad_engine_node output) { (void)r, (void)output; }

static void statistics(void *r, size_t *nodes, size_t *bytes)
{
    *nodes = ((const ad_tape *)r)->nodes;
    *bytes = 24 * *nodes;
}

/* ---- Spoilt ---------------------------------------------------------------------- */

static ad_engine_node once_each(void *r, size_t n, const ad_engine_node *x)
{
    ad_engine_node s = x[0];
    for (size_t i = 1; i < n; i++) {
        size_t j = 0;
        while (x[j] != x[i]) j++;
        s = j < i ? s : two(r, AD_OP_add, s, x[i]);
    }
    return s;
}

static ad_engine_node squares(void *r, size_t n, const ad_engine_node *x,
                              const ad_engine_node *y)
{
    (void)y;
    return dot(r, n, x, x);
}

static int run_twice(void *r, size_t inputs, const double *x, size_t steps,
                     const ad_engine_step *step, double *value, double *grad)
{
    run(r, inputs, x, steps, step, value, grad);
    for (size_t i = 0; i < inputs; i++) grad[i] *= 2;
    return 0;
}

static int run_fails(void *r, size_t inputs, const double *x, size_t steps,
                     const ad_engine_step *step, double *value, double *grad)
{
    run(r, inputs, x, steps, step, value, grad);
    return 1;
}

static void set_nothing(void *r, ad_engine_node leaf, double v)
{
    (void)r, (void)leaf, (void)v;
}

static void forward_nothing(void *r, ad_engine_node output) { order(r, output); }

/* Of a graph that is sorted, one has lost its last leaf. */
static void order_ends(void *r, ad_engine_node output)
{
    (void)output;
    tape->set(r, 0, 0);
}

static void count_nothing(void *r, size_t *nodes, size_t *bytes)
{
    (void)r;
    *nodes = *bytes = 64;
}

static void weigh_nothing(void *r, size_t *nodes, size_t *bytes)
{
    statistics(r, nodes, bytes);
    *bytes = 0;
}

static void rewind_nothing(void *r, uint64_t mark) { (void)r, (void)mark; }

static void rewind_all(void *r, uint64_t mark)
{
    tape->reset(r);
    (void)mark;
}

static void spoil_set(ad_engine *e) { e->set = set_nothing; }
static void spoil_forward(ad_engine *e) { e->forward = forward_nothing; }
static void spoil_order(ad_engine *e) { e->order = order_ends; }
static void spoil_rewind(ad_engine *e) { e->rewind = rewind_nothing; }
static void spoil_rewind_more(ad_engine *e) { e->rewind = rewind_all; }
static void spoil_sum(ad_engine *e) { e->sum = once_each; }
static void spoil_dot(ad_engine *e) { e->dot = squares; }
static void spoil_run(ad_engine *e) { e->run = run_twice; }
static void spoil_status(ad_engine *e) { e->run = run_fails; }

static void spoil_count(ad_engine *e) { e->statistics = count_nothing; }
static void spoil_bytes(ad_engine *e) { e->statistics = weigh_nothing; }

static const struct {
    const char *id;
    void (*spoil)(ad_engine *e);
} spoilt[] = {
    {"7.set", spoil_set},
    {"7.forward", spoil_forward},
    {"7.order", spoil_order},
    {"7.rewind", spoil_rewind},
    {"7.rewind", spoil_rewind_more},
    {"7.sum", spoil_sum},
    {"7.dot", spoil_dot},
    {"7.run", spoil_run},
    {"7.run", spoil_status},
    {"7.statistics", spoil_count},
    {"7.statistics", spoil_bytes},
};

/* ---- Ridden ---------------------------------------------------------------------- */

static ad_engine whole_engine(void)
{
    ad_engine e = *tape;
    e.sum = sum;
    e.dot = dot;
    e.run = run;
    e.forward = forward;
    e.order = order;
    e.statistics = statistics;
    return e;
}

static kit_verdict ride_members(kit *k, engine_file *f, const ad_engine *e)
{
    const kit_options options = {.quick = true, .seed = 1, .only = "7"};
    return ride_through(k, f, e, options);
}

START_TEST(every_member_is_tried)
{
    static const char *const ids[] = {
        "7.reset",        "7.rewind",      "7.order",       "7.set",
        "7.forward",      "7.sum",         "7.dot",         "7.run",
        "7.statistics",   "7.sum.array",   "7.dot.array",   "7.reset.other",
        "7.rewind.other", "7.again.other", "7.forward.each"};
    const ad_engine e = whole_engine();
    kit k;
    engine_file f;
    ck_assert_int_eq(ride_members(&k, &f, &e), KIT_CONFORMS);
    for (size_t i = 0; i < sizeof ids / sizeof *ids; i++) {
        size_t rows = 0;
        for (size_t j = 0; j < k.n; j++) rows += strcmp(k.finding[j].id, ids[i]) == 0;
        ck_assert_msg(rows == 1, "%s: %zu rows", ids[i], rows);
    }
    kit_close(&k);
}
END_TEST

START_TEST(a_spoilt_member_is_seen)
{
    ad_engine e = whole_engine();
    spoilt[_i].spoil(&e);
    kit k;
    engine_file f;
    ck_assert_int_ne(ride_members(&k, &f, &e), KIT_CONFORMS);
    for (size_t j = 0; j < k.n; j++) {
        const finding *row = &k.finding[j];
        /* forward goes by set: without the one, the other cannot be right. */
        const bool goes_by =
            strcmp(spoilt[_i].id, "7.set") == 0 && strcmp(row->id, "7.forward") == 0;
        ck_assert_msg(goes_by || finding_is_bad(row->status) ==
                                     (strcmp(row->id, spoilt[_i].id) == 0),
                      "%s is spoilt, and %s: %s", spoilt[_i].id, row->id, row->text);
        if (row->status != FINDING_FAIL) continue;
        const bool is_count = strncmp(row->got, "mark, after rewind,", 19) == 0;
        const bool is_forward = strcmp(row->id, "7.forward") == 0 && !goes_by;
        ck_assert_str_eq(row->code, is_count ? "G253" : is_forward ? "G281" : "G224");
        ck_assert_ptr_nonnull(strstr(message_seen_in(row->code), row->id));
    }
    kit_close(&k);
}
END_TEST

/* ---- Sizes and versions ---------------------------------------------------------- */

/* What was built against an older header is smaller, and has the later members not. */
START_TEST(an_older_engine_is_smaller)
{
    ad_engine e = whole_engine();
    static const struct {
        size_t size;
        bool has_sum, has_run, has_rewind;
    } ages[] = {{sizeof e, true, true, true},
                {offsetof(ad_engine, mark), true, true, false},
                {offsetof(ad_engine, run), true, false, false},
                {offsetof(ad_engine, precision), false, false, false}};
    for (size_t i = 0; i < sizeof ages / sizeof *ages; i++) {
        mount m;
        e.size = (uint32_t)ages[i].size;
        ck_assert_ptr_null(mount_engine(&m, &e));
        ck_assert((m.engine.sum != NULL) == ages[i].has_sum);
        ck_assert((m.engine.run != NULL) == ages[i].has_run);
        ck_assert((m.engine.rewind != NULL) == ages[i].has_rewind);
        ck_assert_int_eq(m.engine.precision, AD_ENGINE_DOUBLE);
    }
    mount m;
    e.size = offsetof(ad_engine, precision) - 1;
    ck_assert_ptr_nonnull(mount_engine(&m, &e));
}
END_TEST

/* One that was built against a later header is larger; what we do not know is not ours. */
START_TEST(a_newer_engine_is_larger)
{
    struct {
        ad_engine known;
        void *unknown[8];
    } later = {.known = whole_engine()};
    mount m;
    later.known.size = sizeof later;
    ck_assert_ptr_null(mount_engine(&m, &later.known));
    ck_assert(m.engine.rewind != NULL);
}
END_TEST

START_TEST(half_a_pair_is_refused)
{
    ad_engine e = whole_engine();
    mount m;
    e.mark = NULL;
    ck_assert_ptr_nonnull(strstr(mount_engine(&m, &e), "both, or neither"));
    e = whole_engine();
    e.rewind = NULL;
    ck_assert_ptr_nonnull(strstr(mount_engine(&m, &e), "both, or neither"));
}
END_TEST

Suite *kit_members_suite(void)
{
    Suite *suite = suite_create("kit_members");
    TCase *c = tcase_create("members");
    tcase_set_timeout(c, 60);
    tcase_add_test(c, every_member_is_tried);
    tcase_add_loop_test(c, a_spoilt_member_is_seen, 0, sizeof spoilt / sizeof *spoilt);
    tcase_add_test(c, an_older_engine_is_smaller);
    tcase_add_test(c, a_newer_engine_is_larger);
    tcase_add_test(c, half_a_pair_is_refused);
    suite_add_tcase(suite, c);
    return suite;
}
