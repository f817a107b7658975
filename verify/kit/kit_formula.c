/*
 * Lesson 2: what its points mean. Each is a program of one operation, and so they are
 * evidence as the programs of lesson 3 are: at more places, in all quadrants.
 */
#include <stdlib.h>
#include <string.h>

#include "verify/kit/kit_judge.h"

enum { ROOM = OP_POINTS + 40 };

typedef struct points_evidence {
    signature program[ROOM];
    outcome got[ROOM];
    bool supported[AD_OP_count];
    size_t n;
} points_evidence;

static void add(points_evidence *e, ad_op op, const op_point *at)
{
    const int n = ad_ops[op].operands;
    signature *s = &e->program[e->n];
    outcome *o = &e->got[e->n++];
    *s = (signature){.name = ad_ops[op].name,
                     .inputs = n,
                     .steps = 1,
                     .root = n,
                     .second = n,
                     .step = {{op, {0, 1, 2}, at->c}}};
    *o = (outcome){.ran = true, .passes = 1};
    for (int i = 0; i < n; i++) {
        s->x[i] = o->value[i] = o->after[i] = at->x[i];
        o->once[i] = at->grad[i] / at->weight;
    }
    o->value[n] = o->after[n] = at->value;
}

/* What lesson 3 saw of it alone: a formula must give that, too. */
static void add_seen(points_evidence *e, const kit_evidence *seen, ad_op op)
{
    for (size_t p = 0; p < seen->n && e->n < ROOM; p++) {
        if (!seen->got[p].ran || seen->program[p].steps != 1 ||
            seen->program[p].step[0].op != op || seen->program[p].constants > 0)
            continue;
        e->program[e->n] = seen->program[p];
        e->got[e->n] = seen->got[p];
        e->got[e->n].saw_twice = e->got[e->n].saw_zeroed = false;
        e->n++;
    }
}

/* Whether it is the operation's, and explains all that is wrong; or has no name, and is
 * told in numbers. */
static bool is_worth(const diagnosis *d, const message *m, ad_op op)
{
    const cause *c = &d->cause[0];
    return c->named ? d->causes == 1 && c->rivals == 0 && c->flaw.op == op
                    : strcmp(m->code, "G00") != 0;
}

bool kit_look_for_formula(kit *k, finding *f, const op_points *p)
{
    if (k->told == KIT_TOLD) return false;
    points_evidence *own = calloc(1, sizeof *own);
    if (own == NULL) return false;
    own->supported[p->op] = true;
    for (size_t i = 0; i < p->n; i++)
        if (p->at[i].place == OP_ORDINARY && p->at[i].refusal[0] == '\0')
            add(own, p->op, &p->at[i]);
    add_seen(own, &k->evidence, p->op);
    const evidence e = {own->program, own->got, own->n, own->supported,
                        k->engine.engine.precision};
    diagnosis d;
    message *m = &k->message[DIAGNOSIS_CAUSES + k->told];
    mistake_find(&e, &d);
    bool found = d.causes > 0 && !d.right;
    if (found) {
        message_make(m, &e, &d, 0);
        found = is_worth(&d, m, p->op);
    }
    free(own);
    if (!found) return false;
    char title[sizeof m->title];
    memcpy(title, f->title, sizeof title);
    memcpy(m->title, title, sizeof title);
    message_to_finding(m, f);
    f->cause = DIAGNOSIS_CAUSES + (int)++k->told;
    return true;
}
