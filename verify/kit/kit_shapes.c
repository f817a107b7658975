/* Lesson 4: what graphs can look like, each by a small program of all its gradients. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "verify/kit/kit.h"

/* The gradient that comes from above is 3, except where the shape is about the
 * output. */
static const struct shape {
    const char *id, *title, *text;
} shapes[] = {
    {"twice-added", "a value added to itself", "x = 3; a = x + x; z = 3 * a"},
    {"twice-multiplied", "a value times itself", "x = 3; a = x * x; z = 3 * a"},
    {"diamond", "two ways from an input to the output",
     "x = 3; y = 2; a = x * y; b = a + x; c = a * y; d = b * c; z = 3 * d"},
    {"reused", "an inner node used deep and shallow",
     "x = 3; a = x * x; b = a + x; c = b * a; d = c + a; z = 3 * d"},
    {"reused-mirrored", "the same, operands exchanged",
     "x = 3; a = x * x; b = x + a; c = a * b; d = a + c; z = 3 * d"},
    {"reused-deep", "an inner node used at every depth",
     "x = 3; a = x + x; b = x + a; c = a + b; d = b + c; e = a + d; z = 3 * e"},
    {"reused-deep-mirrored", "the same, operands exchanged",
     "x = 3; a = x + x; b = a + x; c = b + a; d = c + b; e = d + a; z = 3 * e"},
    {"twice-early", "a node used twice by one user, and by another farther away",
     "x = 3; y = 2; a = x * y; b = a * a; c = a * y; d = c * x; e = b + d; z = 3 * e"},
    {"twice-early-mirrored", "the same, operands exchanged",
     "x = 3; y = 2; a = x * y; b = a * a; c = a * y; d = c * x; e = d + b; z = 3 * e"},
    {"dead", "branches that lead nowhere",
     "x = 3; y = 2; a = x * y; p = a * a; b = a + x; q = p * b; z = 3 * b; backward z"},
    {"shared-constant", "a constant used twice",
     "x = 3; k = const 2; a = x * k; b = a + k; c = b * k; z = 3 * c"},
    {"unused", "an input that is not used", "x = 3; y = 4; a = x * x; z = 3 * a"},
    {"used-further", "an output that is used further",
     "x = 3; a = x * x; b = a + x; c = b * a; backward b"},
    {"equal-values", "two nodes of equal value",
     "x = 2; y = 2; a = x * y; b = x + y; c = a * b; d = c + a; z = 3 * d"},
    {"constant-left", "a constant on the left",
     "x = 2; a = 5 - x; b = 5 / a; z = 3 * b"},
    {"exponents", "fractional and negative exponents",
     "x = 2; a = x ^ 0.5; b = a ^ -1.5; c = b ^ 3; z = 3 * c"},
    {"negative-base", "a whole power of a negative number",
     "x = -1.5; a = x ^ 3; b = x ^ 2; c = a + b; z = 3 * c"},
    {"self-divided", "a value through its own quotient and difference",
     "x = 3; y = 2; a = x * y; b = a / x; c = a - b; d = c / y; z = 3 * d"},
};

/* A second root over a shared part, without zero_grad in between. */
static const struct shape roots[] = {
    {"two-roots", "backward from one output, then from another",
     "x = 3; y = 2; a = x * y; b = a + x; c = a * y; backward b; backward c"},
    {"recorded-after", "backward, record more, backward again",
     "x = 3; a = x * x; b = a + x; backward b; c = b * a; backward c"},
};

/* What each is about, as a sentence that is said where it is wrong; of those that are not
 * here it is that a node has several users. */
static const struct meaning {
    const char *id, *code, *wrong, *why;
} meanings[] = {
    {"dead", "G331", "branches that lead nowhere change a gradient",
     "p and q lead nowhere: they must neither be waited for nor pass anything on."},
    {"shared-constant", "G332", "a constant that is used twice spoils a gradient",
     "k is a constant: it needs no gradient, and who stands beside it does."},
    {"unused", "G331", "an input that is not used changes a gradient, or has one",
     "y is used by nobody: its gradient is 0, and all others are as without it."},
    {"used-further", "G331", "a later user of the output changes its gradients",
     "c uses b, and backward is from b: c must neither be waited for nor pass anything "
     "on."},
    {"equal-values", "G332",
     "two nodes of equal value get a wrong gradient: taken for one?",
     "a and b are both 4 and are two nodes: with y = 3 they are not equal."},
    {"constant-left", "G333",
     "a constant on the left: 5 - x or 5 / a has a wrong gradient",
     "Each operation alone is right: what is wrong is how they hang together."},
    {"exponents", "G333", "powers of powers have a wrong gradient",
     "Each operation alone is right: what is wrong is how they hang together."},
    {"negative-base", "G333", "a whole power of a negative number has a wrong gradient",
     "x^3 and x^2 of -1.5 are -3.375 and 2.25: no logarithm is needed."},
    {"two-roots", "G247", "backward from a second output is wrong after the first",
     "b and c share a. The second backward must begin as if none had been, or add what "
     "it gives."},
    {"recorded-after", "G247", "backward after more was recorded is wrong",
     "c was made after the first backward: its order, its counts, its marks are to be "
     "made anew."},
};

static const struct meaning *meaning_of(const char *id)
{
    for (size_t i = 0; i < sizeof meanings / sizeof *meanings; i++)
        if (strcmp(meanings[i].id, id) == 0) return &meanings[i];
    return NULL;
}

static size_t needs_of(const script *s, ad_op *needs)
{
    size_t n = 0;
    for (size_t i = 0; i < s->steps; i++)
        if (s->step[i].verb == SCRIPT_APPLY) needs[n++] = s->step[i].op;
    return n;
}

static bool is_inner(const script *s, size_t node)
{
    return s->step[s->made[node]].verb == SCRIPT_APPLY;
}

/* What the program is about, as a sentence; lesson 3 has found nothing. */
static void say(finding *f, const struct shape *shape, const char *d, const char *name,
                double got, double expected)
{
    const struct meaning *own = meaning_of(shape->id);
    strcpy(f->code, own != NULL ? own->code : "G332");
    const bool is_value = d[0] == '\0';
    snprintf(f->text, sizeof f->text, "%s: %s%s%s is %.10g, not %.10g",
             own != NULL && !is_value ? own->wrong : shape->title,
             is_value ? "the value of " : "", d, name, got, expected);
    snprintf(
        f->why, sizeof f->why, "%s%s Smaller programs, those of lesson 3, are right.",
        own != NULL ? own->why : "A node must pass on after all its users, and once.",
        is_value ? " It is a value that is wrong, before backward." : "");
}

/* One reason, told once: by the first shape, unless it is chance that decides. */
static void settle(kit *k, finding *f, const script *s)
{
    if (kit_changes(k, &(ride){.work = ride_script, .what = s})) {
        kit_put_unsteady(k, f);
        return;
    }
    for (size_t i = 0; i < k->n; i++) {
        const finding *g = &k->finding[i];
        if (g == f || g->id[0] != '4' || !finding_is_told(g) ||
            strcmp(g->code, f->code) != 0)
            continue;
        snprintf(f->same, sizeof f->same, "%s", g->id);
        return;
    }
}

/* Each gradient's error may be some roundings of its largest contribution. Where inputs
 * alone have one, lesson 1 says so. */
static bool judge(kit *k, finding *f, const struct shape *shape, const script *s,
                  const script_result *right)
{
    const script_result *r = &k->sheet->result;
    for (int what = 0; what < 2; what++)
        for (size_t i = 0; i < s->nodes; i++) {
            const bool constant = s->step[s->made[i]].verb == SCRIPT_CONSTANT;
            if (what == 1 && constant) continue; /* an engine may know no constants */
            if (what == 1 && is_inner(s, i) && script_has_leaves_only(s, r)) continue;
            const double got = what == 0 ? r->value[i] : r->grad[i];
            const double expected = what == 0 ? right->value[i] : right->grad[i];
            const claim c = {"", got, expected,
                             64 * k->engine.unit * (fabs(expected) + 1)};
            if (claim_holds(&c)) continue;
            f->status = FINDING_FAIL;
            const char *d = what == 0 ? "" : "d";
            snprintf(f->expected, sizeof f->expected, "%s%s = %.10g", d, s->name[i],
                     expected);
            snprintf(f->got, sizeof f->got, "%s%s = %.10g", d, s->name[i], got);
            say(f, shape, d, s->name[i], got, expected);
            return false;
        }
    return true;
}

static void put_program(finding *f, const script *s)
{
    size_t at = 0;
    for (size_t i = 0; i < s->steps; i++) {
        char step[96];
        const int n =
            snprintf(f->run + at, sizeof f->run - at, "%s%s", i == 0 ? "" : "\n",
                     script_print_step(s, i, step, sizeof step));
        if (n < 0 || (size_t)n >= sizeof f->run - at) return;
        at += (size_t)n;
    }
}

static bool begin(kit *k, const struct shape *shape, script *s, finding **f)
{
    char id[32], room[160];
    ad_op needs[SCRIPT_STEPS];
    snprintf(id, sizeof id, "4.%s", shape->id);
    if (!kit_wants(k, id)) return false;
    const char *why_not = script_parse(s, shape->text);
    if (why_not == NULL)
        why_not = kit_why_not(k, needs_of(s, needs), needs, true, room);
    if (why_not == NULL && s->backwards > 1 && k->once)
        why_not = "one backward a recording";
    if (why_not != NULL) {
        kit_skip(k, id, shape->title, "%s", why_not);
        return false;
    }
    *f = kit_find(k, id, shape->title);
    put_program(*f, s);
    return true;
}

static void try_shape(kit *k, const struct shape *shape)
{
    script s;
    finding *f;
    script_result right;
    if (!begin(k, shape, &s, &f) || !kit_script(k, f, &s)) return;
    script_reference(&s, SCRIPT_ZEROES, &right);
    const finding before = *f;
    bool good = judge(k, f, shape, &s, &right);
    if (!good && kit_renew(k)) {
        const finding wrong = *f;
        *f = before;
        if (!kit_script(k, f, &s)) return;
        good = judge(k, f, shape, &s, &right);
        kit_renewed(k, good, &wrong);
    }
    if (!good) settle(k, f, &s);
}

/* Gradients are made anew where the output depends on something, and kept elsewhere: what
 * is read there is another output's. Where they add up, it is the sum all the same. */
static void put_reached(finding *f, script_policy policy)
{
    const bool anew = policy == SCRIPT_ZEROES_REACHED;
    f->status = anew ? FINDING_NOTE : FINDING_POLICY;
    snprintf(f->text, sizeof f->text, "%s%s", script_policy_text(policy),
             anew
                 ? ", where 0 is right, and others are made anew; zero_grad in between "
                   "(G249)"
                 : "");
    if (anew) strcpy(f->code, "G249");
}

/* The first output's node, of two backwards. */
static int first_output(const script *s)
{
    size_t i = 0;
    while (s->step[i].verb != SCRIPT_BACKWARD) i++;
    return s->step[i].node;
}

/* What comes out where the list that the first backward made is walked again: the new
 * output is not in it, so the 1 that is set there goes nowhere; what nodes still hold,
 * where nothing was cleared, is passed on once more. */
static void walk_first_list(const script *s, script_policy policy, script_result *r)
{
    script again = *s;
    const script_result seen = *r;
    again.step[s->steps - 1].node = again.output = first_output(s);
    script_reference(&again, policy, r);
    for (size_t i = 0; i < s->nodes; i++) {
        const bool kept = policy == SCRIPT_ACCUMULATES && !is_inner(s, i);
        if (policy == SCRIPT_STALE) continue;
        r->grad[i] = kept && !isnan(seen.first[i]) ? seen.first[i] : 0;
    }
    r->grad[s->output] = 1;
}

/* Whether it is that, for some policy. */
static bool is_first_list(kit *k, finding *f, const struct shape *shape,
                          const script *s)
{
    static const script_policy policies[] = {SCRIPT_ZEROES, SCRIPT_ACCUMULATES,
                                             SCRIPT_STALE};
    const char *id = "4.two-roots";
    for (int p = 0; p < 3; p++) {
        script_result right = k->sheet->result;
        finding unused = *f;
        walk_first_list(s, policies[p], &right);
        if (!judge(k, &unused, shape, s, &right)) continue;
        strcpy(f->code, "G244");
        strcpy(f->text, "the first backward's order is walked by a later one, too");
        strcpy(f->why, "The new output is not in that list: its 1 goes nowhere.");
        if (strcmp(f->id, id) != 0 && kit_has_failed(k, id))
            snprintf(f->same, sizeof f->same, "%s", id);
        return true;
    }
    return false;
}

/*
 * With two roots, what is right depends on the policy; and a tape that adds passes on
 * what stands at all of its nodes, the other root's too. Any known policy will do.
 */
static void try_roots(kit *k, const struct shape *shape)
{
    script s;
    finding *f;
    if (!begin(k, shape, &s, &f) || !kit_script(k, f, &s)) return;
    script_result right;
    for (int p = 0; p < SCRIPT_POLICIES_OF_ROOTS; p++) {
        script_reference(&s, (script_policy)p, &right);
        f->status = FINDING_PASS;
        f->code[0] = '\0';
        if (judge(k, f, shape, &s, &right)) {
            f->expected[0] = f->got[0] = f->text[0] = f->why[0] = '\0';
            if (p < SCRIPT_POLICIES) return;
            put_reached(f, (script_policy)p);
            return;
        }
    }
    if (is_first_list(k, f, shape, &s) || kit_marks_stay(k, f, &s)) return;
    if (k->policy != SCRIPT_STALE && k->policy != SCRIPT_STALE_SEED) {
        settle(k, f, &s);
        return;
    }
    if (kit_has_failed(k, "1.policy")) {
        strcpy(f->same, "1.policy");
        return;
    }
    f->status = FINDING_POLICY;
    f->code[0] = f->why[0] = '\0';
    strcpy(f->text,
           "passes on what nodes of the first root still hold: zero in between");
}

void kit_shapes(kit *k)
{
    for (size_t i = 0; i < sizeof shapes / sizeof shapes[0]; i++)
        try_shape(k, &shapes[i]);
    for (size_t i = 0; i < sizeof roots / sizeof roots[0]; i++) try_roots(k, &roots[i]);
}
