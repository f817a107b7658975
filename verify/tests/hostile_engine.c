/* The tape, spoilt in one way each. */
#include "verify/tests/hostile_engine.h"

#include <fenv.h>
#include <float.h>
#include <locale.h>
#include <math.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>

#include "verify/kit/own_engine.h"

static const ad_engine *const right = &own_engine_tape;

/* ---- What they do ---------------------------------------------------------------- */

static void crash(void *record, ad_engine_node output)
{
    (void)output;
    volatile char *nowhere = record == NULL ? record : NULL;
    *nowhere = 1;
}

static void hang(void *record, ad_engine_node output)
{
    for (volatile int i = 1; i != 0;) (void)record, (void)output;
}

static size_t dig(volatile char *above, size_t depth)
{
    volatile char room[1024];
    room[depth % sizeof room] = above == NULL ? 0 : above[0];
    return depth == 0 ? (size_t)room[0] : dig(room, depth - 1) + (size_t)room[1];
}

/* Recursion as deep as the record is long. */
static void overflow(void *record, ad_engine_node output)
{
    dig(NULL, output);
    right->backward(record, output);
}

static void leave(void *record, ad_engine_node output)
{
    (void)record;
    (void)output;
    exit(7);
}

static void keep(void *record) { (void)record; }

static void devour(void *record, ad_engine_node output)
{
    (void)output;
    for (size_t n = (size_t)1 << 30;; n += n) {
        char *more = malloc(n);
        if (more == NULL) abort();
        memset(more, 1, 4096);
        if (record == (void *)more) free(more);
    }
}

static double not_a_number(void *record, ad_engine_node node)
{
    (void)record;
    (void)node;
    return (double)NAN;
}

static void round_up(void *record, ad_engine_node output)
{
    fesetround(FE_UPWARD);
    right->backward(record, output);
}

static void localize(void *record, ad_engine_node output)
{
    if (setlocale(LC_ALL, "C.UTF-8") == NULL) setlocale(LC_ALL, "POSIX");
    right->backward(record, output);
}

static int first_time = 1;

static double flaky(void *record, ad_engine_node node)
{
    return right->grad(record, node) * (first_time-- > 0 ? 1 : 1 + DBL_EPSILON);
}

static int knows_nothing(const char *operation)
{
    (void)operation;
    return -1;
}

static int knows_tanh(const char *operation)
{
    return strcmp(operation, "tanh") == 0 ? right->resolve("tanh") : -1;
}

static const char *complain(void *record)
{
    (void)record;
    return "out of paper";
}

/* One tape for all: it is emptied when a record is asked for, and never ended. */
static void *only_one(void)
{
    static void *tape;
    if (tape == NULL) tape = right->create();
    right->reset(tape);
    return tape;
}

/* Looks through the whole record for every so many nodes. */
static void search(void *record, ad_engine_node output)
{
    volatile size_t seen = 0;
    for (size_t i = 0; i < output / 16; i++)
        for (size_t j = 0; j < output; j++) seen = seen + 1;
    right->backward(record, output);
}

/* ---- The spoils ------------------------------------------------------------------ */

static void with_crash(ad_engine *e) { e->backward = crash; }
static void with_hang(ad_engine *e) { e->backward = hang; }
static void with_overflow(ad_engine *e) { e->backward = overflow; }
static void with_one_tape(ad_engine *e) { e->create = only_one, e->destroy = keep; }
static void with_search(ad_engine *e) { e->backward = search; }
static void with_exit(ad_engine *e) { e->backward = leave; }
static void with_leak(ad_engine *e) { e->destroy = keep; }
static void with_greed(ad_engine *e) { e->backward = devour; }
static void with_nan(ad_engine *e) { e->grad = not_a_number; }
static void with_rounding(ad_engine *e) { e->backward = round_up; }
static void with_locale(ad_engine *e) { e->backward = localize; }
static void with_flakes(ad_engine *e) { e->grad = flaky; }
static void with_other_abi(ad_engine *e) { e->abi = 77; }
static void with_no_grad(ad_engine *e) { e->grad = NULL; }
static void with_small_size(ad_engine *e) { e->size = 16; }
static void with_nothing(ad_engine *e) { e->resolve = knows_nothing; }
static void with_tanh(ad_engine *e) { e->resolve = knows_tanh; }
static void with_error(ad_engine *e) { e->error = complain; }
static void with_policy(ad_engine *e) { e->policy = AD_ENGINE_ACCUMULATES; }

/* clang-format off */
const hostile hostile_engines[] = {
    {"crash",        with_crash,      "1", "1.leaf",         "SIGSEGV (a NULL pointer was used) in backward", 3},
    {"hang",         with_hang,       "1.leaf", "1.leaf",    "no end after", 3},
    {"overflow",     with_overflow,   "5.chain", "5.chain.12000", "SIGSEGV (the stack is full) in backward, with 12004 nodes: recursion?", 3},
    {"exit",         with_exit,       "1", "1.leaf",         "exit(7) in backward", 3},
    {"leak",         with_leak,       "7", "7.memory",       "a leak: ", 0},
    {"greed",        with_greed,      "1.leaf", "1.leaf",    "SIGABRT in backward", 3},
    {"one tape",     with_one_tape,   "7.two", "7.two",      "a second record disturbs the first", 1},
    {"one tape",     with_one_tape,   NULL, "7.two",         "a second record disturbs the first", 1},
    {"slow",         with_search,     "7.time", "7.time",    "slow: time grows as n^", 0},
    {"nan",          with_nan,        "1", "1.leaf",         "dx is nan, not 1", 1},
    {"rounding",     with_rounding,   "7", "7.surroundings", "leaves another rounding mode behind", 1},
    {"locale",       with_locale,     "7", "7.surroundings", "leaves another locale behind", 1},
    {"flaky",        with_flakes,     "7", "7.again",        "recorded once more, is ", 1},
    {"abi",          with_other_abi,  NULL, "1.load",        "ABI version 77", 2},
    {"no grad",      with_no_grad,    NULL, "1.load",        "has no function grad", 2},
    {"size",         with_small_size, NULL, "1.load",        "sizeof(ad_engine)", 2},
    {"no operation", with_nothing,    NULL, "1.load",        "resolves no operation", 2},
    {"one operation", with_tanh,      NULL, "5.chain.40",    "the engine has no add", 0},
    {"error",        with_error,      "1", "1.load",         "out of paper", 1},
    {"policy",       with_policy,     "1", "1.policy",       "is not what it does", 1},
};
/* clang-format on */
const size_t hostile_engines_count = sizeof hostile_engines / sizeof hostile_engines[0];

const ad_engine *hostile_engine(const hostile *h)
{
    static ad_engine engine;
    engine = *right;
    h->spoil(&engine);
    return &engine;
}
