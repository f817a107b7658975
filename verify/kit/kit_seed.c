/* No gradient reaches the inputs: is there none at the output, or is it not passed on? */
#include <math.h>
#include <string.h>

#include "verify/kit/kit.h"

/* a = x + x: the gradient of a, which is the output. */
static void ride_output(ride *r)
{
    const ad_engine_node x = ride_input(r, 3), a = ride_binary(r, AD_OP_add, x, x);
    ride_backward(r, a);
    ride_claim(r, "da", ride_grad(r, a), 1, 0);
}

/* b = a x, a being infinite: with a gradient of 0 from above the rule of b gives x
 * inf 0, which is no number; without any it gives nothing. */
static void ride_zero_above(ride *r)
{
    const double large = r->m->engine.precision == AD_ENGINE_FLOAT ? 1e30 : 1e200;
    const ad_engine_node x = ride_input(r, large), a = ride_binary(r, AD_OP_mul, x, x),
                         b = ride_binary(r, AD_OP_mul, a, x);
    ride_backward(r, b);
    ride_note(r, ride_grad(r, x));
}

static bool runs_with_zero(kit *k)
{
    finding unused = {0};
    return mount_has_own(&k->engine, AD_OP_mul) &&
           kit_ride_once(k, &unused, &(ride){.work = ride_zero_above}, 1) &&
           k->sheet->numbers == 1 && isnan(k->sheet->number[0]);
}

static void put_first(char *text, size_t room, const char *first, const char *instead)
{
    char rest[600];
    const size_t n = strlen(first);
    if (strncmp(text, first, n) != 0) return;
    snprintf(rest, sizeof rest, "%s", text + n);
    snprintf(text, room, "%s%s", instead, rest);
}

/* Engines may read 0 at all that was computed; so only a 1 says something. */
void kit_tell_seed(kit *k)
{
    static const char unseeded[] =
        "The output's own gradient reads 1, so it is set: the "
        "output's rule never runs, or passes nothing on.",
                      below[] =
                          "the output has its gradient of 1, and does not pass it on",
                      early[] = "Where a derivative is infinite, 0 times it has come "
                                "out: each rule runs, with what the gradient was as "
                                "the node was made.",
                      too_early[] =
                          "rules read the gradient as they are made: it is 0 then";
    for (size_t i = 0; i < k->n; i++) {
        finding *f = &k->finding[i], seen = {0};
        if (f->cause == 0 || strcmp(f->code, "G01") != 0) continue;
        if (!mount_has_own(&k->engine, AD_OP_add)) return;
        if (!kit_ride(k, &seen, &(ride){.work = ride_output}, 1)) return;
        message *m = &k->message[f->cause - 1];
        const mistake_row *row = mistake_by_code("G01");
        const bool zero = runs_with_zero(k);
        const char *why = zero ? early : unseeded, *sentence = zero ? too_early : below;
        put_first(f->why, sizeof f->why, row->why, why);
        put_first(m->why, sizeof m->why, row->why, why);
        put_first(f->text, sizeof f->text, row->sentence, sentence);
        put_first(m->sentence, sizeof m->sentence, row->sentence, sentence);
        if (zero) {
            strcpy(m->hint[0], "When does your rule read the result's gradient?");
            strcpy(m->hint[1],
                   "Print what a rule takes for the gradient from above. Is it 0?");
            strcpy(m->hint[2],
                   "A number is copied: let the rule read out.grad when it runs.");
            return;
        }
        strcpy(m->hint[0], "Which rule is the first to run in backward?");
        strcpy(m->hint[1],
               "Print the name of each node as its rule runs. Is the output there?");
        strcpy(m->hint[2],
               "Begin the loop at the output itself, not at what lies below.");
        return;
    }
}
