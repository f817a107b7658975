/* Recording an expression: what has to be recorded, then that, on either engine. */
#include <stdlib.h>

#include "verify/expr_error.h"

#define ENGINE graph
#include "verify/expr_record.inc"

#define ENGINE tape
#include "verify/expr_record.inc"

/* What a node becomes, given that the output depends on it. */
static struct expr_step plan_node(const expr *e, const struct expr_step *step, size_t i)
{
    const struct expr_node *v = &e->node[i];
    /* A leaf that has a name shows its gradient, a literal in passing has none. */
    const expr_role leaf = v->named ? EXPR_VAR : EXPR_CONSTANT;
    struct expr_step result = {.role = leaf, .value = step[i].value};
    switch (v->kind) {
    case EXPR_NUMBER: break;
    case EXPR_INPUT: result.role = EXPR_GIVEN; break;
    case EXPR_ROW: result.role = EXPR_APPLIED; break;
    case EXPR_FUNCTION:
        if (v->op != AD_OP_count) result.role = EXPR_APPLIED;
        break;
    case EXPR_CONDITIONAL:
        result.role = EXPR_SAME_AS;
        result.same_as = v->operand[step[v->operand[0]].value != 0 ? 1 : 2];
        break;
    }
    return result;
}

/* A node that varies, has a derivative, and has no row to say which. */
static bool is_unrecordable(const struct expr_node *v)
{
    return v->kind == EXPR_FUNCTION && v->op == AD_OP_count && v->varies &&
           !expr_functions[v->which].flat;
}

static void refuse(const expr *e, const struct expr_node *v, expr_error *error)
{
    const struct expr_function *f = &expr_functions[v->which];
    expr_error_set(
        error, e->text, v->position,
        "no engine can record %s, which is not in the table of operations%s%s", f->name,
        f->instead != NULL ? ": write " : "", f->instead != NULL ? f->instead : "");
}

struct expr_step *expr_plan(const expr *e, const double *inputs, expr_error *error)
{
    struct expr_step *step = calloc(e->nodes, sizeof *step);
    double *value = malloc(e->nodes * sizeof *value);
    bool *needed = calloc(e->nodes, sizeof *needed);
    if (step == NULL || value == NULL || needed == NULL) {
        expr_error_set(error, e->text, 0, "out of memory");
        goto fail;
    }
    expr_values(e, inputs, value);
    for (size_t i = 0; i < e->nodes; i++) step[i].value = value[i];
    needed[e->output] = true;
    for (size_t i = e->nodes; i-- > 0;) {
        if (!needed[i]) continue;
        const struct expr_node *v = &e->node[i];
        if (is_unrecordable(v)) {
            refuse(e, v, error);
            goto fail;
        }
        step[i] = plan_node(e, step, i);
        if (step[i].role == EXPR_SAME_AS) needed[step[i].same_as] = true;
        if (step[i].role == EXPR_APPLIED)
            for (int k = 0; k < ad_ops[v->op].operands; k++)
                needed[v->operand[k]] = true;
    }
    free(value);
    free(needed);
    return step;
fail:
    free(step);
    free(value);
    free(needed);
    return NULL;
}

uint32_t expr_resolve(const struct expr_step *step, uint32_t node)
{
    while (step[node].role == EXPR_SAME_AS) node = step[node].same_as;
    return node;
}

void expr_partials(const expr *e, const struct expr_step *step, uint32_t node,
                   double partial[EXPR_MAX_OPERANDS])
{
    const struct expr_node *v = &e->node[node];
    const ad_op_info *row = &ad_ops[v->op];
    double x[EXPR_MAX_OPERANDS] = {0};
    for (int k = 0; k < EXPR_MAX_OPERANDS; k++) partial[k] = 0;
    for (int k = 0; k < row->operands; k++) x[k] = step[v->operand[k]].value;
    const double c = row->constants > 0 ? step[v->operand[row->operands]].value : 0;
    row->partials(x, c, step[node].value, partial);
}
