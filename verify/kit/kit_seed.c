/* No gradient reaches the inputs: is there none at the output, or is it not passed on? */
#include <string.h>

#include "verify/kit/kit.h"

/* a = x + x: the gradient of a, which is the output. */
static void ride_output(ride *r)
{
    const ad_engine_node x = ride_input(r, 3), a = ride_binary(r, AD_OP_add, x, x);
    ride_backward(r, a);
    ride_claim(r, "da", ride_grad(r, a), 1, 0);
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
    static const char why[] = "The output's own gradient reads 1, so it is set: the "
                              "output's rule never runs, or passes nothing on.",
                      sentence[] =
                          "the output has its gradient of 1, and does not pass it on";
    for (size_t i = 0; i < k->n; i++) {
        finding *f = &k->finding[i], seen = {0};
        if (f->cause == 0 || strcmp(f->code, "G01") != 0) continue;
        if (!mount_has_own(&k->engine, AD_OP_add)) return;
        if (!kit_ride(k, &seen, &(ride){.work = ride_output}, 1)) return;
        message *m = &k->message[f->cause - 1];
        const mistake_row *row = mistake_by_code("G01");
        put_first(f->why, sizeof f->why, row->why, why);
        put_first(m->why, sizeof m->why, row->why, why);
        put_first(f->text, sizeof f->text, row->sentence, sentence);
        put_first(m->sentence, sizeof m->sentence, row->sentence, sentence);
        strcpy(m->hint[0], "Which rule is the first to run in backward?");
        strcpy(m->hint[1],
               "Print the name of each node as its rule runs. Is the output there?");
        strcpy(m->hint[2],
               "Begin the loop at the output itself, not at what lies below.");
        return;
    }
}
