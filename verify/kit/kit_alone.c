/*
 * Lesson 3, where what a program leaves behind is in the way of the next: a test of it
 * sends up to four programs to an engine that is another process (values, one backward,
 * two, zero). Here each of them goes to a process of its own.
 */
#include <math.h>
#include <string.h>

#include "verify/kit/kit_alone.h"
#include "verify/kit/mistake_fit.h"

static void ride_part(ride *r)
{
    ride_end(r);
    signature_run_part(r->what, r->m, (signature_part)r->size, &r->sheet->answer);
}

static void put_part(outcome *o, const outcome *from, signature_part part)
{
    switch (part) {
    case SIGNATURE_VALUES: memcpy(o->value, from->value, sizeof o->value); break;
    case SIGNATURE_ONCE:
        memcpy(o->after, from->after, sizeof o->after);
        memcpy(o->once, from->once, sizeof o->once);
        o->saw_constants = from->saw_constants;
        break;
    case SIGNATURE_TWICE: memcpy(o->twice, from->twice, sizeof o->twice); break;
    default: memcpy(o->zeroed, from->zeroed, sizeof o->zeroed);
    }
}

bool kit_run_alone(kit *k, const signature *s, outcome *o)
{
    const bool twice = !k->once && k->engine.engine.policy != AD_ENGINE_ONCE;
    const int parts = !twice                               ? SIGNATURE_TWICE
                      : k->engine.engine.zero_grad == NULL ? SIGNATURE_ZEROED
                                                           : SIGNATURE_PARTS;
    *o = (outcome){.saw_twice = twice, .saw_zeroed = parts == SIGNATURE_PARTS};
    for (int part = 0; part < parts; part++) {
        finding unused = {0};
        ride r = {.work = ride_part, .what = s, .size = (size_t)part};
        engine_file_recall(k->file);
        if (!kit_ride_once(k, &unused, &r, 1) || !k->sheet->answer.ran) return false;
        put_part(o, &k->sheet->answer, (signature_part)part);
    }
    return o->ran = true;
}

bool kit_is_right_so(const kit *k, size_t p, const outcome *o)
{
    const evidence e = {&k->evidence.program[p], o, 1, k->evidence.supported,
                        k->engine.engine.precision};
    for (int conduct = 0; conduct < CONDUCTS; conduct++) {
        const explanation x = {.conduct = (mistake_conduct)conduct};
        if (fit(&e, 0, &x)) return true;
    }
    return false;
}

static bool is_same(const double *a, const double *b, int n)
{
    for (int i = 0; i < n; i++)
        if (a[i] != b[i] && !(isnan(a[i]) && isnan(b[i]))) return false;
    return true;
}

bool kit_is_same_alone(const signature *s, const outcome *o, const outcome *alone)
{
    return is_same(o->value, alone->value, signature_nodes(s)) &&
           is_same(o->once, alone->once, s->inputs) &&
           (!alone->saw_twice || is_same(o->twice, alone->twice, s->inputs)) &&
           (!alone->saw_zeroed || is_same(o->zeroed, alone->zeroed, s->inputs));
}
