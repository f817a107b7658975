/* Lesson 7: each operation set anew, forward and backward, against the same engine where
 * it is recorded there: what a rule saved may be that of another point. */
#include <stdio.h>
#include <string.h>

#include "verify/kit/kit.h"

/* An operation is recorded at the first point, and set to the others in turn. */
enum { POINTS = 3 };

typedef struct saved {
    int points; /* POINTS, or one less: gradients cannot be had anew a second time */
    size_t n;
    ad_op op[AD_OP_count];
    double x[AD_OP_count][POINTS][AD_MAX_OPERANDS], c[AD_OP_count];
} saved;

/* Not where it has no such points, or is known to be wrong without that. */
static void add_op(const kit *k, ad_op op, saved *s)
{
    op_points p;
    size_t n = 0;
    if (!mount_has_own(&k->engine, op) || k->wrong_op[op] || k->crashed_op[op]) return;
    op_points_fill(&p, op, k->engine.engine.precision, k->options.seed, true);
    for (size_t i = 0; i < p.n && n < POINTS; i++) {
        const double *x = p.at[i].x;
        /* Of even functions -x is no other point. */
        if (p.at[i].place != OP_ORDINARY ||
            (n > 0 && fabs(x[0]) == fabs(s->x[s->n][n - 1][0])))
            continue;
        if (n == 0) s->c[s->n] = p.at[i].c;
        memcpy(s->x[s->n][n++], x, sizeof p.at[i].x);
    }
    s->op[s->n] = op;
    s->n += n == POINTS;
}

typedef struct at_work {
    ad_engine_node x[AD_MAX_OPERANDS], z;
    double number[1 + AD_MAX_OPERANDS]; /* z and the gradients */
} at_work;

static void record_op(ride *r, const saved *s, size_t i, int point, at_work *w)
{
    for (int k = 0; k < ad_ops[s->op[i]].operands; k++)
        w->x[k] = ride_input(r, s->x[i][point][k]);
    w->z = ride_apply(r, s->op[i], w->x, s->c[i]);
}

static void set_op(ride *r, const saved *s, size_t i, int point, const at_work *w)
{
    for (int k = 0; k < ad_ops[s->op[i]].operands; k++)
        r->m->engine.set(r->record, w->x[k], s->x[i][point][k]);
    r->m->engine.forward(r->record, w->z);
}

static void go_back(ride *r, ad_op op, at_work *w)
{
    ride_backward(r, w->z);
    w->number[0] = ride_value(r, w->z);
    for (int k = 0; k < ad_ops[op].operands; k++)
        w->number[1 + k] = ride_grad(r, w->x[k]);
}

static void claim_op(ride *r, ad_op op, int point, const at_work *got,
                     const at_work *expected)
{
    static const char *const name[] = {"z", "dx", "dy", "dw"};
    for (int k = 0; k <= ad_ops[op].operands; k++) {
        char label[40];
        snprintf(label, sizeof label, "%s%s of %s", point == 1 ? "" : "second ",
                 name[k], ad_ops[op].name);
        ride_claim(r, label, got->number[k], expected->number[k], 1024);
    }
}

/* As it is where it is recorded at the point. */
static void ride_saved(ride *r)
{
    const saved *s = r->what;
    for (size_t i = 0; i < s->n; i++) {
        at_work right[POINTS], w;
        for (int point = 1; point < s->points; point++) {
            ride_fresh(r);
            if (r->record == NULL) return;
            record_op(r, s, i, point, &right[point]);
            go_back(r, s->op[i], &right[point]);
        }
        ride_fresh(r);
        if (r->record == NULL) return;
        record_op(r, s, i, 0, &w);
        for (int point = 1; point < s->points; point++) {
            if (point > 1 && r->m->engine.zero_grad != NULL)
                r->m->engine.zero_grad(r->record);
            set_op(r, s, i, point, &w);
            go_back(r, s->op[i], &w);
            claim_op(r, s->op[i], point, &w, &right[point]);
        }
    }
}

static const char *op_of(const claim *c) { return strrchr(c->label, ' ') + 1; }

/* The program of the claim, which the engine had right until it was set anew. */
static void put_program(finding *f, const saved *s, const claim *c)
{
    static const char *const letter[] = {"x", "y", "w"};
    const bool second = strncmp(c->label, "second ", 7) == 0;
    const char *name = c->label + (second ? 7 : 0);
    const int length = (int)strcspn(name, " ");
    size_t i = 0, n = 0;
    while (i + 1 < s->n && strcmp(ad_ops[s->op[i]].name, op_of(c)) != 0) i++;
    const int operands = ad_ops[s->op[i]].operands;
    for (int point = 0; point <= 1 + second; point++) {
        for (int k = 0; k < operands; k++)
            n += (size_t)snprintf(f->run + n, sizeof f->run - n, "%s%s = %.10g\n",
                                  point == 0 ? "" : "set ", letter[k],
                                  s->x[i][point][k]);
        if (point == 0)
            n += (size_t)snprintf(f->run + n, sizeof f->run - n, "z = %s\n",
                                  ad_ops[s->op[i]].value_text);
        else
            n += (size_t)snprintf(f->run + n, sizeof f->run - n,
                                  "forward z\nbackward z%s",
                                  point == 1 && second ? "\nzero\n" : "");
    }
    snprintf(f->got, sizeof f->got, "%.*s = %.10g", length, name, c->got);
    snprintf(f->expected, sizeof f->expected, "%.*s = %.10g", length, name,
             c->expected);
}

static void put_saved(const kit *k, finding *f, const saved *s)
{
    const claim *first = NULL, *last = NULL;
    size_t others = 0;
    for (size_t i = 0; i < k->sheet->claims; i++) {
        const claim *c = &k->sheet->claim[i];
        if (claim_holds(c)) continue;
        if (first == NULL) first = c;
        others += last != NULL && strcmp(op_of(last), op_of(c)) != 0;
        last = c;
    }
    if (first == NULL) return;
    put_program(f, s, first);
    char more[40] = "";
    if (others > 0)
        snprintf(more, sizeof more, "; so %s %zu other%s", others == 1 ? "does" : "do",
                 others, others == 1 ? "" : "s");
    const bool of_value = f->got[0] == 'z';
    strcpy(f->code, of_value ? "G215" : "G214");
    snprintf(f->text, sizeof f->text,
             of_value ? "forward does not compute %s anew after set: %s, not %.10g%s"
                      : "the rule for %s uses, after set and forward, what it saved at "
                        "another point: %s, not %.10g%s",
             op_of(first), f->got, first->expected, more);
    strcpy(f->why,
           of_value ? "Recorded at that point, it is right. forward has to run every "
                      "operation that its output is made of."
                    : "Recorded at that point, it is right, and its value is right "
                      "here, too. What a rule saves is to be saved each time that "
                      "the value is made, by forward too.");
}

void kit_forward(kit *k)
{
    const char *id = "7.forward.each",
               *title = "set, forward and backward of each operation";
    const ad_engine *e = &k->engine.engine;
    const bool anew =
        !k->once && (e->policy == AD_ENGINE_ZEROES ||
                     (e->zero_grad != NULL && !kit_has_failed(k, "1.zero")));
    saved s = {.points = anew ? POINTS : POINTS - 1};
    if (!kit_wants(k, id) || kit_skips_member(k, "7.forward", id, title) ||
        kit_skips_member(k, "7.forward.levels", id, title) ||
        kit_skips_member(k, "7.set", id, title))
        return;
    if (kit_skips(k, id, title, 0, NULL, true)) return;
    for (int op = AD_FIRST_ROW; op <= AD_LAST_ROW; op++) add_op(k, (ad_op)op, &s);
    finding *f = kit_find(k, id, title);
    strcpy(f->run, "z = op(x)\nset x\nforward z\nbackward z");
    kit_ride(k, f, &(ride){.work = ride_saved, .what = &s}, 2);
    if (f->status == FINDING_FAIL && k->sheet->sentence[0] == '\0') put_saved(k, f, &s);
}
