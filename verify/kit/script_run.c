/* Small programs on an engine, and what would be right. */
#include <math.h>

#include "verify/kit/script.h"

#include <stdio.h>

script_outcome script_can_run(const mount *m, const script *s, ad_op *missing)
{
    for (size_t k = 0; k < s->steps; k++) {
        const script_step *step = &s->step[k];
        if (step->verb == SCRIPT_APPLY && !mount_has(m, step->op)) {
            *missing = step->op;
            return SCRIPT_LACKS_OP;
        }
        if (step->verb == SCRIPT_ZERO && m->engine.zero_grad == NULL)
            return SCRIPT_LACKS_ZERO;
    }
    return SCRIPT_DONE;
}

/* ---- On an engine ---------------------------------------------------------------- */

static ad_engine_node record_step(const mount *m, void *record, const script_step *step,
                                  const ad_engine_node *node)
{
    ad_engine_node operand[AD_MAX_OPERANDS];
    switch (step->verb) {
    case SCRIPT_INPUT: return m->engine.input(record, step->c);
    case SCRIPT_CONSTANT: return mount_constant(m, record, step->c);
    default: break;
    }
    for (int i = 0; i < ad_ops[step->op].operands; i++)
        operand[i] = node[step->operand[i]];
    return mount_apply(m, record, step->op, operand, step->c);
}

static void read_gradients(const mount *m, void *record, size_t n,
                           const ad_engine_node *node, double *grad)
{
    for (size_t i = 0; i < n; i++)
        grad[i] = mount_number(m->engine.grad(record, node[i]));
}

script_outcome script_run(const mount *m, const script *s, script_result *r)
{
    const ad_engine *e = &m->engine;
    *r = (script_result){.missing = AD_OP_count};
    for (int i = 0; i < SCRIPT_NODES; i++)
        r->value[i] = r->first[i] = r->grad[i] = (double)NAN;
    r->outcome = script_can_run(m, s, &r->missing);
    if (r->outcome != SCRIPT_DONE) return r->outcome;
    void *record = e->create();
    if (record == NULL) return r->outcome = SCRIPT_NO_RECORD;

    ad_engine_node node[SCRIPT_NODES];
    size_t nodes = 0, backwards = 0;
    for (size_t k = 0; k < s->steps; k++) {
        const script_step *step = &s->step[k];
        if (step->verb == SCRIPT_ZERO) {
            e->zero_grad(record);
        } else if (step->verb == SCRIPT_BACKWARD) {
            e->backward(record, node[step->node]);
            if (backwards++ == 0) read_gradients(m, record, nodes, node, r->first);
        } else {
            node[nodes++] = record_step(m, record, step, node);
        }
    }
    for (size_t i = 0; i < nodes; i++)
        r->value[i] = mount_number(e->value(record, node[i]));
    read_gradients(m, record, nodes, node, r->grad);
    const char *error = e->error != NULL ? e->error(record) : NULL;
    if (error != NULL) {
        r->outcome = SCRIPT_ERROR;
        snprintf(r->error, sizeof r->error, "%s", error);
    }
    e->destroy(record);
    return r->outcome;
}

/* ---- What is right --------------------------------------------------------------- */

const char *script_policy_text(script_policy policy)
{
    static const char *const text[SCRIPT_POLICIES_OF_ROOTS] = {
        "a second backward makes every gradient anew",
        "a second backward adds to the leaves, inner nodes are made anew",
        "a second backward adds to all, and passes on what inner nodes still hold",
        "a second backward adds to all, to the output's own gradient too",
        "a second backward adds its own gradients to all",
        "what the second output does not depend on keeps its gradient",
        "what the second output does not depend on keeps its gradient"};
    return text[policy];
}

bool script_has_leaves_only(const script *s, const script_result *r)
{
    for (size_t i = 0; i < s->nodes; i++)
        if (s->step[s->made[i]].verb == SCRIPT_APPLY && r->grad[i] != 0) return false;
    return true;
}

static double operand_values(const script_step *step, const double *value, double *x)
{
    for (int i = 0; i < ad_ops[step->op].operands; i++) x[i] = value[step->operand[i]];
    return step->c;
}

/* What `output` depends on, itself among it. */
static void reach(const script *s, int output, bool *reached)
{
    for (size_t i = 0; i < s->nodes; i++) reached[i] = false;
    reached[output] = true;
    for (int i = output; i >= 0; i--) {
        const script_step *step = &s->step[s->made[i]];
        if (!reached[i] || step->verb != SCRIPT_APPLY) continue;
        for (int k = 0; k < ad_ops[step->op].operands; k++)
            reached[step->operand[k]] = true;
    }
}

/* Nodes were made in order, so the way back through them is a topological one. */
static void sweep(const script *s, script_policy policy, int output,
                  const double *value, long double *grad, bool *marked)
{
    bool reached[SCRIPT_NODES];
    reach(s, output, reached);
    for (size_t i = 0; i < s->nodes; i++) {
        const bool was_marked = marked[i];
        marked[i] |= reached[i] && policy == SCRIPT_MARKED;
        reached[i] &= !was_marked;
        const bool leaf = s->step[s->made[i]].verb != SCRIPT_APPLY;
        if (policy == SCRIPT_ZEROES || (policy == SCRIPT_ACCUMULATES && !leaf) ||
            (policy == SCRIPT_ZEROES_REACHED && reached[i]) ||
            (policy == SCRIPT_ACCUMULATES_REACHED && reached[i] && !leaf))
            grad[i] = 0;
    }
    grad[output] =
        policy == SCRIPT_STALE || policy == SCRIPT_MARKED ? 1 : grad[output] + 1;
    for (int i = output; i >= 0; i--) {
        const script_step *step = &s->step[s->made[i]];
        if (!reached[i] || step->verb != SCRIPT_APPLY) continue;
        double x[AD_MAX_OPERANDS], partial[AD_MAX_OPERANDS];
        const double c = operand_values(step, value, x);
        ad_ops[step->op].partials(x, c, value[i], partial);
        for (int k = 0; k < ad_ops[step->op].operands; k++)
            if (s->step[s->made[step->operand[k]]].verb != SCRIPT_CONSTANT)
                grad[step->operand[k]] += grad[i] * (long double)partial[k];
    }
}

/* One backward. */
static void go_back(const script *s, script_policy policy, int output,
                    const double *value, long double *grad, bool *marked)
{
    long double own[SCRIPT_NODES] = {0};
    if (policy != SCRIPT_SUMS) {
        sweep(s, policy, output, value, grad, marked);
        return;
    }
    sweep(s, SCRIPT_ZEROES, output, value, own, marked);
    for (size_t i = 0; i < s->nodes; i++) grad[i] += own[i];
}

void script_reference(const script *s, script_policy policy, script_result *r)
{
    long double grad[SCRIPT_NODES] = {0};
    bool marked[SCRIPT_NODES] = {false};
    size_t nodes = 0, backwards = 0;
    *r = (script_result){.missing = AD_OP_count};
    for (int i = 0; i < SCRIPT_NODES; i++)
        r->value[i] = r->first[i] = r->grad[i] = (double)NAN;
    for (size_t k = 0; k < s->steps; k++) {
        const script_step *step = &s->step[k];
        double x[AD_MAX_OPERANDS] = {0};
        switch (step->verb) {
        case SCRIPT_INPUT:
        case SCRIPT_CONSTANT: r->value[nodes++] = step->c; break;
        case SCRIPT_APPLY:
            operand_values(step, r->value, x);
            r->value[nodes++] = ad_ops[step->op].value(x, step->c);
            break;
        case SCRIPT_ZERO:
            for (size_t i = 0; i < nodes; i++) grad[i] = 0;
            break;
        case SCRIPT_BACKWARD:
            go_back(s, policy, step->node, r->value, grad, marked);
            if (backwards++ == 0)
                for (size_t i = 0; i < nodes; i++) r->first[i] = (double)grad[i];
            break;
        }
    }
    for (size_t i = 0; i < nodes; i++) r->grad[i] = (double)grad[i];
}
