/* Lesson 7: how the engine behaves: the same twice, memory, time, what it leaves
 * changed. */
#include <fenv.h>
#include <float.h>
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "verify/kit/kit_life.h"

/* ---- A program of any size ------------------------------------------------------- */

/* b = x y;  v = v + b, b + v, ... : returns the output. Needs add and mul. */
static ad_engine_node record_some(ride *r, size_t operations, ad_engine_node leaf[2])
{
    leaf[0] = ride_input(r, 1.25);
    leaf[1] = ride_input(r, -0.75);
    ad_engine_node b = ride_binary(r, AD_OP_mul, leaf[0], leaf[1]), v = b;
    for (size_t i = 1; i < operations; i++)
        v = i % 2 == 0 ? ride_binary(r, AD_OP_add, v, b)
                       : ride_binary(r, AD_OP_add, b, v);
    return v;
}

static void once(ride *r, size_t operations, double grad[2])
{
    ad_engine_node leaf[2];
    ride_backward(r, record_some(r, operations, leaf));
    for (int i = 0; i < 2; i++) grad[i] = ride_grad(r, leaf[i]);
}

/* ---- The same again -------------------------------------------------------------- */

enum { REPETITIONS = 20 };

static void ride_again(ride *r)
{
    double first[2], grad[2];
    once(r, 200, first);
    for (int i = 1; i < REPETITIONS; i++) {
        ride_fresh(r);
        if (r->record == NULL) return;
        once(r, 200, grad);
        ride_claim(r, "dx, recorded once more,", grad[0], first[0], 0);
        ride_claim(r, "dy, recorded once more,", grad[1], first[1], 0);
    }
}

/* Another record stays open meanwhile. */
static void ride_two(ride *r)
{
    double alone[2], beside[2], after;
    ad_engine_node leaf[2];
    once(r, 50, alone);
    ride_fresh(r);
    void *first = r->record;
    const ad_engine_node output = record_some(r, 50, leaf);
    r->record = r->m->engine.create();
    if (r->record != NULL) {
        for (int i = 0; i < 3; i++) ride_input(r, 7); /* other nodes, in other places */
        once(r, 30, beside);
        r->m->engine.destroy(r->record);
    }
    r->record = first;
    ride_backward(r, output);
    after = ride_grad(r, leaf[0]);
    ride_claim(r, "dx, with another record open,", after, alone[0], 0);
}

/* ---- Memory ---------------------------------------------------------------------- */

/* Resident bytes; 0 where the system does not say. */
static double resident(void)
{
    unsigned long size = 0, pages = 0;
    FILE *in = fopen("/proc/self/statm", "r");
    if (in == NULL) return 0;
    if (fscanf(in, "%lu %lu", &size, &pages) != 2) pages = 0;
    fclose(in);
    return (double)pages * (double)sysconf(_SC_PAGESIZE);
}

enum { LEAK_OPERATIONS = 2000, LEAK_RECORDS = 100, BYTES_OPERATIONS = 20000 };

static void ride_memory(ride *r)
{
    double grad[2];
    for (int i = 0; i < LEAK_RECORDS / 4; i++) {
        once(r, LEAK_OPERATIONS, grad);
        ride_fresh(r);
    }
    const double before = resident();
    for (int i = 0; i < LEAK_RECORDS; i++) {
        once(r, LEAK_OPERATIONS, grad);
        ride_fresh(r);
    }
    ride_note(r, (resident() - before) / LEAK_RECORDS);
}

static void ride_bytes(ride *r)
{
    double grad[2];
    const double before = resident();
    once(r, BYTES_OPERATIONS, grad);
    ride_note(r, (resident() - before) / BYTES_OPERATIONS);
}

/* ---- Time ------------------------------------------------------------------------ */

enum { TIMED_LEAST = 1000, TIMED_SIZES = 5, TIMED_ROUNDS = 5 };

static void ride_time(ride *r)
{
    double grad[2];
    for (int s = 0; s < TIMED_SIZES; s++) {
        double best = HUGE_VAL;
        for (int i = 0; i < TIMED_ROUNDS; i++) {
            ride_fresh(r);
            const double start = seconds_now();
            once(r, (size_t)TIMED_LEAST << s, grad);
            best = fmin(best, seconds_now() - start);
        }
        ride_note(r, best);
    }
}

/* ---- What it leaves changed ------------------------------------------------------ */

static void ride_surroundings(ride *r)
{
    double grad[2];
    once(r, 100, grad);
    ride_fresh(r);
    once(r, 100, grad);
    volatile double least = DBL_MIN;
    ride_note(r, fegetround());
    ride_note(r, least / 4 > 0);
    const char *locale = setlocale(LC_ALL, NULL);
    ride_note(r, locale != NULL && strcmp(locale, "C") != 0);
}

/* ---- Findings -------------------------------------------------------------------- */

static finding *begin(kit *k, const char *id, const char *title, ride_work *work,
                      double seconds, bool *rode)
{
    static const ad_op needs[2] = {AD_OP_add, AD_OP_mul};
    char room[160];
    if (!kit_wants(k, id)) return NULL;
    const char *why_not = kit_why_not(k, 2, needs, work == ride_again, room);
    if (k->lasting && (work == ride_memory || work == ride_bytes))
        why_not = "needs 1.arrays, which is wrong"; /* the arrays would be counted */
    if (why_not != NULL) {
        kit_skip(k, id, title, "%s", why_not);
        return NULL;
    }
    finding *f = kit_find(k, id, title);
    *rode = kit_ride(k, f, &(ride){.work = work}, seconds);
    if (f->status == FINDING_HANG && !k->options.strict) {
        k->hung--;
        f->status = FINDING_NOTE;
        f->code[0] = f->same[0] = '\0';
        snprintf(f->text, sizeof f->text, "slow: not over after %.0f s", f->seconds);
    }
    return f;
}

static void note(kit *k, finding *f)
{
    f->status = k->options.strict ? FINDING_FAIL : FINDING_NOTE;
}

static void try_memory(kit *k)
{
    bool rode;
    finding *f =
        begin(k, "7.memory", "100 recordings, each destroyed", ride_memory, 4, &rode);
    if (f != NULL && rode) {
        const double kept = k->sheet->number[0];
        if (kept > 4 * LEAK_OPERATIONS) {
            note(k, f);
            snprintf(f->text, sizeof f->text,
                     "a leak: %.0f bytes stay of each recording of %d operations", kept,
                     LEAK_OPERATIONS);
        }
    }
    f = begin(k, "7.bytes", "memory of one recording", ride_bytes, 4, &rode);
    if (f != NULL && rode && k->sheet->number[0] > 0)
        snprintf(f->text, sizeof f->text, "%.0f bytes an operation",
                 k->sheet->number[0]);
}

/* The power of n with which time grows, 2 for n^2; where one doubling of n was not like
 * the others, the machine had something else to do: 1. */
static double growth(const double t[TIMED_SIZES])
{
    double least = HUGE_VAL;
    for (int i = 2; i < TIMED_SIZES; i++) least = fmin(least, log2(t[i] / t[i - 1]));
    return least < 1.2 ? 1 : log2(t[TIMED_SIZES - 1] / t[1]) / (TIMED_SIZES - 2);
}

static void try_time(kit *k)
{
    bool rode;
    finding *f =
        begin(k, "7.time", "time of 1000 to 16000 operations", ride_time, 6, &rode);
    if (f == NULL) return;
    if (!rode) return;
    const double *t = k->sheet->number, power = growth(t);
    if (power > 1.5 && t[TIMED_SIZES - 1] > 1e-3) {
        note(k, f);
        snprintf(f->text, sizeof f->text,
                 "slow: time grows as n^%.1f (%.3g s for 16000 operations)", power,
                 t[TIMED_SIZES - 1]);
        return;
    }
    snprintf(f->text, sizeof f->text, "%.0f ns an operation",
             1e9 * t[TIMED_SIZES - 1] / (TIMED_LEAST << (TIMED_SIZES - 1)));
}

static void try_surroundings(kit *k)
{
    bool rode;
    finding *f = begin(k, "7.surroundings", "rounding mode, subnormals and locale",
                       ride_surroundings, 2, &rode);
    if (f == NULL || !rode) return;
    const double *n = k->sheet->number;
    const bool rounds = n[0] == FE_TONEAREST;
    if (!rounds || n[2] != 0) {
        f->status = FINDING_FAIL;
        snprintf(f->text, sizeof f->text, "the engine leaves another %s behind",
                 rounds ? "locale" : "rounding mode");
    } else if (n[1] == 0) {
        note(k, f);
        strcpy(f->text,
               "subnormal numbers are flushed to 0 once it is loaded (-ffast-math?)");
    }
}

/* One tape for all: "nodes live until reset or destroy" (engine.h), and neither was. */
static void put_two(finding *f)
{
    strcpy(f->code, "G275");
    strcpy(f->run, "r = create()\nx, y and 50 operations on r: z\ns = create()\n"
                   "30 operations on s, and backward\ndestroy(s)\nbackward z");
    if (f->status == FINDING_FAIL)
        snprintf(f->why, sizeof f->why, "With no other record dx is %s. ",
                 f->expected[0] != '\0' ? strrchr(f->expected, ' ') + 1 : "right");
    else
        snprintf(f->why, sizeof f->why, "%.150s. ", f->text);
    const size_t n = strlen(f->why);
    f->status = FINDING_FAIL;
    f->same[0] = '\0';
    strcpy(f->text, "a second record disturbs the first: do they share a global?");
    snprintf(f->why + n, sizeof f->why - n,
             "Nodes live until reset or destroy of their own record. An engine that "
             "can have one record only lets create return NULL while it is open.");
}

void kit_conduct(kit *k)
{
    bool rode;
    finding *f = begin(k, "7.again", "the same program 20 times", ride_again, 3, &rode);
    if (f != NULL && f->status == FINDING_FAIL && !finding_is_unsteady(f))
        kit_say_life(k, f, LIFE_ENDED);
    f = begin(k, "7.two", "two records at once", ride_two, 2, &rode);
    const bool unsteady = f != NULL && finding_is_unsteady(f);
    if (f != NULL && !rode && f->status != FINDING_NOTE && !unsteady) put_two(f);
    kit_records(k);
    if (k->file->command == NULL) { /* what a process of its own does, is its own */
        if (!ISOLATION_UNDER_ASAN) try_memory(k);
        try_surroundings(k);
    }
    if (k->file->command == NULL || !k->options.quick) try_time(k);
    kit_members(k);
    kit_kept(k);
}
