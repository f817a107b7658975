/* Lesson 5: how deep, wide and shared a graph may get: stacks, fixed arrays, paths. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "verify/kit/kit.h"

/*
 * From so many nodes on, an engine that says no, fills its stack or takes too long has
 * a limit, not a mistake: that is a note, and a failure only when strict. A wrong
 * number is a failure at any size.
 */
enum { LARGE = 100000, LARGEST = 1000000 };

/* Backward first, and all is read after it: what stands behind a pipe is asked once. */

/* ---- Shapes of any size ---------------------------------------------------------- */

static void finish(ride *r, ad_engine_node output, double *weight)
{
    ad_engine_node weighed;
    *weight = 1;
    if (r->is_plain) {
        ride_backward(r, output);
        return;
    }
    *weight = mount_weigh(r->m, r->record, output, 3, &weighed) ? 3 : 1;
    if (*weight != 1) r->sheet->recorded += mount_has_own(r->m, AD_OP_add) ? 2 : 1;
    ride_backward(r, weighed);
}

/* y = x + k + k + ... */
static void ride_chain(ride *r)
{
    double w;
    const ad_engine_node x = ride_input(r, 3), k = ride_constant(r, 0.5);
    ad_engine_node y = x;
    for (size_t i = 0; i < r->size; i++) y = ride_binary(r, AD_OP_add, y, k);
    finish(r, y, &w);
    ride_claim(r, "y", ride_value(r, y), 3 + 0.5 * (double)r->size, 0);
    ride_claim(r, "dx", ride_grad(r, x), w, 0);
}

/* a = x x; y = a + a + ..., on either side: one node, used at every depth. */
static void ride_reused(ride *r)
{
    double w;
    const ad_engine_node x = ride_input(r, 3), a = ride_binary(r, AD_OP_mul, x, x);
    ad_engine_node y = a;
    for (size_t i = 0; i < r->size; i++)
        y = i % 2 == 0 ? ride_binary(r, AD_OP_add, y, a)
                       : ride_binary(r, AD_OP_add, a, y);
    finish(r, y, &w);
    const double uses = (double)r->size + 1;
    const double da = ride_grad(r, a);
    if (da != 0) ride_claim(r, "da", da, w * uses, 1); /* 0: inputs alone have one */
    ride_claim(r, "dx", ride_grad(r, x), w * uses * 6, 4);
}

/* y = x + x + x + ... */
static void ride_fan_out(ride *r)
{
    double w;
    const ad_engine_node x = ride_input(r, 3);
    ad_engine_node y = x;
    for (size_t i = 0; i < r->size; i++) y = ride_binary(r, AD_OP_add, y, x);
    finish(r, y, &w);
    ride_claim(r, "dx", ride_grad(r, x), w * ((double)r->size + 1), 1);
}

/* y = (y + k) + (y + l), again and again: 2^size paths through 3 size nodes. */
static void ride_ladder(ride *r)
{
    double w, paths = 1;
    const ad_engine_node x = ride_input(r, 3);
    const ad_engine_node k = ride_constant(r, 1), l = ride_constant(r, 2);
    ad_engine_node y = x;
    for (size_t i = 0; i < r->size; i++, paths *= 2) {
        const ad_engine_node a = ride_binary(r, AD_OP_add, y, k);
        const ad_engine_node b = ride_binary(r, AD_OP_add, y, l);
        y = ride_binary(r, AD_OP_add, a, b);
    }
    finish(r, y, &w);
    ride_claim(r, "dx", ride_grad(r, x), w * paths, 0);
}

/* The sum of x[i] x[i] over `size` inputs, added as a tree. */
static void ride_wide(ride *r)
{
    double w;
    const size_t n = r->size;
    ad_engine_node *x = malloc(2 * n * sizeof *x), *y = x + n;
    if (x == NULL || n == 0) {
        free(x);
        return;
    }
    for (size_t i = 0; i < n; i++) x[i] = ride_input(r, (double)(i % 7) - 3);
    for (size_t i = 0; i < n; i++) y[i] = ride_binary(r, AD_OP_mul, x[i], x[i]);
    for (size_t left = n; left > 1; left = (left + 1) / 2)
        for (size_t i = 0; i < left; i += 2)
            y[i / 2] = i + 1 < left ? ride_binary(r, AD_OP_add, y[i], y[i + 1]) : y[i];
    finish(r, y[0], &w);
    size_t wrong = 0;
    for (size_t i = 0; i < n; i++)
        wrong += ride_grad(r, x[i]) != w * 2 * ((double)(i % 7) - 3);
    ride_claim(r, "wrong gradients", (double)wrong, 0, 0);
    free(x);
}

static const struct scale {
    const char *id, *title;
    ride_work *work;
    size_t sizes[7];
} scales[] = {
    {"chain",
     "a chain of %zu nodes",
     ride_chain,
     {40, 128, 1200, 12000, 131072, 1048576}},
    {"reused",
     "an inner node used %zu times",
     ride_reused,
     {40, 128, 1200, 12000, 131072, 1048576}},
    {"fan-out", "an input used %zu times", ride_fan_out, {1200, 12000, 131072}},
    {"ladder", "a ladder of %zu diamonds", ride_ladder, {8, 20, 60}},
    {"wide", "a sum of %zu squares", ride_wide, {40, 1200, 12000, 131072, 1048576}},
};
enum { SCALES = sizeof scales / sizeof scales[0] };

/* ---- Running --------------------------------------------------------------------- */

/* What an engine may decline. */
static void excuse(kit *k, finding *f, size_t nodes)
{
    if (k->options.strict || nodes < LARGE || f->status == FINDING_NOTE) return;
    const bool full = strstr(f->got, "the stack is full") != NULL;
    const bool said_no = strncmp(f->got, "exit(", 5) == 0 ||
                         strncmp(f->got, "SIGABRT", 7) == 0 ||
                         k->sheet->sentence[0] != '\0';
    if (f->status == FINDING_HANG) k->hung--;
    if (!full && !said_no && f->status != FINDING_HANG) return;
    if (f->status == FINDING_CRASH) k->crashed--;
    f->code[0] = '\0';
    char what[200];
    snprintf(what, sizeof what, "%.190s", f->text);
    f->status = FINDING_NOTE;
    snprintf(f->text, sizeof f->text, "a limit: %s", what);
}

/* Right with `before`, and no longer with `size`. */
static void suspect_array(finding *f, size_t before, size_t size)
{
    char text[sizeof f->text];
    const bool full = strstr(f->got, "the stack is full") != NULL;
    if (before == 0 || full || f->status == FINDING_NOTE || f->status == FINDING_HANG)
        return;
    snprintf(text, sizeof text, "%s", f->text);
    snprintf(f->text, sizeof f->text,
             "right with %zu, wrong with %zu: array too small, or moved?", before,
             size);
    if (f->why[0] == '\0' && f->expected[0] == '\0') /* it is not there already */
        snprintf(f->why, sizeof f->why, "%.200s.", text);
    snprintf(f->sure, sizeof f->sure,
             "The same program is right when it is smaller, so no rule is to blame.");
}

/* Where the limit is not found, the first shape that ends tells it for all. */
static void share_array(const kit *k, finding *f)
{
    if (strstr(f->text, "array too small") == NULL || f->same[0] != '\0') return;
    for (size_t i = 0; i < k->n; i++) {
        const finding *g = &k->finding[i];
        const bool is_array = strstr(g->text, "array too small") != NULL;
        if (g == f || !is_array || f->status != FINDING_FAIL || g->same[0] != '\0')
            continue;
        snprintf(f->same, sizeof f->same, "%s", g->id);
        return;
    }
}

/* What became of the sizes before. */
typedef struct climb {
    bool ended;     /* larger ones need not be tried */
    size_t size;    /* the last that was right, or 0 */
    double seconds; /* that it took */
    double power;   /* of the size with which time grows, from 1 to 2 */
    size_t size_before;
    double seconds_before; /* of the one before that */
    bool again;            /* it was timed again */
} climb;

static double power_of(const climb *c)
{
    if (c->size_before == 0 || !(c->seconds_before > 0)) return 1;
    const double power = log(c->seconds / c->seconds_before) /
                         log((double)c->size / (double)c->size_before);
    return fmin(fmax(power, 1), 2);
}

/* What a ride is given: of a process, twice as long. */
static double seconds_for(const kit *k, size_t size)
{
    if (size < LARGE) return 2;
    if (k->options.quick) return 1;
    return k->options.only != NULL ? 30 : k->file->command != NULL ? 7 : 5;
}

static double foretold(const climb *c, size_t size)
{
    return c->seconds * pow((double)size / (double)c->size, c->power);
}

static bool is_too_long(const kit *k, const climb *c, size_t size)
{
    const double more = foretold(c, size);
    /* A slow language is not said to hang where that was foretold. */
    return (k->file->command != NULL && more > 2 * seconds_for(k, size)) ||
           1.25 * more >= kit_patience(k);
}

/* The last size once more: a busy machine makes it look as if time grew as n^2. */
static void time_again(kit *k, const struct scale *s, climb *c)
{
    finding f = {0};
    c->again = true;
    if (c->power < 1.15 || 2 * c->seconds > kit_patience(k)) return;
    if (!kit_ride(k, &f, &(ride){.work = s->work, .size = c->size},
                  seconds_for(k, c->size)))
        return;
    c->seconds = fmin(c->seconds, f.seconds);
    c->power = power_of(c);
}

/* False, with the finding that says so, when a graph so large would last too long, as
 * those of slow languages do; not where it is asked for by name. */
static bool has_time(kit *k, const struct scale *s, climb *c, const char *id,
                     const char *title, size_t size)
{
    if (c->size == 0 || size < LARGE || k->options.only != NULL) return true;
    if (is_too_long(k, c, size) && !c->again) time_again(k, s, c);
    if (!is_too_long(k, c, size)) return true;
    kit_skip(k, id, title,
             "%zu took %.2g s: this would last some %.2g s; --only %s runs it", c->size,
             c->seconds, foretold(c, size), id);
    return false;
}

static void try_size(kit *k, const struct scale *s, size_t size, climb *c)
{
    static const ad_op needs[2] = {AD_OP_add, AD_OP_mul};
    char id[40], title[72];
    snprintf(id, sizeof id, "5.%s.%zu", s->id, size);
    if (!kit_wants(k, id)) return;
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
    snprintf(title, sizeof title, s->title, size);
#pragma GCC diagnostic pop
    const bool multiplies = s->work == ride_reused || s->work == ride_wide;
    if (kit_skips(k, id, title, 1 + multiplies, needs, true)) return;
    if (!has_time(k, s, c, id, title, size)) {
        c->ended = true;
        return;
    }
    finding *f = kit_find(k, id, title);
    ride r = {.work = s->work, .size = size};
    if (kit_rides_alone(k, size)) engine_file_recall(k->file);
    const bool good = kit_ride(k, f, &r, seconds_for(k, size)),
               hangs = f->status == FINDING_HANG;
    if (hangs && s->work != ride_ladder && size < LARGE && !k->options.strict &&
        kit_is_slow(k, f, s->work, size)) {
        c->ended = true;
        return;
    }
    if (hangs && s->work == ride_ladder)
        snprintf(f->why, sizeof f->why,
                 "It has 2^%zu ways from the input to the output: a walk that enters a "
                 "node again for each of them never ends.",
                 size);
    /* Of many nodes an engine may say so itself, and that says it all. */
    const bool says = k->sheet->sentence[0] != '\0' && k->sheet->refused >= KIT_MANY;
    if (!good) excuse(k, f, size);
    if (!good && !says) {
        kit_share_unsteady(k, f);
        suspect_array(f, c->size, size);
        const bool found = kit_share_limit(k, f) || k->unsteady[0] != '\0' ||
                           kit_find_limit(k, f, s->work, c->size, size);
        if (!found && kit_suspect_numbers(k, f, s->work, size)) {
            c->ended = true;
            return;
        }
        share_array(k, f);
    }
    *c = (climb){.ended = !good,
                 .size = size,
                 .seconds = f->seconds,
                 .size_before = c->size,
                 .seconds_before = c->seconds};
    c->power = power_of(c);
}

/* In a short ride, some; of a process, which is slow, fewer. */
static bool is_taken(const kit *k, size_t scale, size_t size)
{
    const bool slow = k->file->command != NULL;
    return !k->options.quick || size < LARGE || (size <= 131072 && scale <= 1 && !slow);
}

/* The largest come last, so that where time is short each shape has had the others; and
 * of them the widest, which takes longest, comes first. */
void kit_sizes(kit *k)
{
    climb climbs[SCALES] = {{0}};
    for (int largest = 0; largest < 2; largest++)
        for (size_t j = 0; j < SCALES; j++) {
            const size_t i = largest ? SCALES - 1 - j : j;
            for (const size_t *size = scales[i].sizes; *size > 0; size++)
                if ((*size > LARGEST) == largest && is_taken(k, i, *size) &&
                    !climbs[i].ended)
                    try_size(k, &scales[i], *size, &climbs[i]);
        }
}
