/*
 * Lesson 1: what zero_grad writes, read before anything runs again. One that writes
 * another number than 0 is told here, and is then not called any more: all else is tried
 * as in an engine that has none. One that leaves a gradient as it was may be right, where
 * backward clears it: that shows in lesson 3.
 */
#include <stdio.h>
#include <string.h>

#include "verify/kit/kit.h"

enum { NODES = 6, INPUTS = 2 };
static const char node_name[NODES + 1] = "xyabcd";

/* a = x y, b = a + x, c = b b, d = c + y: each gradient, and each after zero_grad. */
static void ride_zero(ride *r)
{
    const ad_engine *e = &r->m->engine;
    ad_engine_node v[NODES];
    v[0] = ride_input(r, 3);
    v[1] = ride_input(r, 5);
    v[2] = ride_binary(r, AD_OP_mul, v[0], v[1]);
    v[3] = ride_binary(r, AD_OP_add, v[2], v[0]);
    v[4] = ride_binary(r, AD_OP_mul, v[3], v[3]);
    v[5] = ride_binary(r, AD_OP_add, v[4], v[1]);
    ride_backward(r, v[5]);
    for (int i = 0; i < NODES; i++) ride_note(r, ride_grad(r, v[i]));
    double value[NODES];
    for (int i = 0; i < NODES; i++) value[i] = ride_value(r, v[i]);
    r->sheet->phase = RIDE_ZEROING;
    e->zero_grad(r->record);
    r->sheet->phase = RIDE_RECORDING;
    for (int i = 0; i < NODES; i++) {
        const char name[] = {node_name[i], '\0'};
        ride_note(r, ride_grad(r, v[i]));
        ride_claim(r, name, ride_value(r, v[i]), value[i], 0);
    }
}

/* What zero_grad has made of gradients that it neither cleared nor left as they were. */
typedef struct zeroed {
    int n, first;          /* how many, and the first of them; */
    bool same, times;      /* whether all hold one number, or one times what it was; */
    double number, factor; /* and that */
} zeroed;

static zeroed look(const double *before, const double *after)
{
    zeroed z = {.same = true, .times = true};
    for (int i = 0; i < NODES; i++) {
        if (after[i] == 0 || after[i] == before[i]) continue;
        const double factor = after[i] / before[i];
        if (z.n++ == 0) z.first = i, z.number = after[i], z.factor = factor;
        z.same &= after[i] == z.number;
        z.times &= fabs(factor - z.factor) <= 1e-6 * fabs(factor);
    }
    return z;
}

static const char program[] =
    "x = 3, y = 5\na = x * y\nb = a + x\nc = b * b\nd = c + y\n"
    "backward d\nzero";

/* Its claim, which did not hold, is on the finding. */
static void say_value(finding *f)
{
    char said[80];
    snprintf(said, sizeof said, "%.79s", f->text);
    strcpy(f->code, "G283");
    strcpy(f->run, program);
    snprintf(f->text, sizeof f->text, "zero_grad changes values: %s", said);
    strcpy(f->why,
           "Each value was read before zero_grad and after it. Gradients are to "
           "be 0 then, and values what they were.");
}

static void say(finding *f, const zeroed *z, const double *before, const double *after)
{
    const char name = node_name[z->first];
    f->status = FINDING_FAIL;
    strcpy(f->code, "G279");
    strcpy(f->run, program);
    snprintf(f->expected, sizeof f->expected, "d%c = 0", name);
    snprintf(f->got, sizeof f->got, "d%c = %.10g", name, after[z->first]);
    if (z->same && z->n > 1)
        snprintf(f->text, sizeof f->text, "zero_grad sets gradients to %.6g, not to 0",
                 z->number);
    else if (z->times && z->n > 1 && z->factor == -1)
        strcpy(f->text, "zero_grad changes the sign of gradients, and does not clear "
                        "them");
    else if (z->times && z->n > 1)
        snprintf(f->text, sizeof f->text,
                 "zero_grad multiplies gradients by %.6g, and does not clear them",
                 z->factor);
    else
        snprintf(f->text, sizeof f->text,
                 "zero_grad makes d%c %.6g, which was %.6g and should be 0", name,
                 after[z->first], before[z->first]);
    snprintf(f->why, sizeof f->why,
             "d%c was %.10g before. All else is tried without zero_grad.", name,
             before[z->first]);
}

/* What it leaves as it was. */
static void say_left(char *text, size_t room, const double *before, const double *after)
{
    char names[32] = "";
    size_t n = 0, inputs = 0;
    for (int i = 0; i < NODES; i++) {
        if (before[i] == 0 || after[i] != before[i]) continue;
        const size_t at = strlen(names);
        snprintf(names + at, sizeof names - at, "%s%c", n > 0 ? ", " : "",
                 node_name[i]);
        n++;
        inputs += i < INPUTS;
    }
    if (n == 0)
        strcpy(text, "backward after zero_grad is not what it was before");
    else if (n == NODES)
        strcpy(text, "zero_grad clears nothing");
    else if (inputs == 0 && n == NODES - INPUTS)
        strcpy(text, "zero_grad clears the inputs and forgets the nodes between");
    else if (inputs == INPUTS && n == INPUTS)
        strcpy(text, "zero_grad does not clear the inputs");
    else
        snprintf(text, room, "zero_grad clears some gradients, and leaves those of %s",
                 names);
}

void kit_say_zeroed(kit *k, finding *f)
{
    finding unused = {0};
    engine_file_recall(k->file);
    strcpy(f->code, "G315");
    if (!kit_ride_once(k, &unused, &(ride){.work = ride_zero}, 2) ||
        k->sheet->numbers != 2 * NODES)
        return;
    say_left(f->text, sizeof f->text, k->sheet->number, k->sheet->number + NODES);
    snprintf(f->why, sizeof f->why,
             "Seen in a = x y, b = a + x, c = b b, d = c + y: each gradient was read "
             "before zero_grad and after it. Backward adds to what it finds, so all of "
             "them must be 0, those of results as well.");
}

void kit_zero(kit *k)
{
    static const ad_op needs[2] = {AD_OP_add, AD_OP_mul};
    char room[160];
    const char *only = k->options.only;
    if (only != NULL && strchr("1367", only[0]) == NULL) return; /* not needed there */
    if (k->engine.engine.zero_grad == NULL || kit_why_not(k, 2, needs, false, room))
        return;
    finding *f = kit_find(k, "1.zero", "zero_grad");
    const bool rode = kit_ride(k, f, &(ride){.work = ride_zero}, 2);
    const double *before = k->sheet->number, *after = before + NODES;
    if (!rode && f->status == FINDING_FAIL && k->sheet->sentence[0] == '\0') {
        say_value(f);
        k->no_zero = true;
        strcpy(k->root, f->id);
        snprintf(k->broken, sizeof k->broken, "needs %s, which is wrong", f->id);
    }
    if (rode && k->sheet->numbers == 2 * NODES) {
        /* Where backward is wrong, that is told by lesson 3. */
        const bool right = before[0] == 216 && before[1] == 109;
        const zeroed z = look(before, after);
        if (right && z.n > 0) {
            say(f, &z, before, after);
            k->no_zero = true;
            k->engine.engine.zero_grad = NULL;
        }
    }
    if (!k->no_zero || !kit_wants(k, "1.zero")) k->n--; /* or 1.zero, later, says it */
}
