/* More on the rule of one operation. */
#include <math.h>
#include <string.h>

#include "verify/kit/message_parts.h"
#include "verify/kit/mistake_measure.h"

/* Of one operand: its derivative is 0, or nothing is written; a half or a third in the
 * formula is 0 where integers are divided. */
void message_no_derivative(message *m, const flaw *f)
{
    const char *name = ad_ops[f->op].name, *part = f->op == AD_OP_sqrt   ? "1 / 2"
                                                   : f->op == AD_OP_cbrt ? "1 / 3"
                                                                         : NULL;
    m->sentence[0] = '\0';
    ADD(m->sentence,
        "the rule for %s gives 0: its derivative is 0 everywhere, or never "
        "passed on",
        name);
    if (part == NULL) return;
    snprintf(
        m->hint[0], sizeof m->hint[0],
        "Is there a quotient of integers in the rule for %s? %s is 0 then; 1.0 / %s "
        "is not.",
        name, part, part + 4);
}

/* No number where the constant is 0. */
void message_over_constant(message *m, const flaw *f)
{
    if (f->form.mode != FORM_NAN && f->form.mode != FORM_VALUE_NAN) return;
    m->why[0] = '\0';
    ADD(m->why,
        "Elsewhere it is right: it divides by the constant, or by what has that "
        "for a factor, and there that is 0 / 0.");
    snprintf(m->hint[0], sizeof m->hint[0],
             "By what does %s divide where its constant is 0?", ad_ops[f->op].name);
    snprintf(
        m->hint[1], sizeof m->hint[1],
        "Is the constant, or the operand, derived from the result (z / x, z / c)?");
    snprintf(m->hint[2], sizeof m->hint[2],
             "Use the operand and the constant as they were given: %s.",
             signature_rule_text(f->op, 0));
}

/* Where the result is no factor of the right rule, but stands below it, as in x / z: it is
 * divided by twice. */
void message_over_result(message *m, const flaw *f)
{
    if (f->op == AD_OP_count) return;
    const char *right = signature_rule_text(f->op, f->partial > 0),
               *name = ad_ops[f->op].name, *below = strchr(right, '/');
    const bool by_root =
        below != NULL && strchr(below, 'z') != NULL && strstr(below, "z^") == NULL;
    if (right[0] == 'z') return; /* there it is lost */
    m->sentence[0] = m->why[0] = '\0';
    if (by_root) {
        ADD(m->sentence, "the rule for %s divides by the square of its result", name);
        ADD(m->why,
            "The number is the right one over z, z being the result: %s is right.",
            right);
    } else {
        ADD(m->sentence, "the rule for %s divides by its result, which it should not",
            name);
        ADD(m->why, "The number is the right one over z, z being the result.");
    }
    snprintf(m->hint[0], sizeof m->hint[0],
             "By what does your rule for %s divide, and how often is out.data in that?",
             name);
    snprintf(m->hint[2], sizeof m->hint[2], "Write %s into the rule.", right);
}

/* What the operation computes at a place, or what its rule gives; f may be NULL. */
static int numbers_at(const flaw *f, ad_op op, const double *x, bool value, double *to)
{
    const double z = ad_ops[op].value(x, 0);
    if (!value) mistake_shares(f, f != NULL, op, x, 0, z, 1, to);
    if (value) to[0] = mistake_value(f, f != NULL, op, x, 0);
    return value ? 1 : ad_ops[op].operands;
}

/* Whether all that flaw f makes of an operation is right for the other; people write
 * 1 / sqrt(x^2 - 1), which has values where acosh has none. */
static bool is_right_for(const flaw *f, ad_op other, bool value)
{
    static const double at[][AD_MAX_OPERANDS] = {{3, 2},      {0.4, 1.7},  {-0.75, 0.5},
                                                 {12.5, 0.7}, {-2.2, 1.3}, {0.8, -0.6}};
    double first = 0;
    bool differ = false;
    int seen = 0;
    for (size_t i = 0; i < sizeof at / sizeof *at; i++) {
        double got[AD_MAX_OPERANDS], want[AD_MAX_OPERANDS];
        const int n = numbers_at(f, f->op, at[i], value, got);
        numbers_at(NULL, other, at[i], value, want);
        for (int k = 0; k < n; k++) {
            if (isnan(want[k])) continue;
            if (!mistake_close(got[k], want[k], 1e-9, 1e-12)) return false;
            if (seen++ == 0) first = want[k];
            differ |= want[k] != first;
        }
    }
    return differ && seen > 1; /* many have 1, or 0 */
}

/* Another's value, or rule: copied, or run on into, or a table that is out of step. */
void message_sister(message *m, const flaw *f, const bool *supported)
{
    const bool value = mistake_is_of_value(f);
    const mistake_place place = mistake_rows[f->kind].place;
    if (place == MISTAKE_IN_LATER || f->form.side != FORM_EVERYWHERE ||
        ad_ops[f->op].constants > 0)
        return;
    for (int op = AD_FIRST_ROW; op <= AD_LAST_ROW; op++) {
        if (op == (int)f->op || ad_ops[op].operands != ad_ops[f->op].operands ||
            ad_ops[op].constants > 0 || !is_right_for(f, (ad_op)op, value))
            continue;
        if (strstr(m->sentence, ad_ops[op].name) == NULL)
            ADD(m->why, " That is the %s %s.", value ? "value of" : "rule of",
                ad_ops[op].name);
        if (supported[op])
            ADD(m->why, " If %s comes next in your code: is a break missing?",
                ad_ops[op].name);
        return;
    }
}

/* Values, or gradients, that lack digits: where the operation is alone. */
static bool lacks_digits(const evidence *e, ad_op op, bool of_values)
{
    for (size_t p = 0; p < e->n; p++) {
        const signature *s = &e->program[p];
        if (!e->got[p].ran || s->steps != 1 ||
            (op != AD_OP_count && s->step[0].op != op))
            continue;
        outcome right;
        mistake_run(s, NULL, 0, CONDUCT_ZEROES, &right);
        const int last = of_values ? signature_nodes(s) : s->inputs - s->constants;
        for (int k = of_values ? s->inputs : 0; k < last; k++) {
            const double got = of_values ? e->got[p].value[k] : e->got[p].once[k],
                         want = of_values ? right.value[k] : right.once[k];
            if (!mistake_close(got, want, 1e-12, 1e-15)) return true;
        }
    }
    return false;
}

/* Of gradients alone: what was rounded is told by a gradient from above that is no power of
 * 2. Kept in float, the share is one; with a derivative in float, the share without that. */
static const char *which_is_float(const evidence *e)
{
    bool shares = true, derivatives = true;
    size_t n = 0;
    for (int op = AD_FIRST_ROW; op <= AD_LAST_ROW; op++) {
        sample s[SAMPLES_MOST];
        const size_t samples =
            e->supported[op] ? measure_samples(e, (ad_op)op, s, SAMPLES_MOST) : 0;
        for (size_t i = 0; i < samples; i++) {
            double d[AD_MAX_OPERANDS];
            ad_ops[op].partials(s[i].x, s[i].c, s[i].z, d);
            for (int k = 0; k < ad_ops[op].operands; k++) {
                const double share = s[i].share[k], alone = share / s[i].g;
                int power;
                if (frexp(fabs(s[i].g), &power) == 0.5 || !isfinite(share) ||
                    mistake_close(share, s[i].g * d[k], 1e-12, 0))
                    continue;
                n++;
                shares = shares && share == (double)(float)share;
                derivatives =
                    derivatives && mistake_close((double)(float)alone, alone, 1e-14, 0);
            }
        }
    }
    return n == 0 || shares == derivatives
               ? "gradients pass through float on the way; values do not"
           : shares ? "gradients are kept, or given, in float; values in double"
                    : "derivatives are kept in float; gradients and values in double";
}

void message_float(message *m, const evidence *e, const flaw *f)
{
    const bool values = lacks_digits(e, f->op, true),
               gradients = lacks_digits(e, f->op, false);
    if (values == gradients) return;
    m->sentence[0] = '\0';
    if (f->op == AD_OP_count && values)
        ADD(m->sentence, "values pass through float on the way; gradients do not");
    else if (f->op == AD_OP_count)
        ADD(m->sentence, "%s", which_is_float(e));
    else
        ADD(m->sentence, "%s %s is computed in float, not in double",
            values ? "the value of" : "the gradient of", ad_ops[f->op].name);
}

/* Which part. */
void message_cleared(message *m, const flaw *f)
{
    static const char *const as_if[] = {
        "a memset was given n, where n numbers have 8 n bytes",
        "a memset was given 4 bytes for each number, where one has 8",
        "a memset was given the size of a pointer: only the first is cleared",
        "the loop that clears began at the second node",
        "the loop that clears ended before the last node",
        "the loop that clears ended halfway"};
    ADD(m->why, " It is as if %s.", as_if[(int)f->form.k - 1]);
}

/* As which operand the first node gets nothing. */
void message_none(message *m, const flaw *f)
{
    static const char *const as[] = {"as a second operand", "as an operand",
                                     "as a first operand",
                                     "and whoever has it for an operand gives nothing"};
    ADD(m->why, " The first node of a record is given nothing %s.",
        as[(int)f->form.k - 1]);
}

/* Its bits: what a node has is taken at its turn; the last is done first; again. */
void message_turns(message *m, const flaw *f)
{
    const int bits = (int)f->form.k - 1;
    if (!(bits & 4) || (bits & 1)) return;
    m->sentence[0] = m->why[0] = '\0';
    ADD(m->sentence, "a node that one operation uses twice has its turn twice");
    ADD(m->why, "The use x * x is counted once and ticked off twice, and each time the "
                "node is put in line: it passes all that it has on two times.");
}
