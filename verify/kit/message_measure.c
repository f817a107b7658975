/* A rule that is wrong in an unknown way: what it gives, in numbers. */
#include <math.h>
#include <string.h>

#include "verify/kit/message_parts.h"
#include "verify/kit/mistake_measure.h"

typedef struct measured {
    const sample *wrong; /* the first that is, with 1 from above where there is one */
    int partial;         /* -1: the value */
    bool in_proportion;  /* to what comes from above */
} measured;

static double right_share(ad_op op, const sample *s, int i)
{
    double d[AD_MAX_OPERANDS];
    ad_ops[op].partials(s->x, s->c, s->z, d);
    return d[i] * s->g;
}

static bool same_place(const sample *a, const sample *b)
{
    return memcmp(a->x, b->x, sizeof a->x) == 0 && a->c == b->c;
}

static measured look_at(ad_op op, const sample *s, size_t n, double relative)
{
    measured m = {NULL, -1, true};
    for (size_t i = 0; i < n && m.wrong == NULL; i++)
        if (!mistake_close(s[i].value, s[i].z, relative, relative * 1e-3))
            m.wrong = &s[i];
    for (int k = 0; k < ad_ops[op].operands && m.wrong == NULL; k++) {
        m.partial = k;
        for (size_t i = 0; i < n; i++) {
            const double right = right_share(op, &s[i], k);
            if (mistake_close(s[i].share[k], right, relative, relative * 1e-3))
                continue;
            if (m.wrong == NULL || (m.wrong->g != 1 && s[i].g == 1)) m.wrong = &s[i];
        }
        for (size_t i = 0; i < n; i++)
            for (size_t j = 0; j < i; j++)
                if (same_place(&s[i], &s[j]) &&
                    !mistake_close(s[i].share[k] / s[i].g, s[j].share[k] / s[j].g,
                                   relative, relative * 1e-3))
                    m.in_proportion = false;
    }
    return m;
}

static const char *place(ad_op op, const sample *s, char *text, size_t room)
{
    static const char letter[] = "xyw";
    text[0] = '\0';
    for (int i = 0; i < ad_ops[op].operands; i++)
        message_add(text, room, "%s%c = %.6g", i > 0 ? ", " : "", letter[i], s->x[i]);
    if (ad_ops[op].constants > 0) message_add(text, room, ", c = %.6g", s->c);
    return text;
}

/* Whether each sample is right, or wrong; they are at how many places. */
static size_t count_places(const sample *s, const bool *chosen, size_t n, bool which)
{
    size_t places = 0;
    for (size_t i = 0; i < n; i++) {
        bool is_new = chosen[i] == which;
        for (size_t j = 0; j < i && is_new; j++)
            is_new = chosen[j] != which || !same_place(&s[i], &s[j]);
        places += is_new;
    }
    return places;
}

/* Where it is right, and where it is wrong: by a comparison that parts the two, or in
 * numbers. Nothing where it is never right, or seen at two places alone. */
static void write_where(char *why, size_t room, ad_op op, const sample *s, size_t n,
                        int partial, double relative)
{
    bool wrong[SAMPLES_MOST];
    for (size_t i = 0; i < n; i++) {
        const double got = partial < 0 ? s[i].value : s[i].share[partial],
                     want = partial < 0 ? s[i].z : right_share(op, &s[i], partial);
        wrong[i] = !mistake_close(got, want, relative, relative * 1e-3);
    }
    const size_t bad = count_places(s, wrong, n, true),
                 good = count_places(s, wrong, n, false);
    if (bad == 0 || good == 0 || bad + good < 3) return;
    for (int at = FORM_ABOVE; at < FORM_SIDES; at++) {
        const form_side side = (form_side)at, other = form_other_side(side);
        size_t i = 0;
        while (i < n && form_side_is(wrong[i] ? side : other, op, s[i].x, s[i].c) &&
               !form_side_is(wrong[i] ? other : side, op, s[i].x, s[i].c))
            i++;
        if (i < n || !form_has_side(side, op)) continue;
        message_add(why, room, "At %zu points: right where %s, wrong where %s.",
                    bad + good, form_side_text(other, op), form_side_text(side, op));
        return;
    }
    size_t told[2] = {0, 0};
    for (int which = 0; which < 2; which++) {
        message_add(why, room, which == 0 ? "Right at " : "; wrong at ");
        for (size_t i = 0; i < n && told[which] < 2; i++) {
            char text[96];
            bool is_new = wrong[i] == (which == 1);
            for (size_t j = 0; j < i && is_new; j++)
                is_new = wrong[j] != (which == 1) || !same_place(&s[i], &s[j]);
            if (!is_new) continue;
            message_add(why, room, "%s%s", told[which]++ > 0 ? " and " : "",
                        place(op, &s[i], text, sizeof text));
        }
    }
    message_add(why, room, ".");
}

/* Whether it is wrong for one constant alone, and right for others. */
static bool is_of_one_constant(ad_op op, const sample *s, size_t n, int partial,
                               double relative, double *c)
{
    size_t good = 0, bad = 0;
    if (ad_ops[op].constants == 0) return false;
    for (size_t i = 0; i < n; i++) {
        if (mistake_close(s[i].share[partial], right_share(op, &s[i], partial),
                          relative, relative * 1e-3)) {
            good++;
            continue;
        }
        if (bad++ > 0 && s[i].c != *c) return false;
        *c = s[i].c;
    }
    for (size_t i = 0; i < n; i++)
        if (s[i].c == *c &&
            mistake_close(s[i].share[partial], right_share(op, &s[i], partial),
                          relative, relative * 1e-3))
            return false;
    return bad > 0 && good > 2;
}

static void write_row(message *m, const char *code, const flaw *f)
{
    const mistake_row *row = mistake_by_code(code);
    char text[240];
    snprintf(m->code, sizeof m->code, "%s", code);
    if (f->op != AD_OP_count) snprintf(m->of, sizeof m->of, ".%s", ad_ops[f->op].name);
    ADD(m->sentence, "%s", message_text(row->sentence, f, text, sizeof text));
    ADD(m->why, "%s", message_text(row->why, f, text, sizeof text));
    for (int k = 0; k < 3; k++)
        snprintf(m->hint[k], sizeof m->hint[k], "%s",
                 message_text(row->hint[k], f, text, sizeof text));
}

/* Not zero, and so small that no program here has it. */
static bool is_garbage(double x) { return x != 0 && fabs(x) < 1e-290; }

/* What can be seen without a model: NULL where nothing can. */
static const char *seen_in(const evidence *e, size_t p, ad_op op)
{
    const signature *s = &e->program[p];
    const outcome *got = &e->got[p];
    bool before = true, after = true;
    outcome right;
    mistake_run(s, NULL, 0, CONDUCT_ZEROES, &right);
    for (int k = 0; k < signature_nodes(s); k++) {
        if (is_garbage(got->value[k])) return "G185";
        if (k < s->inputs && is_garbage(got->once[k])) return "G185";
        before &= mistake_close(got->value[k], right.value[k], 1e-5, 1e-6);
        after &= mistake_close(got->after[k], right.value[k], 1e-5, 1e-6);
    }
    if (before && !after) return "G191";
    bool inputs = true;
    for (int k = 0; k < s->inputs; k++)
        inputs &= mistake_close(got->value[k], s->x[k], 1e-5, 1e-6);
    const double z = got->value[s->inputs], want = right.value[s->inputs];
    const bool is_seen = s->steps == 1 && op != AD_OP_count && !inputs;
    return is_seen && mistake_close(z, want, 1e-5, 1e-6) ? "G184" : NULL;
}

bool message_is_seen(const evidence *e, const cause *c)
{
    const signature *s = &e->program[c->shown];
    for (int k = 0; k < s->steps; k++)
        if (s->step[k].op != c->suspect && s->step[k].op != AD_OP_add &&
            s->step[k].op != AD_OP_mul)
            return false;
    return s->steps <= 2;
}

/* The input that is another after the operation. */
static void write_changed(message *m, const evidence *e, const cause *c)
{
    const signature *s = &e->program[c->shown];
    const double *now = e->got[c->shown].value;
    for (int k = 0; k < s->inputs; k++) {
        if (mistake_close(now[k], s->x[k], 1e-5, 1e-6)) continue;
        m->why[0] = '\0';
        ADD(m->why, "%c was %.6g before %s, and is %.6g after it.",
            signature_node_name(s, k), s->x[k], ad_ops[c->suspect].name, now[k]);
        return;
    }
}

/* In so many digits that they differ. */
static void write_numbers(message *m, double got, double right)
{
    char number[2][32];
    int digits = 6;
    do {
        snprintf(number[0], sizeof number[0], "%.*g", digits, got);
        snprintf(number[1], sizeof number[1], "%.*g", digits, right);
        digits += 3;
    } while (digits < 17 && strcmp(number[0], number[1]) == 0);
    ADD(m->sentence, "%s, not %s", number[0], number[1]);
}

bool message_measure(message *m, const evidence *e, const cause *c)
{
    const ad_op op = c->suspect;
    sample seen[SAMPLES_MOST];
    char where[96];
    const char *code = seen_in(e, c->shown, op);
    const flaw of_op = {.kind = MISTAKE_OF_rule_wrong, .op = op, .partial = -1};
    if (c->unstable) code = c->unset ? "G345" : "G189";
    if (code != NULL) {
        write_row(m, code, &of_op);
        if (strcmp(code, "G184") == 0) write_changed(m, e, c);
        return true;
    }
    if (op == AD_OP_count) return false;
    const size_t n = measure_samples(e, op, seen, SAMPLES_MOST);
    const double relative = e->precision == AD_ENGINE_FLOAT ? 1e-5 : 1e-9;
    const measured found = look_at(op, seen, n, relative);
    if (found.wrong == NULL) return false;
    const flaw f = {.kind = MISTAKE_OF_rule_wrong, .op = op, .partial = found.partial};
    place(op, found.wrong, where, sizeof where);
    if (found.partial < 0) {
        write_row(m, "G151", &f);
        ADD(m->sentence, ": at %s it is ", where);
        write_numbers(m, found.wrong->value, found.wrong->z);
        message_add(m->why, sizeof m->why, " ");
        write_where(m->why, sizeof m->why, op, seen, n, -1, relative);
        return true;
    }
    double got = found.wrong->share[found.partial],
           right = right_share(op, found.wrong, found.partial);
    if (found.wrong->g != 1 && !found.in_proportion) {
        write_row(m, "G169", &f);
        ADD(m->sentence, ": right below 1; below %g it gives %.6g, not %.6g",
            found.wrong->g, got, right);
        return true;
    }
    got = got / found.wrong->g + 0.0; /* of 0, without a sign */
    right = right / found.wrong->g + 0.0;
    double constant = 0;
    if (found.in_proportion &&
        is_of_one_constant(op, seen, n, found.partial, relative, &constant)) {
        write_row(m, "G271", &f);
        ADD(m->sentence, ": c = %.6g", constant);
        ADD(m->why, " At %s its derivative is %.6g, not %.6g.", where, got, right);
        return true;
    }
    write_row(m, "G150", &f);
    ADD(m->sentence, ": at %s its derivative is ", where);
    write_numbers(m, got, right);
    char parts[sizeof m->why] = "";
    write_where(parts, sizeof parts, op, seen, n, found.partial, relative);
    if (parts[0] != '\0' && found.in_proportion) {
        m->why[0] = '\0';
        ADD(m->why, "%s What is wrong is the derivative, not the gradient from above.",
            parts);
    }
    if (!found.in_proportion) {
        m->why[0] = '\0';
        ADD(m->why, "%s",
            "What it gives is not in proportion to the gradient from above, "
            "either. None of the formulae that are tried gives these numbers.");
    }
    return true;
}
