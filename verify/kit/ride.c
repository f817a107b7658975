/* Rides, in processes of their own. */
#include "verify/kit/ride.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#ifdef __GLIBC__
#include <malloc.h>
#endif

#include "verify/kit/child.h"

ad_engine_node ride_input(ride *r, double value)
{
    r->sheet->recorded++;
    return r->m->engine.input(r->record, value);
}

ad_engine_node ride_constant(ride *r, double value)
{
    r->sheet->recorded++;
    return mount_constant(r->m, r->record, value);
}

ad_engine_node ride_apply(ride *r, ad_op op, const ad_engine_node *operand, double c)
{
    r->sheet->recorded++;
    return mount_apply(r->m, r->record, op, operand, c);
}

void ride_backward(ride *r, ad_engine_node output)
{
    r->sheet->phase = RIDE_BACKWARD;
    r->m->engine.backward(r->record, output);
    r->sheet->phase = RIDE_RECORDING;
}

double ride_value(ride *r, ad_engine_node node)
{
    return mount_number(r->m->engine.value(r->record, node));
}

double ride_grad(ride *r, ad_engine_node node)
{
    r->sheet->phase = RIDE_READING;
    const double g = r->m->engine.grad(r->record, node);
    r->sheet->phase = RIDE_RECORDING;
    return mount_number(g);
}

static bool create(ride *r)
{
    sheet *s = r->sheet;
    s->phase = RIDE_CREATING;
    s->recorded = 0;
    r->record = r->m->engine.create();
    s->phase = RIDE_RECORDING;
    if (r->record == NULL)
        snprintf(s->sentence, sizeof s->sentence, "create gave NULL");
    return r->record != NULL;
}

static void keep_error(ride *r)
{
    const ad_engine *e = &r->m->engine;
    if (r->forgives) return;
    const char *error = e->error == NULL ? NULL : e->error(r->record);
    if (error == NULL || r->sheet->sentence[0] != '\0') return;
    r->sheet->refused = r->sheet->recorded;
    snprintf(r->sheet->sentence, sizeof r->sheet->sentence,
             "the engine's error(): %.200s", error);
}

void ride_end(ride *r)
{
    if (r->record == NULL) return;
    keep_error(r);
    r->sheet->phase = RIDE_DESTROYING;
    r->m->engine.destroy(r->record);
    r->record = NULL;
}

void ride_fresh(ride *r)
{
    ride_end(r);
    create(r);
}

void ride_claim(ride *r, const char *label, double got, double expected, double ulps)
{
    sheet *s = r->sheet;
    if (s->claims == SHEET_CLAIMS) return;
    claim *c = &s->claim[s->claims++];
    snprintf(c->label, sizeof c->label, "%s", label);
    c->got = got;
    c->expected = expected;
    c->bound = 2 * ulps * r->m->unit * fabs(expected);
}

void ride_note(ride *r, double number)
{
    sheet *s = r->sheet;
    if (s->numbers < SHEET_NUMBERS) s->number[s->numbers++] = number;
}

void ride_script(ride *r)
{
    ride_end(r);
    script_run(r->m, r->what, &r->sheet->result);
}

/* What is allocated from here on comes from other places, and not one after the other. */
static void shake_memory(unsigned seed, unsigned char fill)
{
    enum { BLOCKS = 800 };
    void *block[BLOCKS];
    uint64_t state = seed;
    for (size_t i = 0; i < BLOCKS; i++) {
        state = state * 6364136223846793005u + 1442695040888963407u;
        const size_t size = 8 + 16 * (1 + (size_t)(state >> 40) % 16);
        block[i] = malloc(size);
        if (block[i] != NULL) memset(block[i], fill, size);
    }
    for (size_t i = 0; i < BLOCKS; i++) { /* half of them stay, for the child's life */
        state = state * 6364136223846793005u + 1442695040888963407u;
        const size_t at = (size_t)(state >> 40) % BLOCKS;
        free(block[at]);
        block[at] = NULL;
    }
#ifdef M_PERTURB
    mallopt(M_PERTURB, fill);
#endif
}

/* In the child. */
static void run(void *context)
{
    ride *r = context;
    sheet *s = r->sheet;
    char room[SHEET_SENTENCE];
    s->phase = RIDE_LOADING;
    s->spoken = r->file->command != NULL;
    const char *why_not = engine_file_mount(r->file, &s->mounted, room);
    if (why_not != NULL) {
        snprintf(s->sentence, sizeof s->sentence, "%s", why_not);
        return;
    }
    r->m = &s->mounted;
    s->ready = true;
    s->mounted.lasting = r->lasting;
    if (r->no_zero) s->mounted.engine.zero_grad = NULL;
    if (r->once) s->mounted.engine.policy = AD_ENGINE_ONCE;
    if (r->m->engine.name != NULL)
        snprintf(s->name, sizeof s->name, "%s", r->m->engine.name);
    if (r->shake != 0) shake_memory(r->shake, r->fill);
    if (create(r)) r->work(r);
    ride_end(r);
    s->phase = RIDE_OVER;
}

/* An engine that writes where it should not may have hit the sheet. */
static void mend(sheet *s)
{
    if ((unsigned)s->phase > RIDE_OVER) s->phase = RIDE_RECORDING;
    if (s->claims > SHEET_CLAIMS) s->claims = 0;
    if (s->numbers > SHEET_NUMBERS) s->numbers = 0;
    if (s->points.n > OP_POINTS) s->points.n = 0;
    s->sentence[SHEET_SENTENCE - 1] = s->name[sizeof s->name - 1] = '\0';
    for (size_t i = 0; i < s->claims; i++)
        s->claim[i].label[sizeof s->claim[i].label - 1] = '\0';
}

isolation_end ride_run(ride *r, const isolation_limits *limits,
                       isolation_report *report)
{
    /* Whatever is not as it should be is tried again with a process of its own. One
     * that starts only now may have much to load: its work is not counted. */
    isolation_limits own = *limits;
    own.ready = &r->sheet->ready;
    if (r->file->shared != NULL) own.helper = r->file->shared->pid;
    const bool used = engine_file_lend(r->file) && r->file->lent > 1;
    r->renewed = false;
    for (;;) {
        memset(r->sheet, 0, sizeof *r->sheet);
        const isolation_end end = isolate(run, r, &own, report);
        mend(r->sheet);
        const bool lent = r->file->shared != NULL;
        if (!lent || (end == ISOLATION_DONE && r->sheet->sentence[0] == '\0'))
            return end;
        engine_file_recall(r->file);
        r->renewed = used && end == ISOLATION_DONE;
        own.helper = 0;
        if (end == ISOLATION_HUNG) return end; /* once is long enough */
    }
}

char *ride_where(const sheet *s, char *out, size_t room)
{
    static const char *const phase[] = {
        "when it was loaded", "in create",  "while recording", "in backward", "in grad",
        "in zero_grad",       "in destroy", "after the end"};
    const bool asked = s->spoken && s->recorded > 0 && s->phase < RIDE_DESTROYING;
    if (s->recorded > 0)
        snprintf(out, room, "%s, with %zu node%s",
                 asked ? "in evaluate" : phase[s->phase], s->recorded,
                 s->recorded == 1 ? "" : "s");
    else
        snprintf(out, room, "%s", phase[s->phase]);
    return out;
}
