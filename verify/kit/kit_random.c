/* Lesson 6: programs that nobody thought of, of the operations that the engine has. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "verify/dag.h"
#include "verify/dag_judge.h"
#include "verify/kit/kit.h"
#include "verify/kit/kit_late.h"

enum { LEAVES = 4, OPERATIONS = 24, PROGRAMS = 120, PROGRAMS_QUICK = 20, TRIED = 400 };

/* ---- Drawing --------------------------------------------------------------------- */

/* Whether textbook forms keep their digits there: not near a kink, a domain's end or
 * where a function saturates. */
static bool is_ordinary(const dag *d, const dag_item *v, const size_t *operand)
{
    const ad_op_info *row = &ad_ops[v->op];
    double x[AD_MAX_OPERANDS] = {0}, partial[AD_MAX_OPERANDS];
    const bool any_size = v->op == AD_OP_add || v->op == AD_OP_sub ||
                          v->op == AD_OP_mul || v->op == AD_OP_neg ||
                          v->op == AD_OP_add_c || v->op == AD_OP_mul_c ||
                          v->op == AD_OP_c_sub;
    for (int i = 0; i < row->operands; i++) {
        x[i] = d->item[operand[i]].value;
        if (fabs(x[i]) > (any_size ? 100 : 3)) return false;
        if (!any_size && fabs(x[i]) < 1e-2) return false;
    }
    if (x[0] < row->lo + 1e-2 || x[0] > row->hi - 1e-2) return false;
    if (row->operands == 2 && row->smoothness == AD_KINK && fabs(x[0] - x[1]) < 1e-2)
        return false;
    const double z = row->value(x, v->c);
    row->partials(x, v->c, z, partial);
    bool moderate = fabs(z) < 100;
    for (int i = 0; i < row->operands; i++) moderate &= fabs(partial[i]) < 100;
    return moderate;
}

/* A recent item, more likely; one time in eight the same again. */
static size_t choose(const dag *d, random_source *r, const size_t *before)
{
    if (before != NULL && random_below(r, 8) == 0) return *before;
    const size_t near = d->n > 6 && random_below(r, 2) == 0 ? d->n - 6 : 0;
    return near + random_below(r, d->n - near);
}

/* One that anything may be; one time in three a sum or a product, which share most. */
static ad_op choose_op(random_source *r, const ad_op *usable, size_t n)
{
    const ad_op wanted = random_below(r, 2) == 0 ? AD_OP_add : AD_OP_mul;
    const ad_op any = usable[random_below(r, n)];
    const bool often = random_below(r, 3) == 0;
    for (size_t i = 0; i < n && often; i++)
        if (usable[i] == wanted) return wanted;
    return any;
}

/* The output is to depend on all, so what nobody uses is added up. */
static void gather(dag *d, const ad_op *usable, size_t n)
{
    bool adds = false, used[LEAVES + 2 * OPERATIONS] = {false};
    const size_t all = d->n;
    for (size_t i = 0; i < n; i++) adds |= usable[i] == AD_OP_add;
    for (size_t i = 0; i < all && !d->out_of_memory; i++)
        for (size_t o = 0; o < d->item[i].n; o++) used[dag_operands(d, i)[o]] = true;
    for (size_t i = LEAVES; i + 1 < all && adds; i++) {
        const size_t both[2] = {d->n - 1, i};
        if (!used[i]) dag_apply(d, AD_OP_add, 2, both, 0);
    }
}

static void draw(const kit *k, dag *d, uint64_t seed)
{
    random_source r = {seed};
    ad_op usable[AD_OP_count] = {AD_OP_var};
    size_t n = 0, operand[AD_MAX_OPERANDS];
    for (int op = AD_FIRST_ROW; op <= AD_LAST_ROW; op++)
        if (mount_has_own(&k->engine, (ad_op)op) && !k->wrong_op[op])
            usable[n++] = (ad_op)op;
    dag_clear(d);
    for (size_t i = 0; i < LEAVES; i++) /* eighths: floats, too */
        dag_leaf(d, i + 1 == LEAVES ? AD_OP_constant : AD_OP_var,
                 (double)random_below(&r, 32) / 8 - 1.9375);
    for (size_t tried = 0; n > 0 && tried < TRIED && d->n < LEAVES + OPERATIONS;
         tried++) {
        static const double constants[] = {2, 3, 0.5, -1, -1.5, 2.5};
        dag_item v = {.op = choose_op(&r, usable, n),
                      .c = constants[random_below(&r, 6)]};
        v.n = (size_t)ad_ops[v.op].operands;
        for (size_t i = 0; i < v.n; i++)
            operand[i] = choose(d, &r, i > 0 ? &operand[i - 1] : NULL);
        if (ad_ops[v.op].constants == 0) v.c = 0;
        if (is_ordinary(d, &v, operand)) dag_apply(d, v.op, v.n, operand, v.c);
    }
    gather(d, usable, n);
    d->output = d->n - 1;
}

/* ---- Riding ---------------------------------------------------------------------- */

static void ride_dag(ride *r)
{
    const dag *d = r->what;
    ad_engine_node node[SHEET_ITEMS], output;
    for (size_t i = 0; i < d->n; i++) {
        const dag_item *v = &d->item[i];
        ad_engine_node x[AD_MAX_OPERANDS];
        for (size_t o = 0; o < v->n; o++) x[o] = node[dag_operands(d, i)[o]];
        node[i] = v->op == AD_OP_var        ? ride_input(r, v->value)
                  : v->op == AD_OP_constant ? ride_constant(r, v->value)
                                            : ride_apply(r, v->op, x, v->c);
    }
    const bool weighed = mount_weigh(r->m, r->record, node[d->output], 3, &output);
    ride_note(r, weighed ? 3 : 1);
    ride_backward(r, output);
    for (size_t i = 0; i < d->n; i++) {
        r->sheet->value[i] = ride_value(r, node[i]);
        r->sheet->grad[i] = ride_grad(r, node[i]);
    }
}

/* ---- Judging --------------------------------------------------------------------- */

typedef struct difference {
    size_t item;
    bool of_value;
    double got, expected;
} difference;

/* Nodes that depend on an input. What depends on constants alone is a constant, and an
 * engine may give it a gradient or none. */
static void find_variables(const dag *d, bool *varies)
{
    for (size_t i = 0; i < d->n; i++) {
        varies[i] = d->item[i].op == AD_OP_var;
        for (size_t o = 0; o < d->item[i].n && !dag_is_leaf(d, i); o++)
            varies[i] |= varies[dag_operands(d, i)[o]];
    }
}

/* An engine may keep gradients for its inputs alone: then no other is judged. */
static void leave_inner_out(const dag *d, const double *grad, bool *judged)
{
    for (size_t i = 0; i < d->n; i++)
        if (!dag_is_leaf(d, i) && grad[i] != 0) return;
    for (size_t i = 0; i < d->n; i++) judged[i] &= dag_is_leaf(d, i);
}

/* An engine that has one node for two steps that are the same has one gradient for both:
 * their sum. [i]: what is right then. */
static void add_alike(const dag *d, const dag_judgement *j, double *both)
{
    size_t first[SHEET_ITEMS];
    for (size_t i = 0; i < d->n; i++) {
        first[i] = i;
        both[i] = (double)j->at[i].derivative;
        for (size_t e = 0; e < i && first[i] == i && !dag_is_leaf(d, i); e++) {
            const dag_item *v = &d->item[i], *w = &d->item[e];
            bool alike = first[e] == e && v->op == w->op && v->c == w->c;
            for (size_t o = 0; o < v->n && alike; o++)
                alike = first[dag_operands(d, i)[o]] == first[dag_operands(d, e)[o]];
            if (alike) first[i] = e;
        }
        if (first[i] != i) both[first[i]] += both[i];
    }
    for (size_t i = 0; i < d->n; i++) both[i] = both[first[i]];
}

/*
 * Each value from the engine's own values of its operands, and the adjoints from
 * partials at these values: so rounding does not pile up, and floats are judged as
 * floats. False when something differs.
 */
static bool judge(const kit *k, const dag *asked, dag_judgement *j, difference *at)
{
    dag d = {0};
    const double u = k->engine.unit, *value = k->sheet->value, *grad = k->sheet->grad;
    bool good = dag_copy(&d, asked), differs = false, varies[SHEET_ITEMS];
    find_variables(asked, varies);
    leave_inner_out(asked, grad, varies);
    for (size_t i = 0; good && i < d.n && !differs; i++) {
        const dag_item *v = &d.item[i];
        double x[AD_MAX_OPERANDS], z = v->value, reach = 0;
        double *partial = &d.partial[v->first];
        if (!dag_is_leaf(&d, i)) {
            for (size_t o = 0; o < v->n; o++) x[o] = value[dag_operands(&d, i)[o]];
            z = ad_ops[v->op].value(x, v->c);
            ad_ops[v->op].partials(x, v->c, z, partial);
            for (size_t o = 0; o < v->n; o++) reach += fabs(partial[o] * x[o]);
        }
        const claim c = {"", value[i], z, 256 * u * (fabs(z) + reach)};
        differs = !claim_holds(&c);
        if (differs) *at = (difference){i, true, value[i], z};
    }
    const double ulps = u > 0x1p-30 ? 0x1p40 : 0x1p14;
    good = good && (differs || dag_judge(&d, d.output, k->sheet->number[0], ulps, j));
    double both[SHEET_ITEMS];
    if (good && !differs) add_alike(&d, j, both);
    for (size_t i = 0; good && i < d.n && !differs; i++) {
        if (!varies[i]) continue;
        const double right = (double)j->at[i].derivative;
        const claim c = {"", grad[i], right, j->at[i].bound};
        const claim shared = {"", grad[i], both[i], 4 * j->at[i].bound};
        differs = !claim_holds(&c) && !claim_holds(&shared);
        if (differs) *at = (difference){i, false, grad[i], right};
    }
    dag_free(&d);
    return !good || !differs;
}

typedef struct trial {
    kit *k;
    dag_judgement judgement;
    difference at;
} trial;

/* For the shrinker: only programs that drawing could have made. */
static bool fails(const dag *d, void *context)
{
    trial *t = context;
    for (size_t i = 0; i < d->n; i++) {
        const dag_item *v = &d->item[i];
        if (dag_is_leaf(d, i)
                ? fabs(v->value) > 100
                : (int)v->op > AD_LAST_ROW || !is_ordinary(d, v, dag_operands(d, i)))
            return false;
    }
    finding unused = {0};
    ride r = {.work = ride_dag, .what = d};
    const size_t hung = t->k->hung;
    /* Where programs leave something behind, only a new process tells. */
    if (t->k->left[0] != '\0') engine_file_recall(t->k->file);
    const bool rode = d->n <= SHEET_ITEMS && kit_ride(t->k, &unused, &r, 1);
    t->k->hung = hung;
    return rode && !judge(t->k, d, &t->judgement, &t->at);
}

/* Whether it fails by itself, in a new process. */
static bool fails_alone(const dag *d, trial *t)
{
    engine_file_recall(t->k->file);
    return fails(d, t);
}

/* False where only d itself is sure to fail. */
static bool find_smallest(dag *smallest, const dag *d, trial *t)
{
    enum { ITEMS = 8000, ITEMS_ALONE = 400 }; /* which take a process each */
    const bool alone = t->k->left[0] != '\0';
    if (!dag_copy(smallest, d)) return false;
    dag_shrink(smallest, fails, t, alone ? ITEMS_ALONE : ITEMS);
    if (fails_alone(smallest, t)) return true; /* the numbers, once more */
    dag_free(smallest);
    *smallest = (dag){0};
    if (dag_copy(smallest, d)) fails_alone(d, t);
    return false;
}

/* As the command has it. */
static const char *item_name(const dag *d, size_t item, char *text, size_t room)
{
    char *name = dag_name(d, item);
    snprintf(text, room, "%s", name == NULL ? "?" : name);
    free(name);
    return item == d->output ? "the output" : text;
}

/* What the program shows, where it is one turn that came too early. */
static bool say_late(finding *f, const dag *d, const trial *t)
{
    bool judged[SHEET_ITEMS];
    const sheet *s = t->k->sheet;
    late l;
    find_variables(d, judged);
    leave_inner_out(d, s->grad, judged);
    const double relative = t->k->engine.unit > 0x1p-30 ? 1e-4 : 1e-9;
    if (t->at.of_value || !kit_find_late(d, s, s->number[0], judged, relative, &l))
        return false;
    strcpy(f->code, "G356");
    char node[24], user[24], seen[24];
    snprintf(f->text, sizeof f->text,
             "%s passes on before %s, which uses it, has given its part",
             item_name(d, l.node, node, sizeof node),
             item_name(d, l.user, user, sizeof user));
    snprintf(f->expected, sizeof f->expected, "gradient of %s = %.10g",
             item_name(d, t->at.item, seen, sizeof seen), t->at.expected);
    snprintf(f->got, sizeof f->got, "%.10g", t->at.got);
    snprintf(f->why, sizeof f->why,
             "All gradients are those of this one turn that came too early%s. Smaller "
             "programs are right: how is it decided whose turn it is, a queue, a heap, "
             "a level, a count?",
             l.lost ? ", or of what the other users wrote over it" : "");
    return true;
}

static void put_smallest(finding *f, dag *d, trial *t, uint64_t seed)
{
    dag smallest = {0};
    const bool is_smallest = find_smallest(&smallest, d, t);
    char *command = dag_command(&smallest);
    snprintf(f->run, sizeof f->run, "%.390s", command == NULL ? "" : command);
    free(command);
    const char *name = ad_ops[smallest.item[t->at.item].op].name;
    const char *d_or_not = t->at.of_value ? "value" : "gradient";
    f->status = FINDING_FAIL;
    strcpy(f->code, "G00");
    if (say_late(f, &smallest, t)) {
        dag_free(&smallest);
        return;
    }
    if (!t->at.of_value && t->k->sheet->number[0] != 1)
        snprintf(f->why, sizeof f->why, "Backward started from 3 times this output.%s",
                 is_smallest ? " The program is the smallest that was found to fail."
                             : "");
    snprintf(f->expected, sizeof f->expected, "%s of item %zu (%s) = %.10g", d_or_not,
             t->at.item, name, t->at.expected);
    snprintf(f->got, sizeof f->got, "%.10g", t->at.got);
    snprintf(f->text, sizeof f->text, "a random program has a wrong %s (seed %llu)",
             d_or_not, (unsigned long long)seed);
    dag_free(&smallest);
}

/* Whether what was wrong after other programs is right in a new process: then 7.left has
 * it, and no program of here. */
static bool is_left(kit *k, trial *t, const finding *f, ride *r)
{
    finding before = *f;
    if (!kit_renew(k)) return false;
    strcpy(before.text, "a random program is wrong");
    const bool right =
        kit_ride_once(k, &before, r, 2) && judge(k, r->what, &t->judgement, &t->at);
    kit_renewed(k, right, &before);
    return right;
}

void kit_random(kit *k)
{
    const char *id = "6.random";
    char title[72];
    const size_t programs = !k->options.quick          ? PROGRAMS
                            : k->file->command != NULL ? PROGRAMS_QUICK / 4
                                                       : PROGRAMS_QUICK;
    snprintf(title, sizeof title, "%zu random programs of up to %d operations",
             programs, OPERATIONS);
    if (!kit_wants(k, id)) return;
    if (kit_skips(k, id, title, 0, NULL, true)) return;
    dag d = {0};
    trial t = {.k = k};
    finding *f = kit_find(k, id, title);
    double seconds = 0;
    for (size_t i = 0; i < programs; i++) {
        const uint64_t seed = k->options.seed * 1000 + i;
        draw(k, &d, seed);
        if (d.out_of_memory) break;
        ride r = {.work = ride_dag, .what = &d};
        const bool rode = kit_ride(k, f, &r, 2);
        seconds += f->seconds;
        if (rode && judge(k, &d, &t.judgement, &t.at)) continue;
        if (rode && is_left(k, &t, f, &r)) {
            if (kit_patience(k) < 0) break; /* a process each takes long */
            continue;
        }
        if (rode && kit_changes(k, &r))
            kit_put_unsteady(k, f);
        else if (rode)
            put_smallest(f, &d, &t, seed);
        break;
    }
    f->seconds = seconds;
    dag_judgement_free(&t.judgement);
    dag_free(&d);
}
