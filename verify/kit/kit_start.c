/* Lesson 1: it loads, a leaf is an output too, and what a second backward does. */
#include <stdio.h>
#include <string.h>

#include "verify/kit/kit.h"

/* ---- It loads -------------------------------------------------------------------- */

static void ride_nothing(ride *r) { (void)r; }

static bool load(kit *k)
{
    finding *f = kit_find(k, "1.load", "it loads, and makes an empty record");
    ride r = {.work = ride_nothing};
    const bool good = kit_ride(k, f, &r, 5);
    if (k->sheet->phase < RIDE_RECORDING && k->sheet->phase != RIDE_OVER) {
        k->engine.supported = 0;
        return false;
    }
    k->engine = k->sheet->mounted;
    memcpy(k->name, k->sheet->name, sizeof k->name);
    if (good)
        snprintf(f->text, sizeof f->text, "%s; %zu of %d operations",
                 k->engine.engine.precision == AD_ENGINE_FLOAT ? "float" : "double",
                 k->engine.supported, AD_LAST_ROW - AD_FIRST_ROW + 1);
    if (good && !kit_wants(k, "1.load")) k->n--;
    return good;
}

/* ---- Leaves ---------------------------------------------------------------------- */

static void ride_leaf(ride *r)
{
    const ad_engine_node x = ride_input(r, 3), y = ride_input(r, -0.5);
    ride_claim(r, "x", ride_value(r, x), 3, 0);
    ride_claim(r, "y", ride_value(r, y), -0.5, 0);
    ride_backward(r, x);
    ride_claim(r, "dx", ride_grad(r, x), 1, 0);
    ride_claim(r, "dy", ride_grad(r, y), 0, 0);
}

/* What the number of a leaf means. */
static void say_leaf(finding *f)
{
    const bool is_value = f->expected[0] != 'd', is_other = f->expected[1] == 'y';
    char said[80];
    snprintf(said, sizeof said, "%.79s", f->text);
    if (is_value) {
        snprintf(f->text, sizeof f->text, "an input does not keep its value: %s", said);
        strcpy(f->why, "It was read just after it was made, before any operation.");
        return;
    }
    strcpy(f->code, "G322");
    snprintf(f->text, sizeof f->text,
             is_other ? "backward from an input gives another one a gradient: %s"
                      : "backward from an input must give it 1: %s",
             said);
    strcpy(f->why, "x itself is the output here, and dx/dx is 1. No rule runs for an "
                   "input, so the 1 must be set before the walk asks for rules.");
}

static void leaf(kit *k)
{
    if (!kit_wants(k, "1.leaf")) return;
    finding *f = kit_find(k, "1.leaf", "the value of an input; backward from an input");
    strcpy(f->run, "x = 3\ny = -0.5\nbackward x");
    if (kit_ride(k, f, &(ride){.work = ride_leaf}, 2) || f->status != FINDING_FAIL)
        return;
    if (k->sheet->sentence[0] == '\0') say_leaf(f);
}

/* ---- Policies -------------------------------------------------------------------- */

static bool same_gradients(const kit *k, const script *s, const script_result *right,
                           bool leaves_only)
{
    for (size_t i = 0; i < s->nodes; i++) {
        if (leaves_only && s->step[s->made[i]].verb == SCRIPT_APPLY) continue;
        const double got = k->sheet->result.grad[i], expected = right->grad[i];
        const claim c = {"", got, expected, 32 * k->engine.unit * fabs(expected)};
        if (!claim_holds(&c)) return false;
    }
    return true;
}

static const char *const declared[] = {"any", "zeroes", "accumulates"};

static bool is_as_declared(const kit *k)
{
    const ad_engine_policy said = k->engine.engine.policy;
    return said == AD_ENGINE_ANY ||
           (said == AD_ENGINE_ZEROES) == (k->policy == SCRIPT_ZEROES);
}

/* Neither anew nor a sum: most small engines have it so, and those who train with them
 * must know. */
static bool is_stale(const kit *k)
{
    return k->policy == SCRIPT_STALE || k->policy == SCRIPT_STALE_SEED;
}

/* The same from one output, then from another that does not depend on it: what the first
 * has left can only be seen in x. */
static void ride_outputs(ride *r)
{
    const ad_engine_node x = ride_input(r, 3), y = ride_input(r, 5);
    const ad_engine_node a = ride_binary(r, AD_OP_mul, x, x);
    const ad_engine_node b = ride_binary(r, AD_OP_mul, x, y);
    ride_backward(r, a);
    ride_backward(r, b);
    ride_note(r, ride_grad(r, x));
    ride_note(r, ride_grad(r, y));
}

/* Where all is made anew for another output, and for the same one passed on once more, it
 * is no old gradient that is passed on, but the list of nodes that is walked twice. */
static bool is_list_kept(kit *k, finding *f)
{
    if (k->policy != SCRIPT_STALE) return false;
    finding unused = {0};
    const script_result seen = k->sheet->result;
    const bool is_it = kit_ride_once(k, &unused, &(ride){.work = ride_outputs}, 1) &&
                       k->sheet->number[0] == 5 && k->sheet->number[1] == 3;
    k->sheet->result = seen;
    if (!is_it) return false;
    f->status = FINDING_FAIL;
    strcpy(f->code, "G23");
    strcpy(f->text, "the list of nodes is not emptied before the next backward");
    strcpy(f->expected, "dx = 7, as the first time");
    snprintf(f->got, sizeof f->got, "dx = %.10g", seen.grad[0]);
    strcpy(f->why, "From another output all gradients are made anew, so no old one is "
                   "passed on: each node of the first backward has its turn twice.");
    return true;
}

static void put_policy(const kit *k, finding *f, const script *s, bool leaves_only)
{
    const script_result *r = &k->sheet->result;
    const int x = script_node(s, "x");
    f->status = is_stale(k) ? FINDING_NOTE : FINDING_POLICY;
    snprintf(f->text, sizeof f->text, "%s%s", script_policy_text(k->policy),
             leaves_only ? "; only inputs have a gradient" : "");
    if (!is_stale(k)) return;
    strcpy(f->code, "G248");
    const size_t n = strlen(f->text);
    snprintf(
        f->text + n, sizeof f->text - n,
        ": after one backward dx = %g, after two %g; right would be %g (made anew) or "
        "%g (added up). It is let pass: call zero_grad before each backward (G248)",
        r->first[x], r->grad[x], r->first[x], 2 * r->first[x]);
}

static void find_policy(kit *k)
{
    static const char text[] = "x = 3; a = x * x; b = a + x; backward b; backward b";
    const char *id = "1.policy", *title = "a second backward over the same record";
    script s;
    ad_op missing;
    const char *why_not = script_parse(&s, text);
    if (why_not != NULL || k->once || !kit_wants(k, id)) return;
    if (script_can_run(&k->engine, &s, &missing) != SCRIPT_DONE) {
        kit_skip(k, id, title, "the engine has no %s", ad_ops[missing].name);
        return;
    }
    char room[160];
    const char *end = k->broken[0] != '\0' ? k->broken : kit_why_end(k, room);
    if (end != NULL) {
        kit_skip(k, id, title, "%s", end);
        return;
    }
    finding *f = kit_find(k, id, title);
    snprintf(f->run, sizeof f->run, "%s", text);
    if (!kit_script(k, f, &s)) return;
    script_result right;
    const bool leaves_only = script_has_leaves_only(&s, &k->sheet->result);
    for (k->policy = SCRIPT_ZEROES; k->policy < SCRIPT_POLICIES; k->policy++) {
        script_reference(&s, k->policy, &right);
        if (same_gradients(k, &s, &right, leaves_only)) break;
    }
    if (k->policy == SCRIPT_POLICIES) {
        k->policy = SCRIPT_ZEROES;
        f->status = FINDING_FAIL;
        const double *grad = k->sheet->result.grad;
        snprintf(f->got, sizeof f->got, "dx = %.10g, da = %.10g, db = %.10g", grad[0],
                 grad[1], grad[2]);
        strcpy(f->expected, "dx, da, db = 7, 1, 1 or 14, 1, 1 or 20, 2, 1 or 27, 3, 2 "
                            "or 14, 2, 2");
        strcpy(f->code, "G247");
        strcpy(f->text,
               "a second backward gives neither the same gradients nor their sum");
        snprintf(
            f->why, sizeof f->why,
            "After one backward they are %.6g, %.6g and %.6g. Of two, the same once "
            "more is right, and so is the sum of both.",
            k->sheet->result.first[0], k->sheet->result.first[1],
            k->sheet->result.first[2]);
        return;
    }
    if (is_list_kept(k, f)) return;
    if (k->policy == SCRIPT_ZEROES && kit_marked(k, f)) return;
    put_policy(k, f, &s, leaves_only);
    if (is_as_declared(k)) return;
    f->status = FINDING_FAIL;
    snprintf(f->expected, sizeof f->expected, "as declared: %s",
             declared[k->engine.engine.policy]);
    strcpy(f->got, script_policy_text(k->policy));
    strcpy(f->code, "G316");
    strcpy(f->text, "the engine's `policy` is not what it does");
    strcpy(f->why,
           "The gradients are right for what it does. Who trains with it goes by "
           "what it says, and clears gradients, or does not.");
}

static void find_zero_grad(kit *k)
{
    const char *text =
        k->once ? "x = 3; a = x * x; b = a + x; backward b; zero"
                : "x = 3; a = x * x; b = a + x; backward b; zero; backward b";
    const char *id = "1.zero",
               *title = k->once ? "zero_grad" : "zero_grad, and backward again";
    script s;
    ad_op missing;
    if (k->no_zero || !kit_wants(k, id) || script_parse(&s, text) != NULL) return;
    char room[160];
    const char *end = k->broken[0] != '\0' ? k->broken : kit_why_end(k, room);
    if (end != NULL) {
        kit_skip(k, id, title, "%s", end);
        return;
    }
    if (k->engine.engine.zero_grad == NULL) {
        kit_skip(k, id, title, "the engine has no zero_grad");
        return;
    }
    if (script_can_run(&k->engine, &s, &missing) != SCRIPT_DONE) {
        kit_skip(k, id, title, "the engine has no %s", ad_ops[missing].name);
        return;
    }
    finding *f = kit_find(k, id, title);
    snprintf(f->run, sizeof f->run, "%s", text);
    if (!kit_script(k, f, &s)) return;
    for (size_t i = 0; i < s.nodes; i++) {
        const script_result *r = &k->sheet->result;
        const double right = k->once ? 0 : r->first[i];
        if (r->grad[i] == right) continue;
        f->status = FINDING_FAIL;
        snprintf(f->expected, sizeof f->expected, "d%s = %.10g%s", s.name[i], right,
                 k->once ? "" : ", as before");
        snprintf(f->got, sizeof f->got, "d%s = %.10g", s.name[i], r->grad[i]);
        kit_say_zeroed(k, f);
        return;
    }
}

void kit_start(kit *k)
{
    if (!load(k)) return;
    kit_taken(k);
    if (k->root[0] != '\0') return;
    leaf(k);
    kit_second(k);
    kit_zero(k);
    kit_arrays(k);
}

void kit_policies(kit *k)
{
    find_policy(k);
    find_zero_grad(k);
}
