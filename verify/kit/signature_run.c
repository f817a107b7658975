/* Signature programs on an engine, by difference, and as text. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "verify/check.h"
#include "verify/kit/signature.h"

void signature_supported(const mount *m, bool *supported)
{
    for (int op = 0; op < AD_OP_count; op++)
        supported[op] =
            op >= AD_FIRST_ROW && op <= AD_LAST_ROW && mount_has_own(m, (ad_op)op);
}

/* ---- On an engine ---------------------------------------------------------------- */

static void read_gradients(const signature *s, const mount *m, void *record,
                           const ad_engine_node *node, double *grad)
{
    for (int i = 0; i < s->inputs; i++)
        grad[i] = mount_number(m->engine.grad(record, node[i]));
}

static void read_values(const signature *s, const mount *m, void *record,
                        const ad_engine_node *node, double *value)
{
    for (int i = 0; i < signature_nodes(s); i++)
        value[i] = mount_number(m->engine.value(record, node[i]));
}

static void record_nodes(const signature *s, const mount *m, void *record,
                         ad_engine_node *node)
{
    const int variables = s->inputs - s->constants;
    for (int i = 0; i < s->inputs; i++)
        node[i] = i < variables ? m->engine.input(record, s->x[i])
                                : mount_constant(m, record, s->x[i]);
    for (int k = 0; k < s->steps; k++) {
        ad_engine_node operand[AD_MAX_OPERANDS] = {0};
        for (int i = 0; i < ad_ops[s->step[k].op].operands; i++)
            operand[i] = node[s->step[k].operand[i]];
        node[s->inputs + k] =
            mount_apply(m, record, s->step[k].op, operand, s->step[k].c);
    }
}

static bool is_well(const ad_engine *e, void *record)
{
    return e->error == NULL || e->error(record) == NULL;
}

/* What comes after the first backward. */
static void go_on(const signature *s, const mount *m, void *record,
                  const ad_engine_node *node, outcome *o)
{
    const ad_engine *e = &m->engine;
    o->passes = 2;
    e->backward(record, node[s->root]);
    read_gradients(s, m, record, node, o->twice);
    o->saw_twice = true;
    if (e->zero_grad == NULL) return;
    o->passes = 3;
    e->zero_grad(record);
    e->backward(record, node[s->second]);
    read_gradients(s, m, record, node, o->zeroed);
    o->saw_zeroed = true;
}

bool signature_run(const signature *s, const mount *m, outcome *o)
{
    const ad_engine *e = &m->engine;
    *o = (outcome){.saw_constants = e->constant != NULL};
    void *record = e->create();
    if (record == NULL) return false;
    ad_engine_node node[SIGNATURE_NODES];
    record_nodes(s, m, record, node);
    read_values(s, m, record, node, o->value);
    o->passes = 1;
    e->backward(record, node[s->root]);
    read_values(s, m, record, node, o->after);
    read_gradients(s, m, record, node, o->once);
    if (e->policy != AD_ENGINE_ONCE && is_well(e, record)) go_on(s, m, record, node, o);
    o->ran = is_well(e, record);
    e->destroy(record);
    return o->ran;
}

bool signature_run_part(const signature *s, const mount *m, signature_part part,
                        outcome *o)
{
    const ad_engine *e = &m->engine;
    *o = (outcome){.saw_constants = e->constant != NULL};
    void *record = e->create();
    if (record == NULL) return false;
    ad_engine_node node[SIGNATURE_NODES];
    record_nodes(s, m, record, node);
    if (part >= SIGNATURE_ONCE) e->backward(record, node[s->root]);
    if (part >= SIGNATURE_TWICE) e->backward(record, node[s->root]);
    if (part >= SIGNATURE_ZEROED) {
        e->zero_grad(record);
        e->backward(record, node[s->second]);
    }
    read_values(s, m, record, node, part == SIGNATURE_VALUES ? o->value : o->after);
    if (part != SIGNATURE_VALUES)
        read_gradients(s, m, record, node,
                       part == SIGNATURE_ONCE    ? o->once
                       : part == SIGNATURE_TWICE ? o->twice
                                                 : o->zeroed);
    o->ran = is_well(e, record);
    e->destroy(record);
    return o->ran;
}

/* ---- By difference --------------------------------------------------------------- */

static double output(const double *x, void *context)
{
    const signature *s = context;
    double value[SIGNATURE_NODES];
    memcpy(value, x, (size_t)s->inputs * sizeof *value);
    for (int k = 0; k < s->steps; k++) {
        double operand[AD_MAX_OPERANDS] = {0};
        for (int i = 0; i < ad_ops[s->step[k].op].operands; i++)
            operand[i] = value[s->step[k].operand[i]];
        value[s->inputs + k] = ad_ops[s->step[k].op].value(operand, s->step[k].c);
    }
    return value[s->root];
}

double signature_difference(const signature *s, int i)
{
    ad_derivative derivative;
    signature copy = *s;
    if (ad_numerical_derivative(output, &copy, (size_t)s->inputs, s->x, (size_t)i, NULL,
                                &derivative) != AD_CHECK_OK)
        return (double)NAN;
    return derivative.value;
}

/* ---- As text --------------------------------------------------------------------- */

char signature_node_name(const signature *s, int node)
{
    return node < s->inputs ? "xyw"[node] : "abcdefghijklmn"[node - s->inputs];
}

const char *signature_step_text(const signature *s, int k, char *text, size_t room)
{
    const signature_step *step = &s->step[k];
    char name[AD_MAX_OPERANDS];
    for (int i = 0; i < ad_ops[step->op].operands; i++)
        name[i] = signature_node_name(s, step->operand[i]);
    const char infix = step->op == AD_OP_add   ? '+'
                       : step->op == AD_OP_sub ? '-'
                       : step->op == AD_OP_mul ? '*'
                       : step->op == AD_OP_div ? '/'
                                               : 0;
    const char *op = ad_ops[step->op].name;
    if (infix != 0)
        snprintf(text, room, "%c %c %c", name[0], infix, name[1]);
    else if (step->op == AD_OP_neg)
        snprintf(text, room, "-%c", name[0]);
    else if (ad_ops[step->op].operands == 3)
        snprintf(text, room, "%s(%c, %c, %c)", op, name[0], name[1], name[2]);
    else if (ad_ops[step->op].operands == 2)
        snprintf(text, room, "%s(%c, %c)", op, name[0], name[1]);
    else if (ad_ops[step->op].constants == 0)
        snprintf(text, room, "%s(%c)", op, name[0]);
    else
        snprintf(text, room, "%s(%c, %g)", op, name[0], step->c);
    return text;
}

const char *signature_inputs_text(const signature *s, char *text, size_t room)
{
    size_t n = 0;
    for (int i = 0; i < s->inputs && n < room; i++)
        n += (size_t)snprintf(text + n, room - n, "%s%c = %.10g", i > 0 ? ", " : "",
                              signature_node_name(s, i), s->x[i]);
    if (s->constants > 0 && n < room) snprintf(text + n, room - n, " (constant)");
    return text;
}

const char *signature_expr(const signature *s, char *text, size_t room)
{
    size_t n = 0;
    char step[SIGNATURE_TEXT];
    for (int i = 0; i < s->inputs && n < room; i++)
        n += (size_t)snprintf(text + n, room - n, "%s%c = %.10g", i > 0 ? "; " : "",
                              signature_node_name(s, i), s->x[i]);
    for (int k = 0; k < s->steps && n < room; k++)
        n += (size_t)snprintf(text + n, room - n, "; %c = %s",
                              signature_node_name(s, s->inputs + k),
                              signature_step_text(s, k, step, sizeof step));
    return text;
}

/* Where ops.def has the accurate form, this is the one of textbooks. */
const char *signature_rule_text(ad_op op, int k)
{
    switch (op) {
    case AD_OP_tanh: return "1 - z^2";
    case AD_OP_sigmoid: return "z (1 - z)";
    case AD_OP_recip: return "-1 / x^2";
    case AD_OP_sqrt: return "1 / (2 z)";
    case AD_OP_cbrt: return "1 / (3 z^2)";
    case AD_OP_exp2: return "z ln 2";
    case AD_OP_log: return "1 / x";
    case AD_OP_log2: return "1 / (x ln 2)";
    case AD_OP_log10: return "1 / (x ln 10)";
    case AD_OP_log1p: return "1 / (1 + x)";
    case AD_OP_asin: return "1 / sqrt(1 - x^2)";
    case AD_OP_acos: return "-1 / sqrt(1 - x^2)";
    case AD_OP_atan: return "1 / (1 + x^2)";
    case AD_OP_tan: return "1 + z^2";
    case AD_OP_asinh: return "1 / sqrt(x^2 + 1)";
    case AD_OP_acosh: return "1 / sqrt(x^2 - 1)";
    case AD_OP_atanh: return "1 / (1 - x^2)";
    case AD_OP_erf: return "2 / sqrt(pi) exp(-x^2)";
    case AD_OP_erfc: return "-2 / sqrt(pi) exp(-x^2)";
    case AD_OP_abs: return "1 where x > 0, -1 where x < 0";
    case AD_OP_relu: return "1 where x > 0, else 0";
    case AD_OP_leaky_relu: return "1 where x > 0, else 0.01";
    case AD_OP_elu: return "1 where x > 0, else exp(x)";
    case AD_OP_gelu: return "Phi(x) + x phi(x)";
    case AD_OP_silu: return "s(x) (1 + x s(-x)), s = sigmoid";
    case AD_OP_softplus: return "sigmoid(x)";
    case AD_OP_pow_c: return "c x^(c-1)";
    case AD_OP_c_pow: return "z ln c";
    case AD_OP_c_div: return "-c / x^2";
    case AD_OP_div: return k == 0 ? "1 / y" : "-x / y^2";
    case AD_OP_pow: return k == 0 ? "y x^(y-1)" : "z ln x";
    case AD_OP_hypot: return k == 0 ? "x / z" : "y / z";
    case AD_OP_atan2: return k == 0 ? "y / (x^2 + y^2)" : "-x / (x^2 + y^2)";
    case AD_OP_max: return "1 to the larger operand, 0 to the other";
    case AD_OP_min: return "1 to the smaller operand, 0 to the other";
    case AD_OP_logaddexp: return k == 0 ? "exp(x - z)" : "exp(y - z)";
    default: return ad_ops[op].partial_text[k];
    }
}
