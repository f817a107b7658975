/* A foreign engine at work, in its own process. */
#include "bench/foreign_serve.h"

#include <errno.h>
#include <float.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include "bench/foreign_run.h"
#include "bench/peak.h"

const char *const foreign_stages[] = {
    "when it was loaded", "in create", "while recording",   "in backward",
    "in value or grad",   "in reset",  "while it was timed"};

/* ---- Timed ----------------------------------------------------------------------- */

/* As run_whole and run_phases of runner.inc. */
static void time_whole(foreign_run *r, size_t iterations, const stopwatch *clock,
                       double *ns)
{
    const uint64_t start = stopwatch_now(clock);
    for (size_t i = 0; i < iterations; i++) {
        r->r.m->engine.backward(r->r.record, foreign_run_record(r));
        foreign_run_renew(r);
    }
    ns[0] += stopwatch_since(clock, start);
}

static void time_phases(foreign_run *r, size_t iterations, const stopwatch *clock,
                        double *ns)
{
    const ad_engine *e = &r->r.m->engine;
    for (size_t i = 0; i < iterations; i++) {
        uint64_t at[6];
        at[0] = stopwatch_now(clock);
        const ad_mounted_handle output = foreign_run_record(r);
        at[1] = stopwatch_now(clock);
        if (e->order != NULL) e->order(r->r.record, output);
        at[2] = stopwatch_now(clock);
        e->backward(r->r.record, output);
        at[3] = stopwatch_now(clock);
        foreign_run_renew(r);
        at[4] = stopwatch_now(clock);
        at[5] = stopwatch_now(clock);
        static const enum engine_phase phase[] = {
            PHASE_record, PHASE_order, PHASE_backward, PHASE_free, PHASE_reading};
        for (size_t p = 0; p < 5; p++) ns[phase[p]] += (double)(at[p + 1] - at[p]);
    }
}

/* ---- Verified -------------------------------------------------------------------- */

/* What a float engine is given are floats, and its right gradient is the one there. */
static void round_numbers(size_t n, double *x)
{
    for (size_t i = 0; i < n; i++) x[i] = (double)(float)x[i];
}

static bool put_right(foreign_sheet *s, const problem *p)
{
    const program *f = &p->program;
    const size_t n = f->inputs;
    double *right = s->number + n, *bound = right + n;
    s->value_right = p->value;
    s->value_bound = p->value_bound;
    for (size_t i = 0; i < n; i++) right[i] = p->gradient[i];
    for (size_t i = 0; i < n; i++) bound[i] = p->bound[i];
    if (!s->is_float) return true;
    round_numbers(n, f->x);
    if (p->mlp != NULL) {
        round_numbers(p->mlp->shape.inputs, p->mlp->x);
        round_numbers(mlp_outputs(&p->mlp->shape), p->mlp->y);
    }
    if (!f->kind->gradient(f, &s->value_right, &s->value_bound, right, bound))
        return false;
    /* The bounds are of doubles; the program's own constants were rounded, too. */
    const double ratio = 0x1p29, more = 256 * 0x1p-24;
    double most = 0;
    for (size_t i = 0; i < n; i++) most = fmax(most, fabs(right[i]));
    for (size_t i = 0; i < n; i++) bound[i] = ratio * bound[i] + more * most;
    s->value_bound = ratio * s->value_bound + more * fabs(s->value_right);
    s->too_small = s->value_right != 0 && fabs(s->value_right) < (double)FLT_MIN;
    return true;
}

static double bytes_of(const foreign_run *r)
{
    size_t nodes = 0, bytes = 0;
    if (r->r.m->engine.statistics == NULL) return (double)NAN;
    r->r.m->engine.statistics(r->r.record, &nodes, &bytes);
    return (double)bytes;
}

static bool say(foreign_sheet *s, const char *what, const char *more)
{
    snprintf(s->says, sizeof s->says, "%s%.80s", what, more);
    return false;
}

/* One gradient onto the sheet. */
static bool put_gradient(foreign_sheet *s, foreign_run *r)
{
    const ad_engine *e = &r->r.m->engine;
    const program *p = &r->problem->program;
    const double bytes = bytes_of(r);
    s->stage = FOREIGN_RECORDING;
    const ad_mounted_handle output = foreign_run_record(r);
    s->lacks = r->r.lacks;
    if (s->lacks != AD_OP_constant) return true;
    s->stage = FOREIGN_BACKWARD;
    e->backward(r->r.record, output);
    s->stage = FOREIGN_READING;
    const char *error = e->error == NULL ? NULL : e->error(r->r.record);
    if (error != NULL) return say(s, "its error() says: ", error);
    s->value = e->value(r->r.record, output);
    for (size_t i = 0; i < p->inputs; i++) s->number[i] = e->grad(r->r.record, r->x[i]);
    s->bytes_per_op = (bytes_of(r) - bytes) / (double)p->operations;
    s->stage = FOREIGN_RESETTING;
    foreign_run_renew(r);
    return true;
}

/* The same, with what it took of memory. */
static bool verify(foreign_sheet *s, foreign_run *r)
{
    struct rusage used;
    const double before = peak_resident_bytes();
    if (!put_gradient(s, r)) return false;
    if (getrusage(RUSAGE_SELF, &used) == 0) {
        s->peak_bytes = (double)used.ru_maxrss * 1024;
        s->own_bytes = s->peak_bytes - before;
        if (s->own_bytes < 0) s->own_bytes = 0; /* the kernel counts in portions */
    }
    return true;
}

/* ---- Served ---------------------------------------------------------------------- */

static void open_for(foreign_sheet *s, const mount *m, const foreign_question *q,
                     foreign_answer *a)
{
    s->stage = FOREIGN_CREATING;
    a->run = foreign_run_open(m, q->problem, q->count);
    a->done = a->run != NULL || say(s, "create gave NULL", "");
    s->stage = FOREIGN_TIMED;
}

static void answer(foreign_sheet *s, const mount *m, const foreign_question *q,
                   foreign_answer *a)
{
    a->done = true;
    switch (q->task) {
    case FOREIGN_OPEN: open_for(s, m, q, a); break;
    case FOREIGN_CLOSE: foreign_run_close(q->run); break;
    case FOREIGN_GRADIENT:
        a->done = put_right(s, ((foreign_run *)q->run)->problem)
                      ? verify(s, q->run)
                      : say(s, "out of memory", "");
        s->stage = FOREIGN_TIMED;
        break;
    case FOREIGN_WHOLE: time_whole(q->run, q->count, &q->clock, a->ns); break;
    case FOREIGN_TRAIN:
        foreign_train(q->run, q->count, &q->clock, a->ns, s->number);
        break;
    case FOREIGN_PHASES: time_phases(q->run, q->count, &q->clock, a->ns); break;
    }
}

static bool receive(int socket, foreign_question *q)
{
    ssize_t n;
    do n = recv(socket, q, sizeof *q, MSG_WAITALL);
    while (n < 0 && errno == EINTR);
    return n == (ssize_t)sizeof *q;
}

void foreign_serve(int socket, void *sheet)
{
    foreign_sheet *s = sheet;
    mount m;
    char room[320];
    foreign_question q;
    s->stage = FOREIGN_LOADING;
    const char *why_not = engine_file_mount(s->file, &m, room);
    if (why_not == NULL) s->is_float = m.engine.precision == AD_ENGINE_FLOAT;
    while (receive(socket, &q)) {
        foreign_answer a = {0};
        if (why_not != NULL)
            say(s, "", why_not);
        else
            answer(s, &m, &q, &a);
        if (send(socket, &a, sizeof a, MSG_NOSIGNAL) != (ssize_t)sizeof a) return;
    }
}
