/* Other gradients of the perceptron, in the shape of an engine. */
#define _GNU_SOURCE /* readlink */
#include "bench/outsiders.h"

#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "bench/hand.h"
#include "bench/peers/peer.h"

typedef double by_hand(size_t width, const double *w, const double *x, double y,
                       double *gradient, double *scratch);

typedef struct outsider_run {
    const problem *problem;
    double *gradient, *scratch;
    by_hand *hand;    /* or */
    const peer *peer; /* and what it opened */
    void *tape;
} outsider_run;

/* NULL when it is not there. Once loaded, it stays. */
static const peer *load(const char *name)
{
    char path[4096];
    const ssize_t n = readlink("/proc/self/exe", path, sizeof path - 64);
    if (n < 0) return NULL;
    path[n] = '\0';
    char *slash = strrchr(path, '/');
    snprintf(slash, 60, "/../peers/%s.so", name);
    void *object = dlopen(path, RTLD_NOW | RTLD_LOCAL);
    const peer *(*entry)(void);
    if (object == NULL) return NULL;
    /* ISO C has no cast from an object to a function. */
    *(void **)&entry = dlsym(object, "gradyno_peer");
    return entry == NULL ? NULL : entry();
}

bool outsider_is_there(const engine *e)
{
    return e->kind != ENGINE_peer || load(e->name) != NULL;
}

void *outsider_open(const engine *e, const problem *p, const ad_allocator *memory)
{
    static by_hand *const hands[] = {hand_strict, hand_blocked, hand_vectorised, NULL};
    (void)memory; /* they have their own */
    outsider_run *r = calloc(1, sizeof *r);
    if (r == NULL) return NULL;
    const size_t width = p->program.size;
    *r = (outsider_run){.problem = p, .hand = hands[e->form]};
    r->gradient = malloc(p->program.inputs * sizeof(double));
    r->scratch = malloc(hand_scratch(width) * sizeof(double));
    bool ok = r->gradient != NULL && r->scratch != NULL;
    if (ok && r->hand == NULL) {
        const double *x = p->mlp->samples.x, y = p->mlp->samples.y[0];
        r->peer = load(e->name);
        r->tape = r->peer == NULL ? NULL : r->peer->open(width, p->program.x, x, y);
        ok = r->tape != NULL;
    }
    if (ok) return r;
    outsider_close(r);
    return NULL;
}

void outsider_reserve(void *run) { (void)run; }

void outsider_close(void *run)
{
    outsider_run *r = run;
    if (r->tape != NULL) r->peer->close(r->tape);
    free(r->gradient);
    free(r->scratch);
    free(r);
}

static double compute(const outsider_run *r, double *gradient)
{
    const problem *p = r->problem;
    if (r->peer != NULL) return r->peer->gradient(r->tape, gradient);
    const struct mlp_samples s = p->mlp->samples;
    return r->hand(p->program.size, p->program.x, s.x, s.y[0], gradient, r->scratch);
}

ad_status outsider_gradient(void *run, double *value, double *gradient)
{
    *value = compute(run, gradient);
    return AD_OK;
}

void outsider_whole(void *run, size_t iterations, const stopwatch *clock,
                    double *phase_ns)
{
    (void)clock, (void)phase_ns;
    const outsider_run *r = run;
    for (size_t i = 0; i < iterations; i++) compute(r, r->gradient);
}

bool outsider_ran(const void *run)
{
    (void)run;
    return true;
}
