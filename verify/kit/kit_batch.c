/* Lesson 3, all its programs in one process. */
#include <string.h>

#include "verify/kit/kit_alone.h"
#include "verify/kit/mistake_fit.h"

typedef struct batch {
    const signature *program;
    outcome *answer; /* shared with the child */
    const bool *supported;
    size_t n;
} batch;

static void ride_batch(ride *r)
{
    const batch *b = r->what;
    ride_end(r);
    for (size_t p = 0; p < b->n; p++)
        if (signature_runs(&b->program[p], b->supported))
            signature_run(&b->program[p], r->m, &b->answer[p]);
}

/* Starting a command for each program takes a hundred times as long as the program. So
 * where a known mistake gives every number, that is believed at once. */
static bool is_settled(const kit *k)
{
    const diagnosis *d = &k->diagnosis;
    bool named = d->causes > 0 && k->file->command != NULL;
    for (size_t i = 0; i < d->causes; i++)
        named = named && d->cause[i].named && d->cause[i].rivals == 0;
    return named;
}

/* The first that did not come to its end; ->n when all did. */
static size_t first_ended(const batch *b)
{
    size_t p = 0;
    while (p < b->n &&
           (b->answer[p].ran || !signature_runs(&b->program[p], b->supported)))
        p++;
    return p;
}

/* Whether it is a second backward that one of them ended in: then k->once. */
static bool is_once(kit *k, const batch *b, const finding *f)
{
    const size_t p = first_ended(b);
    char run[sizeof f->run];
    if (p == b->n) return false;
    signature_expr(&b->program[p], run, sizeof run);
    return kit_is_once(k, f, b->answer[p].passes, run);
}

/* Or is the known mistake what is left of the programs before? */
static bool is_alone_so(kit *k, const batch *b)
{
    const size_t p = k->diagnosis.cause[0].shown;
    const flaw *f = &k->diagnosis.cause[0].flaw;
    outcome alone;
    const evidence e = {&b->program[p], &alone, 1, b->supported,
                        k->engine.engine.precision};
    if (!kit_run_alone(k, &b->program[p], &alone)) return false;
    return mistake_is_set(f) ? mistake_fits_set(&e, 0, f)
                             : kit_is_same_alone(&b->program[p], &b->answer[p], &alone);
}

/*
 * All in one process, which is quick. But what is wrong may be an engine's that a
 * program before has spoilt: unless all are right, or the mistake is known and the
 * engine another process, each is run again in a process of its own.
 */
bool kit_batch(kit *k)
{
    kit_evidence *own = &k->evidence;
    const size_t bytes = own->n * sizeof(outcome);
    batch b = {own->program, isolate_share(bytes), own->supported, own->n};
    if (b.answer == NULL) return false;
    finding f = {0};
    const size_t hung = k->hung, crashed = k->crashed;
    bool right = kit_ride(k, &f, &(ride){.work = ride_batch, .what = &b}, LONG_RIDE);
    k->hung = hung;
    k->crashed = crashed;
    if (is_once(k, &b, &f)) {
        memset(b.answer, 0, bytes);
        right = kit_ride(k, &f, &(ride){.work = ride_batch, .what = &b}, LONG_RIDE);
    }
    k->hung = hung;
    k->crashed = crashed;
    if (right) {
        const evidence e = {own->program, b.answer, own->n, own->supported,
                            k->engine.engine.precision};
        mistake_find(&e, &k->diagnosis);
        right = k->diagnosis.right || is_settled(k);
        if (!k->diagnosis.right && right) right = is_alone_so(k, &b);
    }
    if (right) {
        memcpy(own->got, b.answer, bytes);
        own->seconds = f.seconds;
    }
    isolate_unshare(b.answer, bytes);
    return right;
}
