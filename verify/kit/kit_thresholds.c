/*
 * Lesson 4: gradients of every size, from both signs. Whoever skips what is nearly 0, or
 * limits what is large, does so from some number on.
 *
 *     t = (x x) k, k = 1e-1, 1e-2, ...: the gradient of x x is k, and that of x 6 k
 */
#include <stdio.h>
#include <string.h>

#include "verify/kit/kit.h"
#include "verify/kit/message_parts.h"

enum { SIZES_MOST = 30 };

typedef struct sizes {
    size_t n;
    double k[SIZES_MOST]; /* ever farther from 1 */
} sizes;

/* Powers of ten, at first each, then ever fewer; as far as numbers with room to spare. */
static sizes sizes_of(bool small, bool single)
{
    sizes s = {0};
    const double most = single ? 30 : small ? 280 : 150;
    for (double e = 1; e <= most && s.n < SIZES_MOST; e += e < 20 ? 1 : e / 4)
        s.k[s.n++] = pow(10, small ? -floor(e) : floor(e));
    return s;
}

/* A record each: many nodes in one are lesson 5's. On the sheet: value has the gradients of
 * x x, and grad those of x; for k, -k, k, ... */
static void ride_sizes(ride *r)
{
    const sizes *s = r->what;
    for (size_t i = 0; i < 2 * s->n; i++) {
        if (i > 0) ride_fresh(r);
        if (r->record == NULL) return;
        const ad_engine_node x = ride_input(r, 3), a = ride_binary(r, AD_OP_mul, x, x);
        const ad_engine_node k =
            ride_constant(r, i % 2 == 0 ? s->k[i / 2] : -s->k[i / 2]);
        ride_backward(r, ride_binary(r, AD_OP_mul, a, k));
        r->sheet->grad[i] = ride_grad(r, x);
        r->sheet->value[i] = ride_grad(r, a);
    }
}

/* The first place that is wrong, of the 2 n; 2 n: none. */
static size_t first_wrong(const kit *k, const sizes *s)
{
    for (size_t i = 0; i < 2 * s->n; i++) {
        const double right = 6 * (i % 2 == 0 ? s->k[i / 2] : -s->k[i / 2]);
        if (!(fabs(k->sheet->grad[i] - right) <= 64 * k->engine.unit * fabs(right)))
            return i;
    }
    return 2 * s->n;
}

/* Whether those with the same sign have the same number from there on. */
static bool is_one_number(const kit *k, const sizes *s, size_t i)
{
    const double got = k->sheet->grad[i];
    size_t n = 0;
    for (size_t j = i; j < 2 * s->n; j += 2, n++)
        if (!(fabs(k->sheet->grad[j] - got) <= 1e-6 * fabs(got))) return false;
    return n > 1;
}

static void put_wrong(const kit *k, finding *f, const sizes *s, size_t i, bool small)
{
    const double got = k->sheet->grad[i],
                 right = 6 * (i % 2 == 0 ? s->k[i / 2] : -s->k[i / 2]);
    f->status = FINDING_FAIL;
    snprintf(f->run, sizeof f->run, "x = 3\na = x * x\nz = a * %g\nbackward z",
             right / 6);
    snprintf(f->expected, sizeof f->expected, "dx = %g", right);
    snprintf(f->got, sizeof f->got, "dx = %.10g", got);
    const char *size = small ? "small" : "large";
    if (got == 0) {
        strcpy(f->code, small ? "G178" : "G255");
        if (i < 2)
            snprintf(f->text, sizeof f->text,
                     "a %s gradient is not passed on: dx is 0, not %g", size, right);
        else
            snprintf(f->text, sizeof f->text,
                     "a %s gradient is not passed on: %g is, and %g is not", size,
                     s->k[i / 2 - 1], s->k[i / 2]);
    } else if (is_one_number(k, s, i)) {
        strcpy(f->code, "G330");
        snprintf(f->text, sizeof f->text,
                 "gradients are cut: from some number on all are %g, here not %g", got,
                 right);
    } else {
        strcpy(f->code, "G330");
        snprintf(f->text, sizeof f->text,
                 "a %s gradient is changed on the way: dx is %g, not %g", size, got,
                 right);
    }
    if (i < 2)
        snprintf(f->why, sizeof f->why, "Gradients of about 1 are right.");
    else
        snprintf(f->why, sizeof f->why,
                 "The same program is right where %g is above, and wrong where %g is: "
                 "something compares a gradient with a number between the two.",
                 fabs(s->k[i / 2 - 1]), fabs(s->k[i / 2]));
    if (k->sheet->value[i] == right / 6)
        message_add(f->why, sizeof f->why, " The gradient of a is right there.");
}

static void try_sizes(kit *k, bool small)
{
    static const ad_op needs[] = {AD_OP_mul};
    const char *id = small ? "4.small" : "4.large",
               *title = small ? "gradients that are nearly 0" : "large gradients";
    if (!kit_wants(k, id)) return;
    if (kit_skips(k, id, title, 1, needs, true)) return;
    finding *f = kit_find(k, id, title);
    const finding before = *f;
    const sizes s = sizes_of(small, k->engine.engine.precision == AD_ENGINE_FLOAT);
    ride r = {.work = ride_sizes, .what = &s};
    if (!kit_ride(k, f, &r, 2)) return;
    size_t i = first_wrong(k, &s);
    if (i == 2 * s.n) return;
    put_wrong(k, f, &s, i, small);
    if (kit_renew(k)) {
        const finding wrong = *f;
        *f = before;
        if (!kit_ride(k, f, &r, 2)) return;
        i = first_wrong(k, &s);
        kit_renewed(k, i == 2 * s.n, &wrong);
        if (i == 2 * s.n) return;
        put_wrong(k, f, &s, i, small);
    }
    if (kit_changes(k, &r))
        kit_put_unsteady(k, f);
    else if (i > 1)
        (small ? &k->least : &k->most)[0] = fabs(s.k[i / 2 - 1]);
}

const char *kit_is_by_size(const kit *k, double gradient)
{
    const double g = fabs(gradient);
    return k->most > 0 && g > k->most     ? "4.large"
           : k->least > 0 && g < k->least ? "4.small"
                                          : NULL;
}

void kit_thresholds(kit *k)
{
    try_sizes(k, true);
    try_sizes(k, false);
}
