/* What was seen of one operation. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "verify/kit/mistake_measure.h"

bool measure_nice(double *k, double relative)
{
    static const double known[] = {
        0.6931471805599453,   2.302585092994046,  1.4426950408889634,
        0.4342944819032518,   3.141592653589793,  2.718281828459045,
        0.017453292519943295, 57.29577951308232,  0.3989422804014327,
        1.1283791670955126,   0.5641895835477563, 0.7978845608028654,
        1.4142135623730951,   0.7071067811865476};
    double best = (double)NAN;
    const double size = fabs(*k);
    if (size == 0) return true;
    const double whole = round(size), tenth = round(size * 20) / 20,
                 part = 1 / round(1 / size), ten = pow(10, round(log10(size)));
    const double near[] = {whole, part, tenth, ten};
    for (size_t i = 0; i < 4 && isnan(best); i++)
        if (near[i] < 1000 + (i == 3) * 1e9 && fabs(size - near[i]) <= relative * size)
            best = near[i];
    if (!(best >= 1e-12) ||
        (best == part && part < 1.0 / 16 && best != ten && best != tenth))
        best = (double)NAN;
    for (size_t i = 0; i < sizeof known / sizeof *known && isnan(best); i++)
        if (fabs(size - known[i]) <= relative * size) best = known[i];
    if (isnan(best)) return false;
    *k = copysign(best, *k);
    return true;
}

bool measure_is_plain(double k)
{
    const double size = fabs(k), over = 1 / size;
    return fabs(size - round(size)) < 1e-9 * size ||
           fabs(over - round(over)) < 1e-9 * over || fabs(size - 1) < 1e-3;
}

const char *measure_name(double k, char *text, size_t room)
{
    static const struct {
        double number;
        const char *name;
    } made_of[] = {{0.6931471805599453, "ln(2)"},      {2.302585092994046, "ln(10)"},
                   {3.141592653589793, "pi"},          {2.718281828459045, "e"},
                   {1.4142135623730951, "sqrt(2)"},    {1.772453850905516, "sqrt(pi)"},
                   {2.5066282746310002, "sqrt(2 pi)"}, {3.321928094887362, "log2(10)"}};
    static const double times[] = {1, 2, 3, 4, 0.5, 180};
    const double size = fabs(k), near = 1e-7;
    text[0] = '\0';
    if (measure_is_plain(k)) return text;
    for (size_t i = 0; i < sizeof times / sizeof *times; i++)
        for (size_t j = 0; j < sizeof made_of / sizeof *made_of; j++)
            for (int over = 0; over < 3 && text[0] == '\0'; over++) {
                const double a = times[i], b = made_of[j].number,
                             is = over == 0   ? a * b
                                  : over == 1 ? a / b
                                              : b / a;
                if (fabs(size - is) > near * size) continue;
                char factor[16] = "";
                if (a != 1) snprintf(factor, sizeof factor, "%g ", a);
                const char *sign = k < 0 ? "-" : "";
                if (over == 0)
                    snprintf(text, room, "%s%s%s", sign, factor, made_of[j].name);
                else if (over == 1)
                    snprintf(text, room, "%s%g / %s", sign, a, made_of[j].name);
                else
                    snprintf(text, room, "%s%s / %g", sign, made_of[j].name, a);
            }
    return text;
}

/* What comes from above in a program whose first step is the operation; NaN where it is
 * not one of those that are measured. */
static double incoming(const signature *s, ad_op op)
{
    const double none = (double)NAN;
    const int n = ad_ops[op].operands, z = s->inputs;
    const signature_step *first = &s->step[0], *second = &s->step[1];
    if (first->op != op || s->constants > 0 || s->steps > 2 || n > s->inputs)
        return none;
    for (int i = 0; i < n; i++)
        if (first->operand[i] != i) return none;
    if (s->root == z) return 1;
    if (s->steps != 2 || s->root != z + 1) return none;
    if (second->op == op) return none; /* it is wrong itself */
    if (second->op == AD_OP_add && second->operand[0] == z && second->operand[1] == z)
        return 2;
    const int by = second->operand[0];
    return second->op == AD_OP_mul && by >= n && by < z && second->operand[1] == z
               ? s->x[by]
               : none;
}

size_t measure_samples(const evidence *e, ad_op op, sample *s, size_t room)
{
    size_t n = 0;
    for (size_t p = 0; p < e->n && n < room; p++) {
        const signature *program = &e->program[p];
        const double g = incoming(program, op);
        if (!e->got[p].ran || isnan(g)) continue;
        s[n] = (sample){.program = p, .c = program->step[0].c, .g = g};
        memcpy(s[n].x, program->x, sizeof s[n].x);
        for (int i = ad_ops[op].operands; i < AD_MAX_OPERANDS; i++) s[n].x[i] = 0;
        s[n].z = ad_ops[op].value(s[n].x, s[n].c);
        s[n].value = e->got[p].value[program->inputs];
        memcpy(s[n].share, e->got[p].once, sizeof s[n].share);
        n++;
    }
    return n;
}

size_t measure_alone(const evidence *e, ad_op op, sample *s)
{
    const size_t n = measure_samples(e, op, s, SAMPLES_MOST);
    size_t kept = 0;
    for (size_t i = 0; i < n; i++)
        if (e->program[s[i].program].steps == 1) s[kept++] = s[i];
    return kept;
}
